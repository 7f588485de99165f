import Platform

/// The rules by which the private server is created, started, watched, started again and stopped.
///
/// It sees neither process nor clock: events come in with the time, actions go out, and `wake` says when it wants to be
/// woken if nothing else happens.
struct ClusterSupervision {
    enum Event {
        case start(initialised: Bool)
        case initialised
        /// The creation of the files, the launch or the server itself ended, with the reason.
        case ended(ClusterError)
        case ready
        case stop
        case woken
    }

    enum Action: Equatable {
        case initialise, launch, probe
        case shutDown(Shutdown)
        case report(ClusterEvent)
        /// The first start did not succeed and will not be tried again.
        case fail(ClusterError)
    }

    /// PostgreSQL's three ways to go, each less gentle.
    enum Shutdown: Equatable { case fast, immediate, kill }

    let limits: ClusterLimits
    private(set) var state = ClusterState.absent
    private(set) var wake: Instant?
    /// Failures in a row.
    private(set) var failures = 0

    private var hasRun = false
    /// The beginning of the present attempt, then of the present run.
    private var since = Instant(nanoseconds: 0)
    private var shutdown = Shutdown.fast
    /// Why the server is being stopped, when nobody asked for it.
    private var stoppingBecause: ClusterError?

    init(limits: ClusterLimits) { self.limits = limits }

    mutating func handle(_ event: Event, now: Instant) -> [Action] {
        switch event {
        case .start(let initialised): start(initialised: initialised, now: now)
        case .initialised: state == .initialising ? launch(now: now) : []
        case .ready: ready(now: now)
        case .ended(let reason): ended(reason, now: now)
        case .stop: stop(now: now)
        case .woken: woken(now: now)
        }
    }
}

extension ClusterSupervision {
    private mutating func start(initialised: Bool, now: Instant) -> [Action] {
        guard state == .absent else { return [] }
        if initialised { return launch(now: now) }
        state = .initialising
        return [.report(.initialising), .initialise]
    }

    private mutating func launch(now: Instant) -> [Action] {
        state = .starting
        since = now
        wake = now + limits.probeInterval
        return [.launch]
    }

    private mutating func ready(now: Instant) -> [Action] {
        guard state == .starting else { return [] }
        let took = now - since
        state = .running
        hasRun = true
        since = now
        wake = nil
        return [.report(.started(after: took))]
    }

    private mutating func ended(_ reason: ClusterError, now: Instant) -> [Action] {
        switch state {
        case .initialising: return fail(reason)
        case .starting: return hasRun ? crash(reason, now: now) : fail(reason)
        case .running:
            if now - since >= limits.steadyAfter { failures = 0 }
            return crash(reason, now: now)
        case .stopping:
            guard let because = stoppingBecause else { return end(.stopped) }
            stoppingBecause = nil
            return hasRun ? crash(because, now: now) : fail(because)
        case .absent, .crashed, .stopped: return []
        }
    }

    private mutating func crash(_ reason: ClusterError, now: Instant) -> [Action] {
        let delay = backoff
        failures += 1
        state = .crashed
        wake = now + delay
        let loops = failures == limits.crashLoop
        return [.report(.crashed(reason, restartIn: delay))] + (loops ? [.report(.crashLoop(failures: failures))] : [])
    }

    /// 1, 2, 4… times the first delay, up to the longest.
    private var backoff: Duration {
        min(limits.firstBackoff * (1 << min(failures, 16)), limits.longestBackoff)
    }

    private mutating func fail(_ reason: ClusterError) -> [Action] {
        state = .stopped
        wake = nil
        return [.fail(reason)]
    }

    private mutating func abandon() -> [Action] {
        let reason = stoppingBecause
        return end(.abandoned) + (reason.map { [.fail($0)] } ?? [])
    }

    private mutating func end(_ event: ClusterEvent) -> [Action] {
        state = .stopped
        wake = nil
        return [.report(event)]
    }

    private mutating func stop(now: Instant) -> [Action] {
        switch state {
        case .starting, .running: return shutDown(.fast, now: now)
        case .absent, .initialising, .crashed: return end(.stopped)
        case .stopping:
            stoppingBecause = nil
            return []
        case .stopped: return []
        }
    }

    private mutating func shutDown(_ manner: Shutdown, now: Instant) -> [Action] {
        state = .stopping
        shutdown = manner
        wake =
            switch manner {
            case .fast: now + limits.fastShutdown
            case .immediate: now + limits.immediateShutdown
            case .kill: now + limits.kill
            }
        return [.shutDown(manner)]
    }

    private mutating func woken(now: Instant) -> [Action] {
        guard let due = wake, now >= due else { return [] }
        switch state {
        case .starting:
            if now - since >= limits.start {
                stoppingBecause = .startTimedOut(limits.start)
                return shutDown(.fast, now: now)
            }
            wake = now + limits.probeInterval
            return [.probe]
        case .crashed: return launch(now: now)
        case .stopping:
            switch shutdown {
            case .fast: return shutDown(.immediate, now: now)
            case .immediate: return shutDown(.kill, now: now)
            case .kill: return abandon()
            }
        case .absent, .initialising, .running, .stopped: return []
        }
    }
}
