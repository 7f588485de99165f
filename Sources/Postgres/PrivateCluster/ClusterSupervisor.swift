import Glibc
import Platform

/// Executes the rules of `ClusterSupervision` on a thread of its own, which must live as long as the server: the
/// kernel tells a child that it is orphaned when the *thread* that started it ends.
final class ClusterSupervisor {
    private let server: ClusterServer
    private let bell: ClusterBell
    private let report: @Sendable (ClusterEvent) -> Void
    /// Told of each new state, with the reason when it is the end of a start that failed.
    private let publish: @Sendable (ClusterState, ClusterError?) -> Void
    private var rules: ClusterSupervision
    private var process: Child?
    /// Becomes readable when the server ends.
    private var ending: Descriptor?
    private var failure: ClusterError?

    init(
        _ server: ClusterServer, bell: ClusterBell,
        report: @escaping @Sendable (ClusterEvent) -> Void,
        publish: @escaping @Sendable (ClusterState, ClusterError?) -> Void
    ) {
        self.server = server
        self.bell = bell
        self.report = report
        self.publish = publish
        rules = ClusterSupervision(limits: server.limits)
    }

    func run() {
        handle(.start(initialised: server.isInitialised))
        while rules.state != .stopped { wait() }
    }

    private func handle(_ first: ClusterSupervision.Event) {
        var next: ClusterSupervision.Event? = first
        while let event = next {
            next = nil
            let before = rules.state
            let actions = rules.handle(event, now: .now())
            if rules.state == .initialising || rules.state == .starting, rules.state != before {
                publish(rules.state, nil)
            }
            for action in actions { next = perform(action) ?? next }
        }
        publish(rules.state, failure)
    }

    /// Gives back what the action led to at once.
    private func perform(_ action: ClusterSupervision.Action) -> ClusterSupervision.Event? {
        do {
            switch action {
            case .initialise:
                try server.initialise()
                return .initialised
            case .launch: try launch()
            case .probe: return process.map(server.isReady) == true ? .ready : nil
            case .shutDown(let manner): process?.send(signal: manner.signal)
            case .report(let event): report(event)
            case .fail(let reason): failure = reason
            }
            return nil
        } catch {
            return .ended(error)
        }
    }

    private func launch() throws(ClusterError) {
        let child = try server.launch()
        do throws(ClusterError) {
            ending = try ClusterError.translating { () throws(FileError) in try child.exitDescriptor() }
            process = child
        } catch {
            child.kill()
            _ = child.wait()
            throw error
        }
    }

    /// Until the server ends, someone rings or the rules asked to be woken.
    private func wait() {
        var descriptors = [
            pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: ending?.rawValue ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        poll(&descriptors, 2, timeout)
        if let status = process?.poll() {
            process = nil
            ending = nil
            handle(.ended(.startFailed(status.explanation, detail: server.lastWords())))
        }
        if bell.answer() { handle(.stop) }
        handle(.woken)
    }

    /// In milliseconds, rounded up so that the rules are not woken too early; -1 waits for ever.
    private var timeout: Int32 {
        guard let wake = rules.wake else { return -1 }
        let rest = (wake - Instant.now()).nanoseconds
        return Int32(clamping: max(0, (rest + 999_999) / 1_000_000))
    }
}

extension ClusterSupervision.Shutdown {
    var signal: Int32 {
        switch self {
        case .fast: SIGINT
        case .immediate: SIGQUIT
        case .kill: SIGKILL
        }
    }
}
