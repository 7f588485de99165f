import Crypto

/// What the service seals that is nobody's in particular.
enum SealedUse: String, Sendable, CaseIterable {
    case secondFactors = "seconds_facteurs"
    /// Files that were sent, their names, and what was read of them.
    case documents
    /// What was answered to requests that may come twice.
    case answers = "reponses"
}

/// The key of a use, unwrapped. Every place has a key of its own that is made of it, so that none seals often enough for
/// its random nonces to meet.
struct UseKey: Sendable {
    private let root: SealingKey

    init(_ root: SealingKey) { self.root = root }

    /// The stored bytes: how they are made (1), nonce, sealed bytes, tag. `place` says where they belong: table, column,
    /// row.
    func seal(_ plain: [UInt8], at place: String) throws(CryptoError) -> [UInt8] {
        try [Self.form] + key(of: place).seal(plain, context: Self.context(place))
    }

    func open(_ sealed: [UInt8], at place: String) throws(CryptoError) -> [UInt8] {
        guard sealed.first == Self.form else { throw .notAuthentic }
        return try key(of: place).open(Array(sealed.dropFirst()), context: Self.context(place))
    }

    /// For what is sealed in pieces.
    func key(of place: String) throws(CryptoError) -> SealingKey {
        try SealingKey(HMAC.sha256("inspectia usage \(place)".utf8, key: root.bytes).bytes)
    }

    static let form: UInt8 = 1

    private static func context(_ place: String) -> [UInt8] { Array("\(place)|\(form)".utf8) }

    // MARK: Wrapping

    func wrapped(by wrapping: VaultKeys.Key, for use: String) -> [UInt8] {
        KeyWrapping.wrap(root, by: wrapping, at: Self.place(use))
    }

    init(unwrapping bytes: [UInt8], with wrapping: VaultKeys.Key, for use: String) throws(VaultError) {
        guard let root = KeyWrapping.unwrap(bytes, with: wrapping, at: Self.place(use)) else {
            throw .notAuthentic(column: "coffre_usages.cle")
        }
        self.root = root
    }

    private static func place(_ use: String) -> String { "coffre_usages|cle|\(use)" }
}
