import CLinux
import Glibc
import HTTP
import Platform

/// An HTTP/1.1 server on the loops of a group: one listening socket a loop. It serves until it is drained.
public final class Server: Sendable {
    private let configuration: ServerConfiguration
    private let servers: [ServerLoop]
    /// The port that is listened on, also when the system chose it.
    public let port: UInt16

    /// Binds and begins to serve.
    public init(
        _ application: Application, on group: EventLoopGroup, configuration: ServerConfiguration,
        observer: any ServerObserver
    ) throws(ServerError) {
        guard let address = IPAddress(configuration.host) else { throw .address(configuration.host) }
        let tls: TLSContext? = if let files = configuration.tls { try TLSContext(files) } else { nil }
        let census = Census(limits: configuration.limits, proxies: configuration.trustedProxies)
        var port = configuration.port
        // Shared ports would let a second service take half of the first one's clients: make sure that it is free.
        close(try Self.listen(SocketAddress(address: address, port: port), shared: false))
        var descriptors: [Int32] = []
        for _ in group.loops {
            do throws(ServerError) {
                descriptors.append(try Self.listen(SocketAddress(address: address, port: port), shared: true))
            } catch {
                for descriptor in descriptors { close(descriptor) }
                throw error
            }
            port = Self.boundPort(descriptors[0])
        }
        (self.configuration, self.port) = (configuration, port)
        servers = group.loops.map { loop in
            ServerLoop(
                loop, application: application, configuration: configuration, tls: tls, observer: observer,
                census: census, loops: group.loops.count)
        }
        for (server, descriptor) in zip(servers, descriptors) {
            server.loop.post { server.listen(on: descriptor) }
        }
    }

    /// Reads the certificate and the key again; new connections use them. On failure the old ones stay.
    public func reloadTLS() throws(ServerError) {
        guard let files = configuration.tls else { return }
        let context = try TLSContext(files)
        for server in servers { server.loop.post { server.tls = context } }
    }

    /// Takes no more connections, lets the requests under way finish within the configured time, closes all.
    public func drain() async {
        await withTaskGroup(of: Void.self) { group in
            for server in servers {
                group.addTask {
                    await withUnsafeContinuation { done in
                        server.loop.post { server.drain { done.resume() } }
                    }
                }
            }
        }
    }

    private static func listen(_ address: SocketAddress, shared: Bool) throws(ServerError) -> Int32 {
        let family = address.address.isV4 ? AF_INET : AF_INET6
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        let host = address.address.isV4 ? "\(address.address)" : "[\(address.address)]"
        let name = "\(host):\(address.port)"
        guard descriptor >= 0 else { throw .socket(call: "socket", address: name, errno: errno) }
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size)
        if shared { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, size) }
        guard address.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(descriptor)
            throw .socket(call: "bind", address: name, errno: code)
        }
        guard Glibc.listen(descriptor, 4096) == 0 else {
            let code = errno
            close(descriptor)
            throw .socket(call: "listen", address: name, errno: code)
        }
        return descriptor
    }

    private static func boundPort(_ descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return SocketAddress(storage).port
    }
}
