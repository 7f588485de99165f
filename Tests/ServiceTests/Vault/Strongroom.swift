import Crypto
import Customs
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

/// A database with a vault, and a table of its own that holds sealed values as declarations will.
final class Strongroom: Sendable {
    let base: PreparedDatabase

    init() throws {
        base = try PreparedDatabase()
        try base.test.value(
            """
            CREATE TABLE essai (id uuid PRIMARY KEY, personne_id uuid REFERENCES personnes, nom_scelle bytea,
                ninea_scelle bytea, ninea_repere bytea)
            """)
    }

    static let name = SealedColumn(
        table: "essai", column: "nom_scelle", label: "Nom", kind: .nom,
        find: """
            SELECT id::text AS ligne, nom_scelle AS scelle FROM essai
            WHERE personne_id = $1 AND nom_scelle IS NOT NULL AND id::text > $2 ORDER BY id::text LIMIT $3
            """, replace: "UPDATE essai SET nom_scelle = $3 WHERE personne_id = $1 AND id::text = $2")

    static let ninea = SealedColumn(
        table: "essai", column: "ninea_scelle", label: "NINEA", kind: .entreprise,
        find: """
            SELECT id::text AS ligne, ninea_scelle AS scelle FROM essai
            WHERE personne_id = $1 AND ninea_scelle IS NOT NULL AND id::text > $2 ORDER BY id::text LIMIT $3
            """,
        replace: "UPDATE essai SET ninea_scelle = $3, ninea_repere = $4 WHERE personne_id = $1 AND id::text = $2",
        isSearchable: true, forget: "UPDATE essai SET ninea_repere = NULL WHERE personne_id = $1")

    static let columns = SealedColumns.all + [name, ninea]

    func use<Value: Sendable>(
        keys path: String? = nil, on connection: String? = nil,
        _ body: @escaping @Sendable (Database, Vault) async throws -> Value
    ) throws -> Value {
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATABASE_URL": connection ?? base.test.connectionString,
            "INSPECTIA_DATA_DIR": base.directory.path, "INSPECTIA_VAULT_KEYS": path ?? keys,
        ])
        return try CommandDatabase.use(settings) { try await body($0, try await .ready($0, settings)) }
    }

    var keys: String { base.directory.path + "/keys/coffre.json" }

    /// What a backup holds.
    func copy() throws -> TestDatabase { try TestDatabase(copying: base.test) }

    static let actor = AuditActor(name: "commande:essai")
}

extension Vault {
    /// A row of `essai` about whoever has the number.
    func write(_ ninea: String, _ name: String, _ database: Database) async throws -> (row: UUIDv7, person: UUIDv7) {
        let row = UUIDv7.make()
        let person = try await database.transaction { transaction in
            let identifier = try #require(PersonIdentifier(.ninea, ninea))
            let person = try await persons([identifier], in: transaction)[0]
            let sealed = try await seal([
                .init(person, Strongroom.name, row: row, name), .init(person, Strongroom.ninea, row: row, ninea),
            ])
            try await transaction.execute(
                "INSERT INTO essai VALUES ($1, $2, $3, $4, $5)", row, person.id, sealed[0], sealed[1],
                try blindIndex(of: ninea, in: Strongroom.ninea))
            return person.id
        }
        return (row, person)
    }

    func read(_ row: UUIDv7, _ database: Database) async throws -> String? {
        let found = try #require(
            try await database.queryOne("SELECT personne_id, nom_scelle FROM essai WHERE id = $1", row))
        return try await open(
            [.init(found.get("personne_id"), Strongroom.name, row: row, found.get("nom_scelle"))], database)[0]
    }
}

/// Counts the statements that go through it.
final class CountingQueryable: Queryable, Sendable {
    private let database: Database
    private let sent = Monitor(0)

    init(_ database: Database) { self.database = database }

    var count: Int { sent.withLock { $0 } }

    nonisolated(nonsending) func send(
        _ statement: Statement, _ parameters: [any PostgresEncodable]
    ) async throws -> Rows {
        sent.withLock { $0 += 1 }
        return try await database.send(statement, parameters)
    }
}
