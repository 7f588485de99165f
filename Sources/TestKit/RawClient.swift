import CLinux
import Glibc

/// A blocking TCP client that sends exactly the bytes it is told to, however wrong, and reads answers with a parser of
/// its own.
public final class RawClient {
    public enum Failure: Error, Equatable {
        case refused
        case timedOut
        /// The peer reset the connection.
        case reset
        /// The connection ended inside an answer, or before it.
        case ended
        case malformed(String)
    }

    public private(set) var descriptor: Int32
    /// Received and not yet consumed.
    var pending: [UInt8] = []
    var session: TLSSession?

    /// Connects to an address of this machine, over IPv4 perhaps from the address `source`. `timeout` bounds each send
    /// and each receive; a small `receiveBuffer` makes a client that is soon behind.
    public init(
        host: String = "127.0.0.1", port: UInt16, source: String? = nil, receiveBuffer: Int32? = nil,
        timeout: Duration = .seconds(10)
    ) throws(Failure) {
        let family = host.contains(":") ? AF_INET6 : AF_INET
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .refused }
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var limit = timeval(
            tv_sec: Int(timeout.components.seconds),
            tv_usec: Int(timeout.components.attoseconds / 1_000_000_000_000))
        var on: Int32 = 1
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        let code =
            family == AF_INET6
            ? Self.connectV6(descriptor, host, port) : Self.connectV4(descriptor, host, port, source)
        // The object is whole: its deinit closes the descriptor.
        guard code == 0 else { throw .refused }
    }

    deinit { close() }

    private static func connectV4(_ descriptor: Int32, _ host: String, _ port: UInt16, _ source: String?) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, source ?? host, &address.sin_addr)
        var target = in_addr()
        inet_pton(AF_INET, host, &target)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                if source != nil, bind(descriptor, generic, size) != 0 { return -1 }
                pointer.pointee.sin_port = port.bigEndian
                pointer.pointee.sin_addr = target
                return connect(descriptor, generic, size)
            }
        }
    }

    private static func connectV6(_ descriptor: Int32, _ host: String, _ port: UInt16) -> Int32 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        inet_pton(AF_INET6, host, &address.sin6_addr)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }

    public func close() {
        session = nil
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    public func send(_ text: String) throws(Failure) { try send(Array(text.utf8)) }

    public func send(_ bytes: [UInt8]) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return session?.write(rest)
                    ?? Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Self.lastFailure }
            sent += count
        }
    }

    /// Sends until the peer takes no more, for `patience`; how many bytes it took.
    public func send(_ bytes: [UInt8], patience: Duration) throws(Failure) -> Int {
        var sent = 0
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while sent < bytes.count {
            let milliseconds = Int32(patience / .milliseconds(1))
            guard Glibc.poll(&poll, 1, milliseconds) == 1 else { return sent }
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, flags)
            }
            if count < 0, errno == EAGAIN { continue }
            guard count > 0 else { throw Self.lastFailure }
            sent += count
        }
        return sent
    }

    /// While it is set, what is sent is kept until it fills a segment, and leaves together when it is set back.
    public var holdsBack = false {
        didSet {
            var value: Int32 = holdsBack ? 1 : 0
            setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    /// Sends byte by byte, with a pause after each.
    public func send(_ text: String, pause: Duration) throws(Failure) {
        for byte in text.utf8 {
            try send([byte])
            usleep(UInt32(pause / .microseconds(1)))
        }
    }

    /// Whether nothing comes, not even an end, for that long.
    public func isSilent(for duration: Duration) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return pending.isEmpty && Glibc.poll(&poll, 1, Int32(duration / .milliseconds(1))) == 0
    }

    /// Nothing more will be sent; answers can still come.
    public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Drops the connection without a goodbye.
    public func reset() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close()
    }

    /// Everything until the peer closes.
    public func receiveToEnd() throws(Failure) -> [UInt8] {
        while try fill() {}
        defer { pending = [] }
        return pending
    }

    /// Waits for the peer to close; false when it says something more instead.
    public func isClosedByPeer() throws(Failure) -> Bool {
        if !pending.isEmpty { return false }
        return try !fill()
    }

    /// Waits for more bytes and keeps them for the next `receive`; false at the end of the connection.
    @discardableResult
    public func fill() throws(Failure) -> Bool {
        var received = 0
        let chunk = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            received = session?.read(buffer) ?? recv(descriptor, buffer.baseAddress, buffer.count, 0)
            count = max(0, received)
        }
        guard received >= 0 else { throw Self.lastFailure }
        pending += chunk
        return received > 0
    }

    static var lastFailure: Failure {
        switch errno {
        case EAGAIN: .timedOut
        case ECONNRESET, EPIPE: .reset
        default: .ended
        }
    }
}
