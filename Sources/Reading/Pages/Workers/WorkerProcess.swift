import Glibc
import Platform

/// One reading process, seen from outside. It belongs to whoever has leased it.
final class WorkerProcess: Sendable {
    private let child: Child
    private let socket: Monitor<WireSocket>

    init(executable: String) throws(ReadingError) {
        do throws(FileError) {
            var command = ChildCommand(executable, ["worker", "ocr"])
            // Recognition that spreads over threads is slower; what else it needs is compiled in.
            command.environment = ["OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"]
            command.workingDirectory = "/"
            command.output = .null
            command.error = .null
            command.group = .own
            let ends = try WireEnds()
            command.input = .descriptor(ends.theirs.rawValue)
            child = try Child.start(command)
            socket = Monitor(WireSocket(ends.ours))
        } catch {
            throw .readerFailed(error.message)
        }
    }

    deinit {
        child.kill()
        _ = child.wait()
    }

    var id: Int32 { child.id }
    var hasEnded: Bool { child.poll() != nil }

    /// Asks and waits for the answer. Whatever goes wrong, the process is not to be asked again.
    func answer(to request: PageRequest, within time: Duration) throws(ReadingError) -> PageAnswer {
        let deadline = Instant.now() + time
        do {
            let message = try socket.withLock { socket in
                try socket.send(request.wire(), until: deadline)
                return try socket.receive(longest: PageWorker.longestAnswer, until: deadline)
            }
            return try PageAnswer(wire: message)
        } catch WireSocket.Failure.timedOut {
            child.kill()
            throw .unreadableDocument("no answer in time")
        } catch {
            child.kill()
            throw .unreadableDocument("worker \(child.wait()) \(error)")
        }
    }
}
