import Crypto
import Glibc
import JSON
import Platform

/// The file of keys: the key-encryption keys by number, and the secret that blind indexes are made with. The database
/// never holds any of it, so a copy of the database alone tells nothing.
struct VaultKeys: Sendable {
    struct Key: Sendable {
        let version: Int
        fileprivate let root: [UInt8]
        /// When the database stopped referring to it. It is kept for backups that are older.
        var retired: String?
        /// Wraps the keys of persons.
        let wrapping: SealingKey
        /// Proves to the database that this is the key that it means, and tells nothing of it.
        let witness: [UInt8]

        fileprivate init(version: Int, root: [UInt8], retired: String? = nil) throws(CryptoError) {
            (self.version, self.root, self.retired) = (version, root, retired)
            wrapping = try SealingKey(Self.derived("wrap", from: root))
            witness = Array(Self.derived("witness", from: root).prefix(16))
        }

        private static func derived(_ purpose: String, from root: [UInt8]) -> [UInt8] {
            HMAC.sha256("inspectia vault \(purpose)".utf8, key: root).bytes
        }
    }

    /// In the order of their numbers.
    private(set) var keys: [Key]
    private let index: [UInt8]

    private static let most = 1000
    private static let largest = 256 << 10

    /// A first key.
    init() throws(CryptoError) {
        keys = [try Key(version: 1, root: SecureRandom.bytes(32))]
        index = SecureRandom.bytes(32)
    }

    subscript(_ version: Int) -> Key? { keys.first { $0.version == version } }

    /// The key of a blind index: one for each purpose, so that two indexes of the same value have nothing in common.
    func indexKey(_ purpose: String) -> [UInt8] { HMAC.sha256("index|\(purpose)".utf8, key: index).bytes }

    // MARK: Changes

    /// A key that an interrupted rotation made, or somebody in advance, and that comes after `version`.
    func unused(after version: Int) -> Key? {
        keys.last.flatMap { $0.version > version && $0.retired == nil ? $0 : nil }
    }

    mutating func add(version: Int) throws(CryptoError) {
        keys.append(try Key(version: version, root: SecureRandom.bytes(32)))
        keys.sort { $0.version < $1.version }
    }

    /// Those of the numbers that are not retired yet become so.
    mutating func retire(_ versions: Set<Int>, at date: Timestamp) {
        for place in keys.indices where versions.contains(keys[place].version) && keys[place].retired == nil {
            keys[place].retired = date.rfc3339(.seconds)
        }
    }

    /// For ever: backups that were made while it was in use can no longer be read.
    mutating func forget(_ version: Int) { keys.removeAll { $0.version == version } }

    // MARK: The file

    /// Nil when there is none. Blocks.
    static func read(_ path: String) throws -> VaultKeys? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw FileError("stat", path, errno: errno)
        }
        guard isPrivate(status) else { throw VaultError.keyFileReadableByOthers(path) }
        guard let value = try? JSONValue(parsing: try File.read(path, limit: largest)), let keys = VaultKeys(value)
        else { throw VaultError.badKeyFile(path) }
        return keys
    }

    /// Its account's alone; or root's, lent to the service's own group, as secrets come into containers.
    private static func isPrivate(_ status: stat) -> Bool {
        let isLent = status.st_uid == 0 && status.st_gid == getegid()
        return status.st_mode & (isLent ? 0o037 : 0o077) == 0
    }

    /// Puts it where there is no file yet; false when there is one. Blocks.
    func create(_ path: String) throws -> Bool {
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try File.createDirectory(directory.isEmpty ? "." : directory)
        return try File.create(path, with: bytes)
    }

    /// In the place of the file, durably. Blocks.
    func replace(_ path: String) throws { try File.replace(path, with: bytes) }

    private init?(_ value: JSONValue) {
        guard let entries = value["cles"]?.array, 1...Self.most ~= entries.count,
            let index = value["index"]?.string.flatMap({ Base64.url.decode($0) }), index.count == 32
        else { return nil }
        let keys = entries.compactMap { entry -> Key? in
            guard let version = entry["version"]?.int, 1...1_000_000 ~= version,
                let root = entry["cle"]?.string.flatMap({ Base64.url.decode($0) }), root.count == 32
            else { return nil }
            return try? Key(version: version, root: root, retired: entry["retiree"]?.string)
        }
        guard keys.count == entries.count, Set(keys.map(\.version)).count == keys.count else { return nil }
        (self.keys, self.index) = (keys.sorted { $0.version < $1.version }, index)
    }

    private var bytes: [UInt8] {
        let entries = keys.map { key -> JSONValue in
            var members: [JSONValue.Member] = [
                .init("version", .int(key.version)), .init("cle", .string(Base64.url.encode(key.root))),
            ]
            if let retired = key.retired { members.append(.init("retiree", .string(retired))) }
            return .object(members)
        }
        return JSONValue.object([
            .init("cles", .array(entries)), .init("index", .string(Base64.url.encode(index))),
        ]).jsonBytes() + [0x0a]
    }
}
