import Crypto

/// Tells whether two declarations name the same person without asking the database: the blind index of `personnes`.
struct PersonIndex: Sendable {
    private let keys: [PersonClass: [UInt8]]

    init(_ keys: VaultKeys) {
        self.keys = Dictionary(
            uniqueKeysWithValues: PersonClass.allCases.map { ($0, keys.indexKey(Vault.purpose($0))) })
    }

    /// As lists hold it: the class, then the index.
    func text(of identifier: PersonIdentifier) -> String? {
        keys[identifier.classe].map {
            Self.text(identifier.classe.rawValue, HMAC.sha256(identifier.value, key: $0).bytes)
        }
    }

    static func text(_ classe: String, _ index: [UInt8]) -> String {
        index.reduce(into: classe) { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
    }
}

extension Vault {
    func personIndex() throws -> PersonIndex { PersonIndex(try versions.current().keys) }
}
