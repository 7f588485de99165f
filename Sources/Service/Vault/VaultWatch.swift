import Platform
import Postgres

/// Keeps what this instance has cached of the vault in step with the database: an erased person's key is dropped, and
/// a new key-encryption key is read.
struct VaultWatch: Sendable {
    let vault: Vault
    let database: Database

    /// Ends when the database is closed.
    func listen() async {
        for await event in database.listen(Vault.channel) {
            switch event {
            // What was missed could be anybody's erasure.
            case .resynchronise: vault.cache.dropAll()
            case .notification(let notification): await apply(notification.payload)
            }
        }
    }

    private func apply(_ payload: String) async {
        if payload.hasPrefix(Self.erased), let person = UUIDv7(String(payload.dropFirst(Self.erased.count))) {
            vault.cache.drop(person)
            return
        }
        do { try await vault.versions.agree(database) } catch {
            // Asked for again by whoever meets a key that is not known.
            Log.shared.warn("vault.unread", "The keys could not be read again") { line in
                line.add("error", error.operatorMessage)
            }
        }
    }

    static let erased = "effacee:"
}
