import CLinux
import Glibc
import Platform

/// Messages over a socket between two processes, each with its length before it.
struct WireSocket: ~Copyable {
    enum Failure: Error {
        /// The other side is gone.
        case closed
        case timedOut
        /// More than any message may have.
        case tooLong
    }

    private let socket: Descriptor

    init(_ socket: consuming Descriptor) { self.socket = socket }

    func send(_ message: [UInt8], until deadline: Instant) throws(Failure) {
        guard message.count < 1 << 31 else { throw .tooLong }
        var header = WireWriter()
        header.count(message.count)
        try send(all: header.bytes, until: deadline)
        try send(all: message, until: deadline)
    }

    func receive(longest: Int, until deadline: Instant) throws(Failure) -> [UInt8] {
        var header = WireReader(try receive(exactly: 4, until: deadline))
        guard let length = try? header.word(), Int(length) <= longest else { throw .tooLong }
        return try receive(exactly: Int(length), until: deadline)
    }

    private func send(all bytes: [UInt8], until deadline: Instant) throws(Failure) {
        var done = 0
        while done < bytes.count {
            try wait(for: POLLOUT, until: deadline)
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    socket.rawValue, $0.baseAddress! + done, bytes.count - done,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count > 0 else { throw .closed }
            done += count
        }
    }

    private func receive(exactly count: Int, until deadline: Instant) throws(Failure) -> [UInt8] {
        // It grows with what comes, not with what was announced.
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: min(count, 1 << 18))
        while bytes.count < count {
            try wait(for: POLLIN, until: deadline)
            let got = recv(socket.rawValue, &piece, min(piece.count, count - bytes.count), Int32(MSG_DONTWAIT))
            if got < 0, errno == EAGAIN || errno == EINTR { continue }
            guard got > 0 else { throw .closed }
            bytes += piece[..<got]
        }
        return bytes
    }

    private func wait(for event: Int32, until deadline: Instant) throws(Failure) {
        while true {
            let left = (deadline - Instant.now()).nanoseconds
            guard left > 0 else { throw .timedOut }
            var entry = pollfd(fd: socket.rawValue, events: Int16(event), revents: 0)
            let ready = poll(&entry, 1, Int32(clamping: left / 1_000_000 + 1))
            if ready > 0 { return }
            guard ready == 0 || errno == EINTR else { throw .closed }
        }
    }
}

/// The two ends of a new connection.
struct WireEnds: ~Copyable {
    let ours: Descriptor
    let theirs: Descriptor

    init() throws(FileError) {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw FileError("socketpair", "socket", errno: errno) }
        ours = Descriptor(owning: ends[0])
        theirs = Descriptor(owning: ends[1])
    }
}
