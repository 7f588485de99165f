import Crypto

/// The keys of files that were sent: one for each content, made of the first key of a ring and of the content's hash.
/// What is sealed says with which key of the ring, so that all of them open.
struct DocumentKeys: Sendable {
    static let identifierCount = 16
    private let seeds: [(identifier: [UInt8], seed: [UInt8])]

    init(_ ring: KeyRing) { seeds = ring.keys.map { (Array($0.identifier.utf8), $0.seed) } }

    /// The key of one content.
    struct Key: Sendable {
        let identifier: [UInt8]
        private let sealing: SealingKey
        private let content: String

        fileprivate init(_ identifier: [UInt8], seed: [UInt8], content: Digest) throws(CryptoError) {
            (self.identifier, self.content) = (identifier, content.hexadecimal)
            sealing = try SealingKey(
                HMAC.sha256("inspectia/document|\(content.hexadecimal)".utf8, key: seed).bytes)
        }

        /// `place` says where it belongs.
        func seal(_ plain: [UInt8], at place: String) -> [UInt8] { sealing.seal(plain, context: context(place)) }

        func open(_ sealed: [UInt8], at place: String) throws(CryptoError) -> [UInt8] {
            try sealing.open(sealed, context: context(place))
        }

        private func context(_ place: String) -> [UInt8] { Array("\(content)|\(place)".utf8) }
    }

    /// The one that seals.
    func key(of content: Digest) throws(CryptoError) -> Key {
        try Key(seeds[0].identifier, seed: seeds[0].seed, content: content)
    }

    func key(of content: Digest, named identifier: [UInt8]) throws(CryptoError) -> Key {
        guard let seed = seeds.first(where: { $0.identifier == identifier })?.seed else { throw .notAuthentic }
        return try Key(identifier, seed: seed, content: content)
    }

    /// A value of a row, with the name of the key.
    func seal(_ plain: [UInt8], of content: Digest, at place: String) throws(CryptoError) -> [UInt8] {
        let key = try key(of: content)
        return key.identifier + key.seal(plain, at: place)
    }

    func open(_ sealed: [UInt8], of content: Digest, at place: String) throws(CryptoError) -> [UInt8] {
        let identifier = Array(sealed.prefix(Self.identifierCount))
        return try key(of: content, named: identifier).open(Array(sealed.dropFirst(Self.identifierCount)), at: place)
    }
}
