import Crypto
import Glibc
import JSON
import Platform

/// The Ed25519 keys of one purpose, in a file that only the service's account reads: the first one signs, all of them
/// verify.
struct KeyRing: Sendable {
    struct Key: Sendable {
        let identifier: String
        let seed: [UInt8]
        let pair: SigningKey
    }

    let keys: [Key]

    /// Signs.
    var current: Key { keys[0] }

    func verifyingKey(_ identifier: String) -> VerifyingKey? {
        keys.first { $0.identifier == identifier }?.pair.publicKey
    }

    /// Reads the ring, or makes one with a fresh key. Blocks.
    static func open(_ path: String) throws -> KeyRing {
        if access(path, F_OK) != 0 {
            let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
                separator: "/")
            try File.createDirectory(directory.isEmpty ? "." : directory)
            // Whoever was faster has made the one that counts.
            _ = try File.create(path, with: KeyRing(keys: [try fresh()]).bytes)
        }
        return try read(path)
    }

    /// Kept nowhere.
    static func passing() throws -> KeyRing { KeyRing(keys: [try fresh()]) }

    static func read(_ path: String) throws -> KeyRing {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & 0o077 != 0 { throw KeyRingError.readableByOthers(path) }
        guard let value = try? JSONValue(parsing: try File.read(path, limit: 64 << 10)),
            let entries = value["cles"]?.array, !entries.isEmpty, entries.count <= most
        else { throw KeyRingError.malformed(path) }
        let keys = entries.compactMap { entry -> Key? in
            guard let seed = entry["graine"]?.string.flatMap({ Base64.url.decode($0) }),
                let pair = try? SigningKey(seed: seed)
            else { return nil }
            return Key(identifier: identifier(of: pair.publicKey), seed: seed, pair: pair)
        }
        guard keys.count == entries.count else { throw KeyRingError.malformed(path) }
        return KeyRing(keys: keys)
    }

    private static let most = 16
    /// Tokens of keys before these have long expired.
    private static let kept = 3

    /// Puts a fresh key in front, which signs once the ring is read again; the last ones still verify. Its identifier.
    /// Blocks.
    static func rotate(_ path: String) throws -> String {
        let (ring, key) = (try open(path), try fresh())
        try File.replace(path, with: KeyRing(keys: [key] + ring.keys.prefix(kept - 1)).bytes)
        return key.identifier
    }

    private static func fresh() throws -> Key {
        let seed = SecureRandom.bytes(32)
        let pair = try SigningKey(seed: seed)
        return Key(identifier: identifier(of: pair.publicKey), seed: seed, pair: pair)
    }

    /// A key names itself: nothing else has to be kept in step with it.
    private static func identifier(of key: VerifyingKey) -> String {
        String(SHA256.hash(key.bytes).hexadecimal.prefix(16))
    }

    private var bytes: [UInt8] {
        JSONValue.object([
            .init("cles", .array(keys.map { .object([.init("graine", .string(Base64.url.encode($0.seed)))]) }))
        ]).jsonBytes() + [0x0a]
    }
}

/// Why a file of keys is not used.
enum KeyRingError: Error, CustomStringConvertible {
    case malformed(String)
    case readableByOthers(String)

    var description: String {
        switch self {
        case .malformed(let path): "« \(path) » n'est pas un fichier de clés lisible : restaurez-le d'une sauvegarde"
        case .readableByOthers(let path):
            "« \(path) » est lisible par d'autres comptes : chmod 600, puis renouvelez les clés s'il a pu être lu"
        }
    }
}
