import Customs
import Platform
import Postgres

/// What is known of a person without opening anything, and the holds on their data.
enum PersonStore {
    struct Record: Sendable {
        let id: UUIDv7
        let classe: String
        let created: Timestamp
        let erased: Timestamp?

        init(_ row: Row) throws {
            (id, classe) = (try row.get("id"), try row.get("classe"))
            (created, erased) = (try row.get("created_at"), try row.get("effacee_le"))
        }
    }

    struct Hold: Sendable {
        let id: UUIDv7
        let person: UUIDv7
        let reason: [UInt8]
        let by: String
        let since: Timestamp
        let liftedBy: String?
        let lifted: Timestamp?

        init(_ row: Row) throws {
            (id, person, reason) = (try row.get("id"), try row.get("personne_id"), try row.get("motif_scelle"))
            (by, since) = (try row.get("posee_par"), try row.get("posee_le"))
            (liftedBy, lifted) = (try row.get("levee_par"), try row.get("levee_le"))
        }
    }

    static func record(_ id: UUIDv7, _ database: some Queryable) async throws -> Record? {
        try await database.queryOne("SELECT id, classe, created_at, effacee_le FROM personnes WHERE id = $1", id)
            .map { try Record($0) }
    }

    /// Nobody erases the person until the transaction ends.
    static func kept(_ id: UUIDv7, _ transaction: Transaction) async throws -> Record? {
        try await transaction.queryOne(
            "SELECT id, classe, created_at, effacee_le FROM personnes WHERE id = $1 FOR KEY SHARE", id
        ).map { try Record($0) }
    }

    /// Nobody refers to the person anew, nor places a hold, until the transaction ends.
    static func locked(_ id: UUIDv7, _ transaction: Transaction) async throws -> Record? {
        try await transaction.queryOne(
            "SELECT id, classe, created_at, effacee_le FROM personnes WHERE id = $1 FOR UPDATE", id
        ).map { try Record($0) }
    }

    /// The key is destroyed, and with it all that it sealed.
    static func erase(_ id: UUIDv7, _ transaction: Transaction) async throws {
        try await transaction.execute(
            "UPDATE personnes SET cle = NULL, kek = NULL, repere = NULL, effacee_le = now() WHERE id = $1", id)
    }

    // MARK: Holds

    static func holds(of person: UUIDv7, _ database: some Queryable) async throws -> [Hold] {
        try await database.query(
            "SELECT * FROM personnes_conservations WHERE personne_id = $1 ORDER BY posee_le DESC LIMIT 200", person
        ).map { try Hold($0) }
    }

    /// The first that is still open.
    static func openHold(of person: UUIDv7, _ database: some Queryable) async throws -> Hold? {
        try await database.queryOne(
            """
            SELECT * FROM personnes_conservations WHERE personne_id = $1 AND levee_le IS NULL
            ORDER BY posee_le LIMIT 1
            """, person
        ).map { try Hold($0) }
    }

    static func place(
        _ id: UUIDv7, on person: UUIDv7, reason: [UInt8], by actor: String, _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            "INSERT INTO personnes_conservations (id, personne_id, motif_scelle, posee_par) VALUES ($1, $2, $3, $4)",
            id, person, reason, actor)
    }

    /// False when there was none to lift.
    static func lift(
        _ id: UUIDv7, on person: UUIDv7, by actor: String, _ transaction: Transaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            UPDATE personnes_conservations SET levee_par = $3, levee_le = now()
            WHERE id = $1 AND personne_id = $2 AND levee_le IS NULL
            """, id, person, actor) == 1
    }

    // MARK: What is kept about them

    static func sealed(
        _ column: SealedColumn, of person: UUIDv7, after row: String, count: Int, _ database: some Queryable
    ) async throws -> [Vault.Sealed] {
        try await database.query(column.find, person, row, count).map {
            Vault.Sealed(person, column, row: try $0.get("ligne", as: String.self), try $0.get("scelle"))
        }
    }

    static func plain(_ records: PlainRecords, of person: UUIDv7, _ database: some Queryable) async throws -> [[UInt8]]
    {
        try await database.query(records.find, person).map { try $0.get(0, as: JSONText.self).bytes }
    }

    /// False when there is no such row of theirs.
    static func replace(
        _ column: SealedColumn, row: String, of person: UUIDv7, with sealed: [UInt8], index: [UInt8]?,
        _ transaction: Transaction
    ) async throws -> Bool {
        guard let replace = column.replace else { return false }
        return column.isSearchable
            ? try await transaction.execute(replace, person, row, sealed, index) == 1
            : try await transaction.execute(replace, person, row, sealed) == 1
    }

    static func forget(_ person: UUIDv7, in column: SealedColumn, _ transaction: Transaction) async throws {
        if let forget = column.forget { try await transaction.execute(forget, person) }
    }
}

extension SealedColumn {
    /// Why somebody's data may not be erased: for those who administer, not for the person, who may be under enquiry.
    static let holdReason = SealedColumn(
        table: "personnes_conservations", column: "motif_scelle", label: "Motif d'une conservation", kind: .nom,
        isDisclosed: false,
        find: """
            SELECT id::text AS ligne, motif_scelle AS scelle FROM personnes_conservations
            WHERE personne_id = $1 AND id::text > $2 ORDER BY id::text LIMIT $3
            """)
}
