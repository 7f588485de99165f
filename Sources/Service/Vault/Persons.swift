import HTTP
import JSON
import Platform
import Postgres

/// The rights of those whom data is about: to know, to have corrected, to take along, to be forgotten; and the duty to
/// keep what the law holds. Every act is in the audit trail, by the person's id and never by name.
struct Persons: Sendable {
    let vault: Vault
    /// A person's data may be with any office.
    let database: ScopedDatabase
    let columns: [SealedColumn]
    let plain = SealedColumns.plain

    init(vault: Vault, database: Database, columns: [SealedColumn] = SealedColumns.all) {
        (self.vault, self.database, self.columns) = (vault, database.under(OfficeScope.all), columns)
    }

    static func object(_ person: UUIDv7) -> String { "personne:\(person)" }

    // MARK: To find

    /// `account` when the identifier is one's: an account is a person also when nobody was told of it before.
    func find(
        _ identifier: PersonIdentifier, account: UUIDv7? = nil, by actor: AuditActor
    ) async throws -> UUIDv7? {
        try await database.transaction { transaction in
            var person = try await vault.find(identifier, transaction)
            if person == nil, let account {
                person = try await AccountEmails(vault: vault).person(of: account, transaction)
            }
            try await AuditStore.append(
                AuditEvent(
                    name: "personne.recherchee", actor: actor, object: person.map(Self.object),
                    details: [
                        .init("classe", .string(identifier.classe.rawValue)), .init("trouvee", .bool(person != nil)),
                    ]), in: transaction)
            return person
        }
    }

    struct Hold: Sendable {
        let id: UUIDv7
        /// Nil once the person is erased.
        let reason: String?
        let by: String
        let since: Timestamp
        let liftedBy: String?
        let lifted: Timestamp?
    }

    func holds(of person: UUIDv7) async throws -> [Hold] {
        let holds = try await PersonStore.holds(of: person, database)
        let reasons = try await vault.open(
            holds.map { .init($0.person, .holdReason, row: $0.id, $0.reason) }, database)
        return zip(holds, reasons).map {
            Hold(
                id: $0.id, reason: $1, by: $0.by, since: $0.since, liftedBy: $0.liftedBy, lifted: $0.lifted)
        }
    }

    // MARK: To correct

    /// Nil when the column is none of ours, false when it has no such row of theirs.
    func rectify(
        _ person: UUIDv7, table: String, column name: String, row: String, to text: String, by actor: AuditActor
    ) async throws -> Bool? {
        guard let column = columns.first(where: { $0.table == table && $0.column == name }), column.replace != nil
        else { return nil }
        guard let keyed = try await vault.persons([person], database)[person] else {
            guard try await PersonStore.record(person, database) != nil else { return false }
            throw VaultError.erased
        }
        let sealed = try await vault.seal([.init(keyed, column, row: row, text)])[0]
        let index = column.isSearchable ? try vault.blindIndex(of: text, in: column) : nil
        return try await database.transaction { transaction in
            // Sealed with a key that nobody destroys before this is stored.
            guard let kept = try await PersonStore.kept(person, transaction) else { return false }
            guard kept.erased == nil else { throw VaultError.erased }
            guard
                try await PersonStore.replace(
                    column, row: row, of: person, with: sealed, index: index, transaction)
            else { return false }
            try await AuditStore.append(
                AuditEvent(
                    name: "personne.rectifiee", actor: actor, object: Self.object(person),
                    details: [
                        .init("table", .string(table)), .init("colonne", .string(name)), .init("ligne", .string(row)),
                    ]), in: transaction)
            return true
        }
    }

    // MARK: To erase

    /// Destroys the person's key. False when there is no such person; a hold or an earlier erasure is a conflict.
    func erase(_ person: UUIDv7, reason: String, by actor: AuditActor) async throws -> Bool {
        enum Outcome: Sendable { case unknown, done, erasedBefore, held(PersonStore.Hold) }
        let outcome = try await database.transaction { transaction -> Outcome in
            guard let record = try await PersonStore.locked(person, transaction) else { return .unknown }
            guard record.erased == nil else { return .erasedBefore }
            if let hold = try await PersonStore.openHold(of: person, transaction) {
                try await AuditStore.append(
                    AuditEvent(
                        name: "personne.effacement_refuse", actor: actor, object: Self.object(person),
                        details: [.init("conservation", .string(hold.id.description))]), in: transaction)
                return .held(hold)
            }
            for column in columns { try await PersonStore.forget(person, in: column, transaction) }
            try await PersonStore.erase(person, transaction)
            try await transaction.notify(Vault.channel, VaultWatch.erased + person.description)
            try await AuditStore.append(
                AuditEvent(
                    name: "personne.effacee", actor: actor, object: Self.object(person),
                    details: [.init("motif", .string(reason))]), in: transaction)
            return .done
        }
        switch outcome {
        case .unknown: return false
        case .erasedBefore: throw Problem(.conflict, "Les données de cette personne sont déjà effacées.")
        case .held(let hold): throw try await refusal(hold)
        case .done:
            vault.cache.drop(person)
            return true
        }
    }

    private func refusal(_ hold: PersonStore.Hold) async throws -> Problem {
        let reason = try await vault.open([.init(hold.person, .holdReason, row: hold.id, hold.reason)], database)[0]
        return Problem(
            .conflict,
            "Ces données doivent être conservées : \(reason ?? "motif effacé") "
                + "(posé par \(hold.by) le \(hold.since.rfc3339(.seconds))). Levez d'abord cette conservation.")
    }

    // MARK: To keep

    /// Nil when there is no such person.
    func hold(_ person: UUIDv7, reason: String, by actor: AuditActor) async throws -> UUIDv7? {
        guard let keyed = try await vault.persons([person], database)[person] else {
            guard try await PersonStore.record(person, database) != nil else { return nil }
            throw VaultError.erased
        }
        let id = UUIDv7.make()
        let sealed = try await vault.seal(reason, in: .holdReason, row: id, of: keyed)
        return try await database.transaction { transaction in
            guard let kept = try await PersonStore.kept(person, transaction) else { return nil }
            guard kept.erased == nil else { throw VaultError.erased }
            try await PersonStore.place(id, on: person, reason: sealed, by: actor.name, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "personne.conservation_posee", actor: actor, object: Self.object(person),
                    details: [.init("conservation", .string(id.description))]), in: transaction)
            return id
        }
    }

    /// False when there was none to lift.
    func lift(_ hold: UUIDv7, on person: UUIDv7, by actor: AuditActor) async throws -> Bool {
        try await database.transaction { transaction in
            guard try await PersonStore.lift(hold, on: person, by: actor.name, transaction) else { return false }
            try await AuditStore.append(
                AuditEvent(
                    name: "personne.conservation_levee", actor: actor, object: Self.object(person),
                    details: [.init("conservation", .string(hold.description))]), in: transaction)
            return true
        }
    }
}
