import CLinux
import Glibc

/// A program started by this process. It must be waited for; until then its id belongs to no one else.
public final class Child: Sendable {
    public enum ExitStatus: Equatable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)

        public var isSuccess: Bool { self == .exited(0) }
    }

    struct Pipes: ~Copyable, Sendable {
        var input: Descriptor?
        var output: Descriptor?
        var error: Descriptor?
    }

    public let id: Int32
    private let group: ChildCommand.Group
    private let killsGroupAtExit: Bool
    private let status = Monitor<ExitStatus?>(nil)
    private let pipes: Monitor<Pipes>

    init(id: Int32, command: ChildCommand, pipes: consuming Pipes) {
        (self.id, group, killsGroupAtExit) = (id, command.group, command.killsGroupAtExit)
        self.pipes = Monitor(pipes)
    }

    // MARK: Pipes

    /// The end to write to, once, when the child's input is a pipe. The child reads the end of it when this is closed.
    public func takeInput() -> Descriptor? { pipes.withLock { $0.input.take() } }
    /// The end to read from, once, when the child's output is a pipe.
    public func takeOutput() -> Descriptor? { pipes.withLock { $0.output.take() } }
    public func takeError() -> Descriptor? { pipes.withLock { $0.error.take() } }

    // MARK: Its end

    /// How it ended, or nil while it runs. Never blocks.
    public func poll() -> ExitStatus? {
        status.withLock { status in
            if status == nil { status = reap() }
            return status
        }
    }

    /// Blocks the thread until it ends.
    public func wait() -> ExitStatus {
        while true {
            if let status = poll() { return status }
            // Waits without reaping, so that nobody holds a lock, or signals a stranger, in the meantime.
            var information = siginfo_t()
            _ = waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT)
        }
    }

    /// Blocks the thread until it ends or the deadline passes: then nil.
    public func wait(until deadline: Instant) throws(FileError) -> ExitStatus? {
        let watch = try exitDescriptor()
        while true {
            if let status = poll() { return status }
            let left = (deadline - Instant.now()).nanoseconds
            guard left > 0 else { return nil }
            var event = pollfd(fd: watch.rawValue, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&event, 1, Int32(clamping: left / 1_000_000 + 1))
        }
    }

    /// A descriptor that becomes readable when the child ends: for an event loop, which then calls `poll`.
    public func exitDescriptor() throws(FileError) -> Descriptor {
        let descriptor = clinux_pidfd(id)
        guard descriptor >= 0 else { throw FileError("pidfd_open", "\(id)") }
        return Descriptor(owning: descriptor)
    }

    private func reap() -> ExitStatus? {
        var information = siginfo_t()
        if killsGroupAtExit, group != .inherited {
            guard waitid(P_PID, id_t(id), &information, WEXITED | WNOHANG | WNOWAIT) == 0,
                information.si_signo == SIGCHLD
            else { return nil }
            // Its leader is not buried yet, so the group's number is still its own.
            _ = Glibc.kill(-id, SIGKILL)
        }
        var code: Int32 = 0
        let reaped = retrying { waitpid(id, &code, WNOHANG) }
        // Someone else waited for it, or SIGCHLD is ignored: its status is lost and cannot be made up.
        precondition(reaped >= 0, "waitpid \(id): errno \(errno)")
        if reaped == 0 { return nil }
        return clinux_exited(code) != 0
            ? .exited(clinux_exit_status(code)) : .killed(signal: clinux_termination_signal(code))
    }

    // MARK: Signals

    /// To its whole group when it leads one, else to the child alone. Nothing is sent once its end is known.
    public func send(signal: Int32) {
        status.withLock { status in
            if status == nil { _ = Glibc.kill(group == .inherited ? id : -id, signal) }
        }
    }

    /// `SIGTERM`: asks it to end.
    public func terminate() { send(signal: SIGTERM) }
    /// `SIGKILL`.
    public func kill() { send(signal: SIGKILL) }
}
