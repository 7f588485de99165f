import Platform
import Testing

@testable import Postgres

/// The rules with a clock that the test moves.
struct ClusterSupervisionTests {
    private struct Drive {
        var rules: ClusterSupervision
        var now = Instant(nanoseconds: 0)

        init(_ limits: ClusterLimits = ClusterLimits()) { rules = ClusterSupervision(limits: limits) }

        mutating func after(_ duration: Duration, _ event: ClusterSupervision.Event) -> [ClusterSupervision.Action] {
            now = now + duration
            return rules.handle(event, now: now)
        }
        mutating func send(_ event: ClusterSupervision.Event) -> [ClusterSupervision.Action] { after(.zero, event) }

        /// Brings it to `running`.
        mutating func run() {
            _ = send(.start(initialised: true))
            _ = send(.ready)
        }
    }

    private let broken = ClusterError.startFailed("code 1", detail: "")

    @Test func createsThenStartsThenReportsHowLongItTook() {
        var drive = Drive()
        #expect(drive.send(.start(initialised: false)) == [.report(.initialising), .initialise])
        #expect(drive.rules.state == .initialising)
        #expect(drive.after(.seconds(2), .initialised) == [.launch])
        #expect(drive.after(.milliseconds(4), .woken) == [])
        #expect(drive.after(.milliseconds(1), .woken) == [.probe])
        #expect(drive.after(.milliseconds(5), .woken) == [.probe])
        #expect(drive.send(.ready) == [.report(.started(after: .milliseconds(10)))])
        #expect(drive.rules.state == .running)
        #expect(drive.rules.wake == nil)
    }

    @Test func existingFilesAreNotCreatedAgain() {
        var drive = Drive()
        #expect(drive.send(.start(initialised: true)) == [.launch])
        #expect(drive.send(.start(initialised: true)) == [])
    }

    @Test func firstStartThatFailsIsNotTriedAgain() {
        var creating = Drive()
        _ = creating.send(.start(initialised: false))
        #expect(creating.send(.ended(broken)) == [.fail(broken)])
        #expect(creating.rules.state == .stopped)

        var starting = Drive()
        _ = starting.send(.start(initialised: true))
        #expect(starting.send(.ended(broken)) == [.fail(broken)])
        #expect(starting.after(.seconds(60), .woken) == [])
    }

    @Test func restartsAfterDelaysThatDoubleUpToTheLongest() {
        var drive = Drive()
        drive.run()
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            let actions = drive.send(.ended(broken))
            #expect(actions.first == .report(.crashed(broken, restartIn: .seconds(seconds))))
            #expect(drive.rules.state == .crashed)
            #expect(drive.after(.seconds(seconds) - .nanoseconds(1), .woken) == [])
            #expect(drive.after(.nanoseconds(1), .woken) == [.launch])
        }
    }

    @Test func callsItACrashLoopOnce() {
        var drive = Drive()
        drive.run()
        var calls: [Int] = []
        for failure in 1...8 {
            if drive.send(.ended(broken)).contains(.report(.crashLoop(failures: 5))) { calls.append(failure) }
            _ = drive.after(.seconds(30), .woken)
        }
        #expect(calls == [5])
    }

    @Test func steadyServerStartsCountingAgain() {
        var drive = Drive()
        drive.run()
        _ = drive.send(.ended(broken))
        _ = drive.after(.seconds(1), .woken)
        _ = drive.send(.ready)
        let soon = drive.after(.seconds(60) - .nanoseconds(1), .ended(broken))
        #expect(soon == [.report(.crashed(broken, restartIn: .seconds(2)))])
        _ = drive.after(.seconds(2), .woken)
        _ = drive.send(.ready)
        let later = drive.after(.seconds(60), .ended(broken))
        #expect(later == [.report(.crashed(broken, restartIn: .seconds(1)))])
    }

    @Test func stopsEverLessGently() {
        var drive = Drive()
        drive.run()
        #expect(drive.send(.stop) == [.shutDown(.fast)])
        #expect(drive.send(.stop) == [])
        #expect(drive.after(.seconds(30), .woken) == [.shutDown(.immediate)])
        #expect(drive.after(.seconds(5), .woken) == [.shutDown(.kill)])
        #expect(drive.after(.seconds(5), .woken) == [.report(.abandoned)])
        #expect(drive.rules.state == .stopped)
    }

    @Test func endWhileStoppingIsNoCrash() {
        var drive = Drive()
        drive.run()
        _ = drive.send(.stop)
        #expect(drive.send(.ended(broken)) == [.report(.stopped)])
        #expect(drive.rules.state == .stopped)
    }

    @Test func stopWhileWaitingToRestartEndsAtOnce() {
        var drive = Drive()
        drive.run()
        _ = drive.send(.ended(broken))
        #expect(drive.send(.stop) == [.report(.stopped)])
        #expect(drive.after(.seconds(60), .woken) == [])
    }

    @Test func firstStartThatTakesTooLongIsStoppedAndFails() {
        var drive = Drive()
        _ = drive.send(.start(initialised: true))
        #expect(drive.after(.seconds(300) - .nanoseconds(1), .woken) == [.probe])
        #expect(drive.after(.milliseconds(5), .woken) == [.shutDown(.fast)])
        #expect(drive.send(.ended(broken)) == [.fail(.startTimedOut(.seconds(300)))])
    }

    @Test func restartThatTakesTooLongIsOneMoreFailure() {
        var drive = Drive()
        drive.run()
        _ = drive.send(.ended(broken))
        _ = drive.after(.seconds(1), .woken)
        #expect(drive.after(.seconds(300), .woken) == [.shutDown(.fast)])
        let crash = ClusterEvent.crashed(.startTimedOut(.seconds(300)), restartIn: .seconds(2))
        #expect(drive.send(.ended(broken)) == [.report(crash)])
    }

    @Test func serverThatSurvivesATimedOutStartFailsIt() {
        var drive = Drive()
        _ = drive.send(.start(initialised: true))
        _ = drive.after(.seconds(300), .woken)
        _ = drive.after(.seconds(30), .woken)
        _ = drive.after(.seconds(5), .woken)
        #expect(drive.after(.seconds(5), .woken) == [.report(.abandoned), .fail(.startTimedOut(.seconds(300)))])
    }
}
