import CLinux
import Glibc

/// An operating-system thread that Swift concurrency does not own: event loops, workers, the log's writer.
public struct Thread: Sendable {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void
        init(_ name: String, _ body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }
    }
    private let handle: pthread_t

    /// The processors that this process may use.
    public static let availableCores = max(1, Int(clinux_available_cores()))

    /// `name` is ASCII and cut at 15 bytes, the kernel's limit.
    public static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> Thread {
        let start = Unmanaged.passRetained(Start(String(decoding: name.utf8.prefix(15), as: UTF8.self), body))
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { raw in
                let start = Unmanaged<Start>.fromOpaque(raw!).takeRetainedValue()
                _ = clinux_name_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        // Threads are started when the process starts; without them it cannot do its work.
        precondition(code == 0, "pthread_create: \(code)")
        return Thread(handle: handle)
    }

    public func join() { pthread_join(handle, nil) }

    /// Lets the other threads of the process go first. It cannot be taken back without privileges.
    public static func lowerPriority(by niceness: Int) { _ = clinux_nice_thread(Int32(clamping: niceness)) }

    /// For a thread that nobody will join.
    public func detach() { pthread_detach(handle) }
}
