import Crypto
import Decisions
import Glibc
import JSON
import Platform

/// The secret that draws are made with, in a file that only the service's account reads.
enum DrawKeys {
    private static let largest = 64 << 10

    /// Reads the current epoch's key, or makes the first. Blocks.
    static func open(_ path: String) throws -> DrawKey {
        if access(path, F_OK) != 0 {
            let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            try File.createDirectory(directory.joined(separator: "/"))
            let secret = Base64.url.encode(SecureRandom.bytes(32))
            let text: JSONValue = ["epoques": [["numero": 1, "cle": .string(secret)]]]
            // Whoever was faster has made the one that counts.
            _ = try File.create(path, with: text.jsonBytes() + [0x0a])
        }
        return try parse(path)
    }

    /// Nil when there is none.
    static func read(_ path: String) throws -> DrawKey? { access(path, F_OK) == 0 ? try parse(path) : nil }

    private static func parse(_ path: String) throws -> DrawKey {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & 0o077 != 0 { throw KeyRingError.readableByOthers(path) }
        guard let value = try? JSONValue(parsing: try File.read(path, limit: largest)),
            let last = value["epoques"]?.array?.last, let epoch = last["numero"]?.int,
            let bytes = last["cle"]?.string.flatMap({ Base64.url.decode($0) }),
            let key = try? DrawKey(epoch: epoch, bytes: bytes)
        else { throw KeyRingError.malformed(path) }
        return key
    }
}
