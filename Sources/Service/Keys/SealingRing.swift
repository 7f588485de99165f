import Crypto

/// Seals small secrets with the keys of a ring: the first one seals, all of them open. What is sealed says with which.
struct SealingRing: Sendable {
    private static let identifierCount = 16
    private let keys: [(identifier: [UInt8], key: SealingKey)]

    /// The seeds of the ring are secrets of their own purpose; what seals is derived from them.
    init(_ ring: KeyRing) throws(CryptoError) {
        var keys: [(identifier: [UInt8], key: SealingKey)] = []
        for entry in ring.keys {
            let derived = HMAC.sha256("inspectia/scellement".utf8, key: entry.seed)
            keys.append((Array(entry.identifier.utf8), try SealingKey(derived.bytes)))
        }
        self.keys = keys
    }

    /// `place` says where it belongs: table, column, row.
    func seal(_ plain: [UInt8], at place: String) -> [UInt8] {
        let (identifier, key) = keys[0]
        return identifier + key.seal(plain, context: Self.context(place, identifier))
    }

    func open(_ sealed: [UInt8], at place: String) throws(CryptoError) -> [UInt8] {
        let identifier = Array(sealed.prefix(Self.identifierCount))
        guard let key = keys.first(where: { $0.identifier == identifier })?.key else { throw .notAuthentic }
        return try key.open(Array(sealed.dropFirst(Self.identifierCount)), context: Self.context(place, identifier))
    }

    private static func context(_ place: String, _ identifier: [UInt8]) -> [UInt8] {
        Array(place.utf8) + [0x7c] + identifier
    }
}
