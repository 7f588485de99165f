import Glibc

extension File {
    /// Writes `bytes` after what the file holds, or makes it with `mode`. When this returns they are there durably; what
    /// a crash may leave is a last piece that is not whole. It blocks: not for an event loop.
    public static func append(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws(FileError) {
        let file = try open(path, O_WRONLY | O_APPEND | O_CREAT, mode: mode)
        try file.write(bytes, name: path)
        guard fsync(file.rawValue) == 0 else { throw FileError("fsync", path) }
    }

    /// Puts `bytes` where there is no file yet. False when there is one, which stays as it is.
    public static func create(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o600) throws(FileError) -> Bool {
        let draft = "\(path).\(UUIDv7.make()).tmp"
        try replace(draft, with: bytes, mode: mode)
        defer { unlink(draft) }
        if link(draft, path) == 0 { return true }
        guard errno == EEXIST else { throw FileError("link", path) }
        return false
    }
}
