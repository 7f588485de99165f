import Customs
import Crypto
import JSON
import Platform
import Postgres

/// Where versions of declarations come from.
enum ProvenanceStore {
    /// Of those declarations that were recorded just now, in their first version.
    static func add(_ recordings: [DeclarationStore.Recording], _ transaction: Transaction) async throws {
        let found = recordings.compactMap { one in one.origin.map { (one, $0) } }
        guard !found.isEmpty else { return }
        try await transaction.execute(
            """
            INSERT INTO provenances (declaration_id, version, bureau, document_id, extraction_id, a_verifier, corrections)
            SELECT t.id, 1, t.bureau, t.document, nullif(t.extraction, '')::uuid, t.a_verifier, t.corrections
            FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::boolean[], $6::jsonb[])
                AS t (id, bureau, document, extraction, a_verifier, corrections) JOIN declarations d USING (id)
            """, found.map(\.0.id), found.map(\.0.key.office), found.map(\.1.document),
            found.map { $0.1.extraction?.description ?? "" },
            found.map(\.1.isUnverified), found.map { JSONText(Self.text($0.1.corrections)) })
    }

    static func text(_ corrections: [Correction]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            for one in corrections {
                writer.key(one.field)
                writer.object { writer in
                    writer.member("par", one.user.description)
                    writer.member("le", one.date.rfc3339(.seconds))
                }
            }
        }
        return writer.finish()
    }

    struct Provenance: Sendable {
        let document: UUIDv7?
        let isUnverified: Bool
        let corrections: [UInt8]
        let extraction: UUIDv7?
        let sealed: [UInt8]?
        /// Of the document; nil when whoever asks may not see it.
        let content: Digest?
    }

    static func find(_ declaration: UUIDv7, version: Int, _ database: some Queryable) async throws -> Provenance? {
        try await database.queryOne(
            """
            SELECT p.document_id, p.a_verifier, p.corrections, p.extraction_id, e.contenu_chiffre, d.empreinte
            FROM provenances p LEFT JOIN documents d ON d.id = p.document_id
                LEFT JOIN extractions e ON e.id = p.extraction_id
            WHERE p.declaration_id = $1 AND p.version = $2
            """, declaration, version
        ).map { row in
            Provenance(
                document: try row.get("document_id"), isUnverified: try row.get("a_verifier"),
                corrections: try row.get("corrections", as: JSONText.self).bytes,
                extraction: try row.get("extraction_id"), sealed: try row.get("contenu_chiffre"),
                content: try row.get("empreinte", as: [UInt8]?.self).flatMap { Digest($0) })
        }
    }
}
