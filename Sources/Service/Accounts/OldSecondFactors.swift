import Crypto
import Glibc
import JSON
import Platform
import Postgres

/// Second factors that a file of their own sealed, before the vault did: they are sealed again when the service starts.
struct OldSecondFactors: Sendable {
    let path: String
    let vault: Vault

    private static let batch = 200
    private static let identifierCount = 16

    func sealAgain(_ database: Database) async throws {
        try await SecondFactorStore.forgetOffersSealedOtherwise(database)
        var (last, lost) = (UUIDv7?.none, 0)
        while true {
            let (after, key) = (last, try vault.uses[.secondFactors])
            let seen = try await database.transaction { transaction in
                let old = try await SecondFactorStore.sealedOtherwise(after: after, Self.batch, transaction)
                guard let end = old.last?.user else { return (end: UUIDv7?.none, lost: 0) }
                let keys = try oldKeys()
                var count = 0
                for (user, sealed) in old {
                    let place = Accounts.place("secret", user)
                    guard let plain = Self.open(sealed, at: place, keys) else { continue }
                    try await SecondFactorStore.replace(sealed, by: key.seal(plain, at: place), of: user, transaction)
                    count += 1
                }
                if count > 0 {
                    try await AuditStore.append(
                        AuditEvent(
                            name: "donnees.chiffrees", actor: AuditActor(name: "service"),
                            details: [
                                .init("table", "second_factors"), .init("colonne", "secret"),
                                .init("nombre", .int(count)),
                            ]), in: transaction)
                }
                return (end: end, lost: old.count - count)
            }
            guard let end = seen.end else { break }
            last = end
            lost += seen.lost
        }
        guard lost > 0 else { return }
        Log.shared.error("second_factors.unread", "The file that sealed some second factors is not there") { line in
            line.add("path", path)
            line.add("count", lost)
        }
    }

    private func oldKeys() throws -> KeyRing? { access(path, F_OK) == 0 ? try KeyRing.read(path) : nil }

    /// Which key it was, then what it sealed.
    private static func open(_ sealed: [UInt8], at place: String, _ keys: KeyRing?) -> [UInt8]? {
        let identifier = Array(sealed.prefix(identifierCount))
        guard let key = keys?.keys.first(where: { Array($0.identifier.utf8) == identifier }),
            let sealing = try? SealingKey(HMAC.sha256("inspectia/scellement".utf8, key: key.seed).bytes)
        else { return nil }
        return try? sealing.open(
            Array(sealed.dropFirst(identifierCount)), context: Array(place.utf8) + [0x7c] + identifier)
    }
}
