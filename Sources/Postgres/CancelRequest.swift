import CLibPQ
import Platform

/// Asks the server to stop what a connection runs. It travels on a connection of its own and blocks, hence the thread.
struct CancelRequest: @unchecked Sendable {  // the handle is used by one thread after the other
    private let handle: OpaquePointer
    init(_ handle: OpaquePointer) { self.handle = handle }

    func send() {
        Thread.start("pg-cancel") {
            var message = [CChar](repeating: 0, count: 256)
            PQcancel(handle, &message, Int32(message.count))
            PQfreeCancel(handle)
        }.detach()
    }
}
