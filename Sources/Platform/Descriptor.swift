import Glibc

/// An open file descriptor that is closed with its owner.
public struct Descriptor: ~Copyable, Sendable {
    public let rawValue: Int32

    public init(owning rawValue: Int32) { self.rawValue = rawValue }

    deinit { close(rawValue) }

    /// What is left to read, blocking; `EFBIG` when it is more than `limit` bytes. `name` is for the error.
    public func readToEnd(limit: Int, name: String) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        // A file that tells its size is read in one piece; the byte more shows that it has ended.
        var status = stat()
        let expected = fstat(rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) + 1 : 0
        while true {
            let room = min(max(bytes.count, bytes.isEmpty ? expected : 0, 16384), limit - bytes.count + 1)
            var failure: FileError?
            let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                Self.preferHugePages(buffer)
                let got = retrying { read(rawValue, buffer.baseAddress, room) }
                if got < 0 { failure = FileError("read", name) }
                count = max(0, got)
            }
            if let failure { throw failure }
            if piece.isEmpty { return bytes }
            if bytes.isEmpty { bytes = piece } else { bytes += piece }
            if bytes.count > limit { throw FileError("read", name, errno: EFBIG) }
        }
    }

    /// Many pages of 4 kB take longer to be had, one fault each, than to be filled. Only a hint.
    private static func preferHugePages(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        guard buffer.count >= 4 << 20, let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
        let page = start.alignedUp(toMultipleOf: 4096)
        _ = madvise(page, buffer.count - (page - start), MADV_HUGEPAGE)
    }

    /// Writes all of `bytes`, blocking.
    public func write(_ bytes: [UInt8], name: String) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                retrying { Glibc.write(rawValue, buffer.baseAddress! + done, buffer.count - done) }
            }
            guard count > 0 else { throw FileError("write", name) }
            done += count
        }
    }
}

/// Calls again what a signal interrupted.
@inline(__always)
func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
