import CLinux
import Glibc
import HTTP
public import Platform

/// The service as a process: its signals, its limits, its end.
///
/// SIGTERM and SIGINT drain, a second one ends at once; SIGHUP reads the certificate again and reopens the log's file.
public enum ServiceProcess {
    private enum Event {
        case signal(Int32)
        /// The database can never be brought up.
        case failed(any Error)
        case stopped
    }

    /// Keeps the signals from ending the process in the middle of anything. Threads inherit it: call this before any
    /// other is started.
    public static func holdSignals() {
        var signals = handled
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        // A peer that has gone, or a file that may not grow, is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }

    private static var handled: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, number) }
        return signals
    }

    /// Serves until it is told to stop. Returns the exit code; what went wrong is in the log.
    public static func serve(_ settings: ServiceSettings) -> ExitCode {
        let started = Instant.now()
        raiseDescriptorLimit()
        let service: Service
        do {
            try Log.shared.configure(settings.log)
            service = try Service(settings)
        } catch {
            Log.shared.error("service.failed", "The service cannot start") { $0.add("error", error.operatorMessage) }
            Log.shared.flush()
            return .failure
        }
        Log.shared.info("service.listening", "InspectIA serves") { line in
            line.add("url", settings.url(port: service.port))
            line.add("version", Service.version)
            line.add("duration_ms", Instant.now() - started)
        }
        let code = run(service, Monitor([]), started)
        Log.shared.info("service.stopped", "InspectIA has stopped") { $0.add("exit_code", code.rawValue) }
        Log.shared.close()
        return code
    }

    private static func run(_ service: Service, _ events: Monitor<[Event]>, _ started: Instant) -> ExitCode {
        let tell: @Sendable (Event) -> Void = { event in
            events.withLock { $0.append(event) }
            events.signal()
        }
        Thread.start("signals") { listen { tell(.signal($0)) } }.detach()
        service.inBackground {
            do {
                try await service.prepare()
                Log.shared.info("service.ready", "The database is ready") {
                    $0.add("duration_ms", Instant.now() - started)
                }
            } catch { tell(.failed(error)) }
        }
        var code = ExitCode.ok
        var isStopping = false
        while true {
            switch events.wait({ $0.isEmpty ? nil : $0.removeFirst() }) {
            case .signal(SIGHUP): service.reload()
            case .signal where isStopping:
                Log.shared.warn("service.killed", "A second signal: ending at once")
                Log.shared.flush()
                _exit(ExitCode.failure.rawValue)
            case .failed where isStopping: break
            case .failed(let error):
                Log.shared.error("service.failed", "The database cannot be used") {
                    $0.add("error", error.operatorMessage)
                }
                (code, isStopping) = (.failure, true)
                service.stop { tell(.stopped) }
            case .signal(let number):
                Log.shared.info("service.stopping", "Finishing what is under way") { $0.add("signal", number) }
                isStopping = true
                service.stop { tell(.stopped) }
            case .stopped: return code
            }
        }
    }

    private static func listen(_ tell: (Int32) -> Void) {
        var signals = handled
        let descriptor = signalfd(-1, &signals, Int32(SFD_CLOEXEC))
        var info = signalfd_siginfo()
        while read(descriptor, &info, MemoryLayout<signalfd_siginfo>.size) > 0 { tell(Int32(info.ssi_signo)) }
    }

    /// As many connections as the system lets this account have.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
