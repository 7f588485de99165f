import Crypto
import Glibc
import Platform
import TestKit

@testable import Service

/// Keys of every sort in the database of a service.
final class TrialKeys: Sendable {
    enum Name: String, CaseIterable, Sendable {
        case scoped, otherScope, expired, revoked, unknown

        var isGood: Bool { self == .scoped || self == .otherScope }
        var permissions: [String] { self == .otherScope ? ["upload_documents"] : ["read_metrics"] }
    }

    let secrets: [Name: ApiKeySecret]
    private let ids: [Name: String]

    func id(_ name: Name) -> String { ids[name] ?? "" }

    /// Of the service that all tests share.
    static let local = Result { try TrialKeys(in: RunningService.local.get()) }

    init(in service: RunningService) throws {
        guard let database = service.database else { throw RunningService.NotReady() }
        let user = UUIDv7.make()
        try database.value(
            "INSERT INTO users (id, username, role, password_hash) VALUES ('\(user)', 'cles.essai', 'admin', 'x')")
        var (secrets, ids): ([Name: ApiKeySecret], [Name: String]) = ([:], [:])
        for name in Name.allCases {
            let secret = ApiKeySecret()
            (secrets[name], ids[name]) = (secret, UUIDv7.make().description)
            if name == .unknown { continue }
            let list = name.permissions.joined(separator: ",")
            try database.value(
                """
                SELECT set_config('inspectia.bureau', '*', true);
                INSERT INTO api_keys (id, name, prefix, hash, permissions, bureau, created_by, expires_at, revoked_at)
                VALUES ('\(ids[name] ?? "")', '\(name)', '\(secret.prefix)', '\\x\(secret.hash.hexadecimal)',
                    '{\(list)}', '18N', '\(user)', now() + interval '\(name == .expired ? "-1 second" : "1 day")',
                    \(name == .revoked ? "now()" : "NULL"))
                """)
        }
        (self.secrets, self.ids) = (secrets, ids)
        try database.value("SELECT pg_notify('cles_api', 'changee:toutes')")
        let deadline = Instant.now() + .seconds(30)
        while service.service.apiKeys.known.snapshot.entries.count < 2 {
            guard Instant.now() < deadline else { throw RunningService.NotReady() }
            usleep(5_000)
        }
    }
}
