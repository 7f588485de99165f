import Glibc
public import Platform

/// A document at rest, in a file or in memory, read at any place. It blocks: not for an event loop.
public final class DocumentBytes: Sendable {
    public let count: Int
    /// How many bytes are read at once at most.
    let pieceBytes: Int
    private let memory: [UInt8]
    /// Owns the descriptor; nil for what lies in memory.
    private let file: Descriptor?
    private let descriptor: Int32
    private let path: String

    /// `pieceBytes` changes nothing in what is read, as tests find out.
    public init(_ bytes: [UInt8], pieceBytes: Int = .max) {
        self.pieceBytes = max(1, pieceBytes)
        (count, memory, descriptor, path) = (bytes.count, bytes, -1, "")
        file = nil
    }

    /// Opens an ordinary file. The document is what it holds now: what is appended later is not read.
    public init(path: String) throws(FileError) {
        // A pipe without writer must not make us wait.
        let file = Descriptor(owning: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
        guard file.rawValue >= 0 else { throw FileError("open", path, errno: errno) }
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw FileError("fstat", path, errno: errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw FileError("open", path, errno: EISDIR) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("open", path, errno: EINVAL) }
        pieceBytes = .max
        (count, memory, descriptor, self.path) = (Int(status.st_size), [], file.rawValue, path)
        self.file = consume file
    }

    /// Fills `buffer` from `offset` on; less than all of it only at the end.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        let wanted = min(buffer.count, count - offset)
        guard wanted > 0, let base = buffer.baseAddress else { return 0 }
        if descriptor < 0 {
            memory.withUnsafeBytes { base.copyMemory(from: $0.baseAddress! + offset, byteCount: wanted) }
            return wanted
        }
        var done = 0
        while done < wanted {
            let got = pread(descriptor, base + done, wanted - done, offset + done)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else {
                throw ReadingError(
                    "unreadable_file", "Le fichier ne peut pas être lu.",
                    detail: FileError("pread", path, errno: errno).message)
            }
            if got == 0 { break }
            done += got
        }
        return done
    }

    /// All of it, a piece at a time.
    public func forEachPiece(_ body: (UnsafeRawBufferPointer) -> Void) throws(ReadingError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while offset < count {
            let got = try read(at: offset, into: buffer)
            if got == 0 { throw .shortened }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
            offset += got
        }
    }

    /// The bytes of a range, all of them.
    func bytes(_ range: Range<Int>) throws(ReadingError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= count else { throw .shortened }
        var result = [UInt8](repeating: 0, count: range.count)
        let got = try result.withUnsafeMutableBufferPointer { buffer throws(ReadingError) in
            try read(at: range.lowerBound, into: UnsafeMutableRawBufferPointer(buffer))
        }
        guard got == range.count else { throw .shortened }
        return result
    }
}
