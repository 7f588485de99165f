import JSON
import Platform
import Postgres

/// The addresses of accounts, which are sealed: an account is a person of its own.
struct AccountEmails: Sendable {
    let vault: Vault

    private static let batch = 200

    /// Nil: the account has none.
    func set(_ email: String?, of user: UUIDv7, _ transaction: Transaction) async throws {
        if let email {
            try await set([(user, email)], transaction)
        } else {
            try await AccountEmailStore.remove(of: user, transaction)
        }
    }

    /// Who the account is, made when it has no address and nobody has asked yet. Nil when there is no such account.
    func person(of user: UUIDv7, _ transaction: Transaction) async throws -> UUIDv7? {
        guard try await AccountStore.locked(user, transaction) != nil,
            let identifier = PersonIdentifier(.compte, user.description)
        else { return nil }
        let person = try await vault.persons([identifier], in: transaction)[0].id
        try await AccountEmailStore.set(person: person, of: user, transaction)
        return person
    }

    /// In the order of the accounts; nil for those that have none.
    func open(_ accounts: [Account], _ database: some Queryable) async throws -> [String?] {
        let sealed = accounts.enumerated().compactMap { place, account -> (place: Int, field: Vault.Sealed)? in
            guard let person = account.person, let bytes = account.sealedEmail else { return nil }
            return (place, .init(person, .accountEmail, row: account.id, bytes))
        }
        guard !sealed.isEmpty else { return accounts.map { _ in nil } }
        var emails = [String?](repeating: nil, count: accounts.count)
        let texts = try await vault.open(sealed.map(\.field), database)
        for (entry, text) in zip(sealed, texts) { emails[entry.place] = text }
        return emails
    }

    /// Seals what earlier versions kept in clear.
    func sealOld(_ database: Database) async throws {
        while true {
            let count = try await database.transaction { transaction in
                let old = try await AccountEmailStore.inClear(Self.batch, transaction)
                guard !old.isEmpty else { return 0 }
                try await set(old, transaction)
                try await AuditStore.append(
                    AuditEvent(
                        name: "donnees.chiffrees", actor: AuditActor(name: "service"),
                        details: [
                            .init("table", .string(SealedColumn.accountEmail.table)),
                            .init("colonne", .string(SealedColumn.accountEmail.column)),
                            .init("nombre", .int(old.count)),
                        ]), in: transaction)
                return old.count
            }
            guard count > 0 else { return }
        }
    }

    private func set(_ emails: [(user: UUIDv7, email: String)], _ transaction: Transaction) async throws {
        let persons = try await vault.persons(
            emails.compactMap { PersonIdentifier(.compte, $0.user.description) }, in: transaction)
        let fields = zip(persons, emails).map { Vault.Clear($0, .accountEmail, row: $1.user, $1.email) }
        let sealed = try await vault.seal(fields)
        for (place, entry) in emails.enumerated() {
            try await AccountEmailStore.set(sealed[place], of: entry.user, person: persons[place].id, transaction)
        }
    }
}
