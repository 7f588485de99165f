import Crypto
import Platform
import Postgres

/// A machine's key, as the database keeps it: without its secret.
struct ApiKey: Sendable {
    let id: UUIDv7
    let name: String
    /// How the key begins: enough to tell which one it is, in a log or a machine's settings.
    let prefix: String
    let permissions: [String]
    /// The office whose objects are in scope; nil for all of them.
    let bureau: String?
    let createdBy: UUIDv7
    let created: Timestamp
    let rotated: Timestamp?
    let expires: Timestamp
    let revoked: Timestamp?
    let lastUsed: Timestamp?

    init(_ row: Row) throws {
        (id, name, prefix) = (try row.get("id"), try row.get("name"), try row.get("prefix"))
        (permissions, bureau) = (try row.get("permissions"), try row.get("bureau"))
        (createdBy, created) = (try row.get("created_by"), try row.get("created_at"))
        (rotated, expires) = (try row.get("rotated_at"), try row.get("expires_at"))
        (revoked, lastUsed) = (try row.get("revoked_at"), try row.get("last_used_at"))
    }
}

/// What a machine sends: `ia_`, eight signs that name the key, and 256 random bits. Shown once.
struct ApiKeySecret: Sendable {
    let prefix: String
    let text: String

    static let mark = Array("ia_".utf8)
    /// Mark, name, `_`, and 32 bytes in base64.
    static let length = 3 + 8 + 1 + 43
    static let prefixLength = 11

    init() { self.init(prefix: "ia_" + Base32.encode(SecureRandom.bytes(5)).lowercased()) }

    /// A new secret for a key that has its name.
    init(prefix: String) {
        self.prefix = prefix
        text = prefix + "_" + Base64.url.encode(SecureRandom.bytes(32))
    }

    var hash: Digest { SHA256.hash(text.utf8) }

    /// Whether it looks like a key and not like an access token.
    static func isOne(_ token: [UInt8]) -> Bool { token.count == length && token.starts(with: mark) }
}
