import Glibc
public import Platform

/// A directory of its own under `/tmp`, removed with everything in it when the value goes, or when the process ends
/// before that.
public final class TemporaryDirectory: Sendable {
    private static let prefix = "inspectia-test-"
    private static let living = Monitor<Set<String>>([])
    private static let preparation: Void = {
        removeLeftovers()
        atexit { for path in TemporaryDirectory.living.withLock({ $0 }) { TemporaryDirectory.remove(path) } }
    }()

    public let path: String

    public init() throws(FileError) {
        Self.preparation
        var template = Array("/tmp/\(Self.prefix)\(getpid())-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError("mkdtemp", "/tmp", errno: errno) }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        // Programs that run as another account find their way through it.
        guard chmod(path, 0o711) == 0 else { throw FileError("chmod", path, errno: errno) }
        self.path = path
        Self.living.withLock { _ = $0.insert(path) }
    }

    deinit {
        Self.remove(path)
        Self.living.withLock { _ = $0.remove(path) }
    }

    /// Writes a file and gives back its path.
    public func file(_ name: String, _ bytes: [UInt8]) throws(FileError) -> String {
        let path = "\(path)/\(name)"
        try File.replace(path, with: bytes)
        return path
    }

    /// Links are removed, not followed.
    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// What processes that were killed could not remove.
    private static func removeLeftovers() {
        for name in names(in: "/tmp") where name.hasPrefix(prefix) {
            let process = pid_t(name.dropFirst(prefix.count).prefix { $0 != "-" })
            if let process, kill(process, 0) != 0, errno == ESRCH { remove("/tmp/" + name) }
        }
    }

    private static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
