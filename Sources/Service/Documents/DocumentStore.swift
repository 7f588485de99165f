import Crypto
import Platform
import Postgres

/// Files that were sent, and what was read of them.
enum DocumentStore {
    struct Document: Sendable {
        let id: UUIDv7
        let office: String?
        let kind: String
        let content: Digest
        let size: Int
        let sealedName: [UInt8]?
        let pages: Int?
        let received: Timestamp

        init(_ row: Row) throws {
            (id, office, kind) = (try row.get("id"), try row.get("bureau"), try row.get("genre"))
            guard let content = Digest(try row.get("empreinte", as: [UInt8].self)) else {
                throw CryptoError.notAuthentic
            }
            self.content = content
            (size, pages) = (try row.get("octets"), try row.get("pages"))
            (sealedName, received) = (try row.get("nom_chiffre"), try row.get("recu_le"))
        }
    }

    static func find(_ id: UUIDv7, _ database: some Queryable) async throws -> Document? {
        try await database.queryOne(
            """
            SELECT id, bureau, genre, empreinte, octets, nom_chiffre, pages, recu_le FROM documents WHERE id = $1
            """, id
        ).map { try Document($0) }
    }

    /// What is to be kept of a new one.
    struct New: Sendable {
        let id: UUIDv7
        let office: String?
        let kind: String
        let content: Digest
        let size: Int
        let sealedName: [UInt8]?
        let pages: Int?
        let user: UUIDv7
    }

    /// Its id, which is the first one's when the office has sent the same before.
    static func add(_ new: New, _ transaction: Transaction) async throws -> (id: UUIDv7, isNew: Bool) {
        let added = try await transaction.execute(
            """
            INSERT INTO documents (id, bureau, genre, empreinte, octets, nom_chiffre, pages, recu_par)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (coalesce(bureau, ''), empreinte) DO NOTHING
            """, new.id, new.office, new.kind, new.content.bytes, new.size, new.sealedName, new.pages, new.user)
        if added == 1 { return (new.id, true) }
        let row = try await transaction.queryOne(
            "SELECT id FROM documents WHERE bureau IS NOT DISTINCT FROM $1 AND empreinte = $2", new.office,
            new.content.bytes)
        guard let row else { throw DocumentError.vanished }
        return (try row.get("id"), false)
    }

    /// Until the transaction ends nobody removes the content's file, or nobody else counts on it.
    static func lock(_ content: Digest, exclusively: Bool, _ transaction: Transaction) async throws {
        let key = content.bytes.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
        if exclusively {
            try await transaction.execute("SELECT pg_advisory_xact_lock($1)", key)
        } else {
            try await transaction.execute("SELECT pg_advisory_xact_lock_shared($1)", key)
        }
    }

    /// Whether some office's document has it.
    static func isKnown(_ content: Digest, _ transaction: Transaction) async throws -> Bool {
        try await transaction.queryOne("SELECT FROM documents WHERE empreinte = $1 LIMIT 1", content.bytes) != nil
    }

    struct Extraction: Sendable {
        let id: UUIDv7
        let place: Int
        let sealed: [UInt8]
        /// That of the declaration that was made of it.
        let number: String?
    }

    /// Their ids, in the order of the document's declarations; those that are known keep theirs.
    static func add(
        _ sealed: [(id: UUIDv7, bytes: [UInt8])], of document: UUIDv7, _ office: String?, _ transaction: Transaction
    ) async throws -> [UUIDv7] {
        try await transaction.execute(
            """
            INSERT INTO extractions (id, document_id, bureau, rang, contenu_chiffre)
            SELECT t.id, $1, $2, t.rang, t.contenu
            FROM unnest($3::uuid[], $4::bytea[]) WITH ORDINALITY AS t (id, contenu, rang)
            ON CONFLICT (document_id, rang) DO NOTHING
            """, document, office, sealed.map(\.id), sealed.map { ByteText($0.bytes) })
        return try await transaction.query(
            "SELECT id FROM extractions WHERE document_id = $1 AND rang <= $2 ORDER BY rang", document, sealed.count
        ).map { try $0.get("id") }
    }

    static func extractions(of document: UUIDv7, _ database: some Queryable) async throws -> [Extraction] {
        try await database.query(
            """
            SELECT e.id, e.rang, e.contenu_chiffre,
                (SELECT d.numero_declaration FROM provenances p JOIN declarations d ON d.id = p.declaration_id
                    WHERE p.document_id = e.document_id AND p.extraction_id = e.id LIMIT 1) AS numero
            FROM extractions e WHERE e.document_id = $1 ORDER BY e.rang
            """, document
        ).map {
            Extraction(
                id: try $0.get("id"), place: try $0.get("rang"), sealed: try $0.get("contenu_chiffre"),
                number: try $0.get("numero"))
        }
    }
}

/// What is wrong with what is kept.
enum DocumentError: Error, CustomStringConvertible {
    case vanished

    var description: String { "un document enregistré n'est plus dans la base" }
}
