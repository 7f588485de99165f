import CLinux
import Glibc
import HTTP
import Platform

/// A listening socket of one loop. The kernel spreads new connections over the loops' listeners (SO_REUSEPORT).
final class Listener: EventSource {
    private let descriptor: Int32
    private let server: ServerLoop
    private var token: SourceToken?
    private var isResting = false
    /// Given up when descriptors run out, so that the connection that could not be taken can at least be closed.
    private var spare = open("/dev/null", O_RDONLY | O_CLOEXEC)

    private static let acceptsPerTurn = 64
    private static let rest = Duration.milliseconds(100)

    init(descriptor: Int32, server: ServerLoop) {
        (self.descriptor, self.server) = (descriptor, server)
        token = server.loop.add(self, descriptor: descriptor, interest: .read)
    }

    func ready(_ events: Interest) { accept(atMost: Self.acceptsPerTurn) }

    /// Takes what waits at this moment: clients that keep coming do not make it last.
    func acceptQueued() {
        var information = tcp_info()
        var size = socklen_t(MemoryLayout<tcp_info>.size)
        // Of a listening socket this is the length of its queue.
        let code = getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &information, &size)
        accept(atMost: code == 0 ? Int(information.tcpi_unacked) : Self.acceptsPerTurn)
    }

    func close() {
        guard let token else { return }
        self.token = nil
        server.loop.remove(token)
        Glibc.close(descriptor)
        if spare >= 0 { Glibc.close(spare) }
    }

    private func accept(atMost limit: Int) {
        for _ in 0..<limit {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let accepted = withUnsafeMutablePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    clinux_accept4(descriptor, $0, &length, flags)
                }
            }
            guard accepted >= 0 else {
                switch errno {
                // These concern that connection only.
                case ECONNABORTED, EINTR: continue
                case EMFILE, ENFILE, ENOBUFS, ENOMEM: return runDry()
                default: return
                }
            }
            take(accepted, SocketAddress(storage).address)
        }
    }

    private func take(_ accepted: Int32, _ address: IPAddress) {
        var one: Int32 = 1
        setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        guard server.census.admit(address) else { return refuse(accepted, address) }
        server.accept(accepted, from: address)
    }

    /// One connection too many: says so when that can be said without waiting.
    private func refuse(_ accepted: Int32, _ address: IPAddress) {
        let trace = TraceContext.start()
        let problem = Problem(.overloaded, "Trop de connexions sont ouvertes.", retryAfter: 1)
        if server.tls == nil {
            var answer = ByteQueue()
            server.writeRefusal(problem, trace, to: &answer)
            // What has come unread would turn the close into a reset.
            _ = recv(accepted, server.scratch.baseAddress, server.scratch.count, 0)
            _ = send(accepted, answer.bytes.baseAddress, answer.count, Int32(MSG_NOSIGNAL))
            shutdown(accepted, Int32(SHUT_WR))
        }
        Glibc.close(accepted)
        server.observer.refused(problem, client: address, trace: trace, loop: server.loop.index)
    }

    /// Descriptors or memory have run out. One client is turned away, so that a few do not wait without end; then the
    /// listener rests, since a connection that cannot be taken would keep the loop turning.
    private func runDry() {
        if spare >= 0 {
            Glibc.close(spare)
            let accepted = clinux_accept4(descriptor, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
            if accepted >= 0 { Glibc.close(accepted) }
        }
        spare = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard !isResting, let token else { return }
        isResting = true
        server.loop.change(token, interest: [])
        server.loop.alarm(at: server.loop.now + Self.rest) { [self] in
            isResting = false
            if let token = self.token { server.loop.change(token, interest: .read) }
        }
    }
}
