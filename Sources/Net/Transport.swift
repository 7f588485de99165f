import CLinux
import COpenSSL
import Glibc

/// How a read or a write ended.
enum Transfer {
    case bytes(Int)
    /// Nothing now; `needsWrite` when TLS must first write in order to read.
    case wouldBlock(needsWrite: Bool)
    /// The peer has closed its side in good order.
    case ended
    case failed
}

/// One connected socket, plain or under TLS. Non-blocking.
struct Transport: ~Copyable {
    let descriptor: Int32
    private var ssl: OpaquePointer?

    /// Takes the descriptor over; nil, and closed, when TLS is asked for and cannot be had.
    init?(descriptor: Int32, tls: TLSContext?) {
        self.descriptor = descriptor
        ssl = tls?.session(descriptor: descriptor)
        if tls != nil, ssl == nil {
            Glibc.close(descriptor)
            return nil
        }
    }

    /// To be called once, at the end.
    mutating func close() {
        if let ssl {
            SSL_shutdown(ssl)
            SSL_free(ssl)
        }
        ssl = nil
        Glibc.close(descriptor)
    }

    var isSecure: Bool { ssl != nil }

    /// Under TLS at most one record. With room for a whole one, which is 16 kB, nothing of it stays inside the session;
    /// what the session has read ahead may stay there, and readiness of the socket does not tell: ask `hasReadAhead`.
    @inline(__always)
    func read(into buffer: UnsafeMutableRawPointer, _ capacity: Int) -> Transfer {
        guard let ssl else {
            while true {
                let count = recv(descriptor, buffer, capacity, 0)
                if count > 0 { return .bytes(count) }
                if count == 0 { return .ended }
                if errno == EINTR { continue }
                return errno == EAGAIN ? .wouldBlock(needsWrite: false) : .failed
            }
        }
        ERR_clear_error()
        let count = SSL_read(ssl, buffer, Int32(clamping: capacity))
        return count > 0 ? .bytes(Int(count)) : outcome(ssl, count)
    }

    @inline(__always)
    func write(_ bytes: UnsafeRawBufferPointer) -> Transfer {
        guard let ssl else {
            while true {
                let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                if count >= 0 { return .bytes(count) }
                if errno == EINTR { continue }
                return errno == EAGAIN ? .wouldBlock(needsWrite: true) : .failed
            }
        }
        ERR_clear_error()
        let count = SSL_write(ssl, bytes.baseAddress, Int32(clamping: bytes.count))
        return count > 0 ? .bytes(Int(count)) : outcome(ssl, count)
    }

    private func outcome(_ ssl: OpaquePointer, _ code: Int32) -> Transfer {
        switch SSL_get_error(ssl, code) {
        case SSL_ERROR_WANT_READ: .wouldBlock(needsWrite: false)
        case SSL_ERROR_WANT_WRITE: .wouldBlock(needsWrite: true)
        case SSL_ERROR_ZERO_RETURN: .ended
        default: .failed
        }
    }

    /// Bytes that the kernel has taken and the peer has not confirmed.
    var unacknowledged: Int {
        var count: Int32 = 0
        return ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
    }

    /// Whether the session holds what it has read behind the last record: more records, or a part of one.
    var hasReadAhead: Bool {
        guard let ssl else { return false }
        return SSL_has_pending(ssl) != 0
    }

    /// Whether bytes have come that nobody has read from the socket.
    var hasUnread: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK)) > 0
    }

    /// Goes on without TLS when the client's first byte says that it speaks plain HTTP: a record begins with 22, a
    /// method with a letter.
    mutating func dropTLSIfUnused() -> Bool {
        guard let ssl, SSL_in_before(ssl) != 0 else { return false }
        var byte: UInt8 = 0
        guard recv(descriptor, &byte, 1, Int32(MSG_PEEK)) == 1, byte &- 0x41 < 26 else { return false }
        SSL_free(ssl)
        self.ssl = nil
        return true
    }

    /// Makes `close` a reset, without a goodbye.
    mutating func resetOnClose() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        if let ssl { SSL_set_quiet_shutdown(ssl, 1) }
    }

    /// Tells the peer that nothing more will come, and goes on reading.
    func endWriting() {
        if let ssl { SSL_shutdown(ssl) }
        shutdown(descriptor, Int32(SHUT_WR))
    }
}
