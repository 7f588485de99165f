import Glibc

/// Where lines end: a descriptor, with the file that it belongs to.
struct LogSink: ~Copyable {
    let descriptor: Int32
    private let path: String?
    private let takesAnySize: Bool

    /// As long as nobody reads the other end.
    static let patience: Int32 = 1000
    /// What a pipe takes as one piece.
    private static let piece = 4096

    init(_ destination: Log.Destination) throws(FileError) {
        switch destination {
        case .descriptor(let given): (descriptor, path) = (given, nil)
        case .file(let name):
            let opened = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
            if opened < 0 { throw FileError("open", name) }
            (descriptor, path) = (opened, name)
        }
        var status = stat()
        takesAnySize = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    deinit {
        if path != nil { close(descriptor) }
    }

    var destination: Log.Destination { path.map { .file($0) } ?? .descriptor(descriptor) }

    /// Writes whole lines and returns how many could not be.
    func write(_ lines: borrowing [UInt8], patience: Int32 = patience) -> Int {
        lines.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = writePiece(UnsafeRawBufferPointer(rebasing: rest), patience: patience)
                guard count > 0 else { return rest.count { $0 == UInt8(ascii: "\n") } }
                rest = rest.dropFirst(count)
            }
            return 0
        }
    }

    private func writePiece(_ bytes: UnsafeRawBufferPointer, patience: Int32) -> Int {
        if !takesAnySize {
            var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            while poll(&ready, 1, patience) < 0 { if errno != EINTR { return 0 } }
            if ready.revents & Int16(POLLOUT) == 0 { return 0 }
        }
        while true {
            let count = Glibc.write(descriptor, bytes.baseAddress!, takesAnySize ? bytes.count : Self.pieceEnd(bytes))
            if count >= 0 || errno != EINTR { return count }
        }
    }

    /// The end of the last line that fits a piece.
    private static func pieceEnd(_ bytes: UnsafeRawBufferPointer) -> Int {
        let piece = bytes.prefix(piece)
        return piece.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? piece.count
    }
}
