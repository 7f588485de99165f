import Glibc

/// The few acts on files that must be exact: bounded reading, and writing that a crash cannot leave half done.
public enum File {
    /// The whole file; `EFBIG` when it is larger than `limit` bytes. It blocks: not for an event loop.
    public static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        try open(path, O_RDONLY).readToEnd(limit: limit, name: path)
    }

    /// At most its first `count` bytes.
    public static func beginning(of path: String, count: Int) throws(FileError) -> [UInt8] {
        let file = try open(path, O_RDONLY)
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = Glibc.read(file.rawValue, buffer.baseAddress! + filled, count - filled)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { break }
                filled += got
            }
        }
        guard !failed else { throw FileError("read", path) }
        return bytes
    }

    /// Puts `bytes` in the place of the file, or makes it. After a crash the file holds either all of them or what it
    /// held before; when this returns, it holds them durably. `mode` is applied whatever the umask.
    public static func replace(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o600) throws(FileError) {
        let (directory, name) = split(path)
        let temporary = "\(directory)/.\(name.prefix(64)).\(UUIDv7.make()).tmp"
        do throws(FileError) {
            try writeDurably(bytes, to: temporary, mode: mode)
            guard rename(temporary, path) == 0 else { throw FileError("rename", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try synchronizeDirectory(directory)
    }

    /// Gives the file another name on the same file system, durably; one that has that name already is replaced.
    public static func move(_ path: String, to other: String) throws(FileError) {
        guard rename(path, other) == 0 else { throw FileError("rename", other) }
        do throws(FileError) { try synchronizeDirectory(split(other).directory) } catch {
            // After a failed fsync nobody knows what a crash would leave.
            unlink(other)
            throw error
        }
    }

    /// The names in the directory, sorted; those that begin with a dot are left out.
    public static func names(in directory: String) throws(FileError) -> [String] {
        guard let stream = opendir(directory) else { throw FileError("opendir", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Makes the directory and those above it that are missing, with `mode` whatever the umask. One that exists stays
    /// as it is.
    public static func createDirectory(_ path: String, mode: UInt32 = 0o700) throws(FileError) {
        if isDirectory(path) { return }
        let (parent, _) = split(path)
        if parent != path, !isDirectory(parent) { try createDirectory(parent, mode: mode) }
        guard mkdir(path, mode) == 0 else {
            // Someone else may have been faster.
            if errno == EEXIST, isDirectory(path) { return }
            throw FileError("mkdir", path)
        }
        guard chmod(path, mode) == 0 else { throw FileError("chmod", path) }
        try synchronizeDirectory(parent)
    }

    // A failed fsync is final: the kernel may have dropped the pages, and a second call would report success.
    private static func writeDurably(_ bytes: [UInt8], to path: String, mode: UInt32) throws(FileError) {
        let file = try open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        try file.write(bytes, name: path)
        guard fchmod(file.rawValue, mode) == 0 else { throw FileError("fchmod", path) }
        guard fsync(file.rawValue) == 0 else { throw FileError("fsync", path) }
    }

    private static func synchronizeDirectory(_ path: String) throws(FileError) {
        let directory = try open(path, O_RDONLY | O_DIRECTORY)
        guard fsync(directory.rawValue) == 0 else { throw FileError("fsync", path) }
    }

    static func open(_ path: String, _ flags: Int32, mode: UInt32 = 0) throws(FileError) -> Descriptor {
        let descriptor = retrying { Glibc.open(path, flags | O_CLOEXEC, mode) }
        guard descriptor >= 0 else { throw FileError("open", path) }
        return Descriptor(owning: descriptor)
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The directory that holds the last component, and that component.
    private static func split(_ path: String) -> (directory: String, name: Substring) {
        var trimmed = path[...]
        while trimmed.count > 1, trimmed.last == "/" { trimmed = trimmed.dropLast() }
        guard let slash = trimmed.lastIndex(of: "/") else { return (".", trimmed) }
        let directory = trimmed[..<slash]
        return (directory.isEmpty ? "/" : String(directory), trimmed[trimmed.index(after: slash)...])
    }
}
