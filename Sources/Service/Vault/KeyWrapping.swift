import Crypto

/// Keys as the database holds them: wrapped by a key-encryption key, and bound to whose they are.
enum KeyWrapping {
    static let byteCount = 65
    private static let form: UInt8 = 1

    /// The stored bytes: how they are made (1), the number of the key that wraps, nonce, wrapped key, tag. `place` says
    /// whose key it is.
    static func wrap(_ key: SealingKey, by wrapping: VaultKeys.Key, at place: String) -> [UInt8] {
        var bytes = [form]
        withUnsafeBytes(of: UInt32(wrapping.version).bigEndian) { bytes.append(contentsOf: $0) }
        return bytes + wrapping.wrapping.seal(key.bytes, context: context(place, wrapping.version))
    }

    /// Nil when it is not what was wrapped by that key for that place.
    static func unwrap(_ bytes: [UInt8], with wrapping: VaultKeys.Key, at place: String) -> SealingKey? {
        guard version(of: bytes) == wrapping.version,
            let plain = try? wrapping.wrapping.open(
                Array(bytes.dropFirst(5)), context: context(place, wrapping.version))
        else { return nil }
        return try? SealingKey(plain)
    }

    /// Nil for bytes that are no wrapped key.
    static func version(of bytes: [UInt8]) -> Int? {
        guard bytes.count == byteCount, bytes[0] == form else { return nil }
        return bytes[1..<5].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func context(_ place: String, _ version: Int) -> [UInt8] { Array("\(place)|\(version)".utf8) }
}
