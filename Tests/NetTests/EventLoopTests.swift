import Glibc
import Platform
import Synchronization
import Testing

@testable import Net

@Suite struct EventLoopTests {
    /// Runs `body` with one loop on its own thread.
    private func withLoop<R>(_ body: (EventLoop) async throws -> R) async rethrows -> R {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        return try await body(group.loops[0])
    }

    private func run<R: Sendable>(on loop: EventLoop, _ body: @escaping @Sendable () async -> R) async -> R {
        await Task(executorPreference: loop, operation: body).value
    }

    @Test func tasksStayOnTheirLoopAcrossWaits() async {
        await withLoop { loop in
            let stayed = await run(on: loop) {
                var ok = loop.isCurrent && EventLoop.current === loop
                try? await loop.sleep(for: .milliseconds(2))
                ok = ok && loop.isCurrent
                await Task.yield()
                return ok && loop.isCurrent
            }
            #expect(stayed)
            #expect(!loop.isCurrent)
        }
    }

    @Test func callsFromManyThreadsAllRun() async {
        await withLoop { loop in
            let count = Atomic<Int>(0)
            let threads = (0..<4).map { _ in
                Thread.start("caller") {
                    for _ in 0..<1000 { loop.post { count.wrappingAdd(1, ordering: .relaxed) } }
                }
            }
            for thread in threads { thread.join() }
            await run(on: loop) {}
            #expect(count.load(ordering: .relaxed) == 4000)
        }
    }

    @Test func alarmsFireInOrderAndNotAfterCancel() async {
        await withLoop { loop in
            let fired = await run(on: loop) {
                let list = Mutex<[Int]>([])
                let start = Instant.now()
                for k in [3, 1, 2] {
                    loop.alarm(at: start + .milliseconds(k * 4)) { list.withLock { $0.append(k) } }
                }
                loop.cancel(loop.alarm(at: start + .milliseconds(6)) { list.withLock { $0.append(9) } })
                try? await loop.sleep(until: start + .milliseconds(20))
                return list.withLock { $0 }
            }
            #expect(fired == [1, 2, 3])
        }
    }

    @Test func aCancelledSleepEndsAtOnce() async {
        await withLoop { loop in
            let start = Instant.now()
            let task = Task(executorPreference: loop) {
                do {
                    try await loop.sleep(for: .seconds(60))
                    return false
                } catch { return true }
            }
            task.cancel()
            #expect(await task.value)
            #expect(Instant.now() - start < .seconds(30))
        }
    }

    private final class Pipe: EventSource {
        var ends: [Int32] = [0, 0]
        var token: SourceToken?
        var received = 0
        var turns = 0
        unowned let loop: EventLoop
        init(_ loop: EventLoop) {
            self.loop = loop
            _ = pipe(&ends)
            token = loop.add(self, descriptor: ends[0], interest: .read)
        }
        func ready(_ events: Interest) {
            var byte: UInt8 = 0
            if read(ends[0], &byte, 1) == 1 { received += 1 }
            loop.endTurn(with: self)
        }
        func turnEnded() { turns += 1 }
        func shut() {
            if let token { loop.remove(token) }
            close(ends[0])
            close(ends[1])
        }
    }

    @Test func aSourceIsToldOfReadinessAndOfItsTurnsEnd() async {
        await withLoop { loop in
            let counts = await run(on: loop) {
                let pipe = Pipe(loop)
                defer { pipe.shut() }
                for count in 1...3 {
                    var byte: UInt8 = 1
                    _ = write(pipe.ends[1], &byte, 1)
                    // A task that wakes in the turn that reads the byte runs before that turn's end.
                    for _ in 0..<1000 where pipe.turns < count { try? await loop.sleep(for: .milliseconds(2)) }
                }
                return (pipe.received, pipe.turns)
            }
            #expect(counts == (3, 3))
        }
    }

    @Test func aRemovedSourceHearsNothingMore() async {
        await withLoop { loop in
            let received = await run(on: loop) {
                let pipe = Pipe(loop)
                var byte: UInt8 = 1
                loop.remove(pipe.token!)
                _ = write(pipe.ends[1], &byte, 1)
                let other = Pipe(loop)  // may take no part of the first one's registration
                try? await loop.sleep(for: .milliseconds(2))
                defer {
                    pipe.shut()
                    other.shut()
                }
                return pipe.received + other.received
            }
            #expect(received == 0)
        }
    }

    /// What comes while thousands of deadlines fall due need not wait for the last of them.
    @Test func deadlinesThatComeTogetherLeaveRoomForOthers() async {
        await withLoop { loop in
            let fired = Atomic<Int>(0)
            let before = Atomic<Int>(0)
            await run(on: loop) {
                let moment = loop.now
                loop.alarm(at: moment) {
                    loop.post { before.store(fired.load(ordering: .relaxed), ordering: .relaxed) }
                }
                for _ in 0..<1000 {
                    loop.alarm(at: moment + .nanoseconds(1)) { fired.wrappingAdd(1, ordering: .relaxed) }
                }
                try? await loop.sleep(until: moment + .milliseconds(1))
            }
            #expect(1..<1000 ~= before.load(ordering: .relaxed))
            #expect(fired.load(ordering: .relaxed) == 1000)
        }
    }

    @Test func timersComeInOrderWhateverTheInsertion() {
        var random = SystemRandomNumberGenerator()
        var heap = TimerHeap()
        let times = (0..<500).map { _ in Int64.random(in: 0..<100, using: &random) }
        for time in times { heap.insert(.init(at: Instant(nanoseconds: time), token: 0)) }
        var seen: [Int64] = []
        while let entry = heap.popDue(at: .distantFuture) { seen.append(entry.at.nanoseconds) }
        #expect(seen == times.sorted())
        #expect(heap.count == 0)
    }
}
