import Crypto
import Customs
import JSON
import Platform
import Postgres

/// The register of procès-verbaux. Its rows are seen by office.
enum ProcesVerbalStore {
    /// One that is drawn up, before it has a number.
    struct Draft: Sendable {
        let id: UUIDv7
        let office: String
        let agents: [UUIDv7]
        let drawnUp: Timestamp
        var year: Int { drawnUp.date.year }
    }

    /// A declaration of it, sealed.
    struct SealedCase: Sendable {
        let declaration: UUIDv7
        let number: String
        let chapter: String?
        let decision: UUIDv7
        let person: UUIDv7
        let content: [UInt8]
    }

    struct SealedWords: Sendable {
        let person: UUIDv7
        let words: [UInt8]
    }

    /// The office's next number of the year. Whoever comes after waits until this transaction ends, and numbers have no
    /// holes.
    static func nextNumber(of office: String, year: Int, _ transaction: Transaction) async throws -> Int {
        let row = try await transaction.queryOne(
            """
            INSERT INTO proces_verbaux_numeros AS n (bureau, annee, dernier) VALUES ($1, $2, 1)
            ON CONFLICT (bureau, annee) DO UPDATE SET dernier = n.dernier + 1 RETURNING dernier
            """, office, Int16(clamping: year))
        guard let row else { throw DatabaseError(.decoding(column: "dernier"), "no number") }
        return try row.get("dernier")
    }

    static func add(
        _ draft: Draft, sequence: Int, hash: [UInt8], content: [UInt8], words: SealedWords?, unsettled: Int,
        _ cases: [SealedCase], _ transaction: Transaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO proces_verbaux (id, bureau, annee, numero, empreinte, contenu, personne_id, paroles_scelle,
                sans_constat, etabli_le, agent_1, agent_2)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """, draft.id, draft.office, Int16(clamping: draft.year), sequence, hash,
            String(decoding: content, as: UTF8.self), words?.person, words?.words, unsettled, draft.drawnUp,
            draft.agents[0], draft.agents[1])
        for (place, one) in cases.enumerated() {
            try await transaction.execute(
                """
                INSERT INTO proces_verbaux_declarations (pv_id, rang, bureau, declaration_id, numero_declaration,
                    chapitre, decision_id, personne_id, contenu_scelle)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """, draft.id, place + 1, draft.office, one.declaration, one.number, one.chapter, one.decision,
                one.person, one.content)
        }
    }

    /// One as it is stored.
    struct Entry: Sendable {
        let id: UUIDv7
        let office: String
        let hash: Digest
        let content: [UInt8]
        let words: SealedWords?
        let drawnUp: Timestamp
        let standing: ProcesVerbalStanding
        /// The declarations' numbers.
        let declarations: [String]

        init(_ row: Row) throws {
            (id, office) = (try row.get("id"), try row.get("bureau"))
            guard let hash = Digest(try row.get("empreinte", as: [UInt8].self)) else {
                throw DatabaseError(.decoding(column: "empreinte"), "not a SHA-256")
            }
            self.hash = hash
            content = Array(try row.get("contenu", as: String.self).utf8)
            (drawnUp, declarations) = (try row.get("etabli_le"), try row.get("declarations"))
            let person = try row.get("personne_id", as: UUIDv7?.self)
            let bytes = try row.get("paroles_scelle", as: [UInt8]?.self)
            words = person.flatMap { person in bytes.map { SealedWords(person: person, words: $0) } }
            standing = try Self.standing(row, hash: hash)
        }

        private static func standing(_ row: Row, hash: Digest) throws -> ProcesVerbalStanding {
            guard let state = ProcesVerbalStanding.State(rawValue: try row.get("etat")) else {
                throw DatabaseError(.decoding(column: "etat"), "an unknown state")
            }
            let agents: [UUIDv7] = [try row.get("agent_1"), try row.get("agent_2")]
            let given: [Timestamp?] = [try row.get("signe_1_le"), try row.get("signe_2_le")]
            let signatures = zip(agents, given).compactMap { agent, moment in
                moment.map { ProcesVerbalStanding.Signature(agent: agent, given: $0) }
            }
            var ending: ProcesVerbalStanding.Ending?
            if let by = try row.get("fin_par", as: UUIDv7?.self) {
                ending = .init(by: by, given: try row.get("fin_le"), reason: try row.get("fin_motif"))
            }
            return ProcesVerbalStanding(
                state: state, agents: agents, hash: hash.hexadecimal, unsettled: try row.get("sans_constat"),
                signatures: signatures, ending: ending)
        }
    }

    struct Filter: Sendable {
        var chapter: String?
        var state: String?
        var before: UUIDv7?
        var limit = 50
    }

    /// The newest first; one more than the limit when there are more.
    static func list(_ filter: Filter, _ database: some Queryable) async throws -> [Entry] {
        try await database.query(
            """
            SELECT p.*, ARRAY(SELECT v.numero_declaration FROM proces_verbaux_declarations v WHERE v.pv_id = p.id
                ORDER BY v.rang) AS declarations
            FROM proces_verbaux p
            WHERE ($1::text IS NULL OR p.etat = $1) AND ($2::uuid IS NULL OR p.id < $2)
                AND ($3::text IS NULL OR EXISTS (
                    SELECT FROM proces_verbaux_declarations v WHERE v.pv_id = p.id AND v.chapitre = $3))
            ORDER BY p.id DESC LIMIT $4
            """, filter.state, filter.before, filter.chapter, filter.limit + 1
        ).map { try Entry($0) }
    }

    static func entry(_ id: UUIDv7, _ database: some Queryable) async throws -> Entry? {
        try await database.queryOne(
            """
            SELECT p.*, ARRAY(SELECT v.numero_declaration FROM proces_verbaux_declarations v WHERE v.pv_id = p.id
                ORDER BY v.rang) AS declarations
            FROM proces_verbaux p WHERE p.id = $1
            """, id
        ).map { try Entry($0) }
    }

    /// Locked until the transaction ends.
    static func lock(_ id: UUIDv7, _ transaction: Transaction) async throws {
        try await transaction.execute("SELECT 1 FROM proces_verbaux WHERE id = $1 FOR UPDATE", id)
    }

    /// Its declarations, in order.
    static func cases(of id: UUIDv7, _ database: some Queryable) async throws -> [SealedCase] {
        try await database.query(
            "SELECT * FROM proces_verbaux_declarations WHERE pv_id = $1 ORDER BY rang", id
        ).map { row in
            SealedCase(
                declaration: try row.get("declaration_id"), number: try row.get("numero_declaration"),
                chapter: try row.get("chapitre"), decision: try row.get("decision_id"),
                person: try row.get("personne_id"), content: try row.get("contenu_scelle"))
        }
    }

    static func set(_ id: UUIDv7, _ standing: ProcesVerbalStanding, _ transaction: Transaction) async throws {
        let given = standing.agents.map { agent in standing.signatures.first { $0.agent == agent }?.given }
        try await transaction.execute(
            """
            UPDATE proces_verbaux SET etat = $2, signe_1_le = $3, signe_2_le = $4, fin_le = $5, fin_par = $6,
                fin_motif = $7
            WHERE id = $1
            """, id, standing.state.rawValue, given[0], given[1], standing.ending?.given, standing.ending?.by,
            standing.ending?.reason)
    }

    /// The last finding that a person made of a declaration, with what they said.
    static func verdict(on declaration: UUIDv7, _ database: some Queryable) async throws -> ProcesVerbal.Verdict? {
        try await database.queryOne(
            """
            SELECT o.resultat, o.preuve, o.type_fraude, o.montant, f.comments, f.donne_le,
                coalesce(u.name, u.username, 'compte ' || f.user_id) AS agent
            FROM outcomes o JOIN feedbacks f ON f.outcome_id = o.id LEFT JOIN users u ON u.id = f.user_id
            WHERE o.declaration_id = $1 AND o.source = 'verdict' ORDER BY o.revision DESC LIMIT 1
            """, declaration
        ).map { row in
            ProcesVerbal.Verdict(
                given: try row.get("donne_le"), agent: try row.get("agent"), result: try row.get("resultat"),
                evidence: try row.get("preuve"), fraudType: try row.get("type_fraude"),
                amount: try row.get("montant"), comments: try row.get("comments"))
        }
    }
}

extension SealedColumn {
    /// An act is not corrected: what it says is what was signed.
    static let actCase = SealedColumn(
        table: "proces_verbaux_declarations", column: "contenu_scelle",
        label: "Ce que dit un procès-verbal d'une déclaration",
        kind: .nom,
        find: """
            SELECT pv_id || '/' || rang AS ligne, contenu_scelle AS scelle FROM proces_verbaux_declarations
            WHERE personne_id = $1 AND pv_id || '/' || rang > $2 ORDER BY pv_id || '/' || rang LIMIT $3
            """)

    static let actWords = SealedColumn(
        table: "proces_verbaux", column: "paroles_scelle", label: "Ce qu'un procès-verbal rapporte de paroles",
        kind: .nom,
        find: """
            SELECT id::text AS ligne, paroles_scelle AS scelle FROM proces_verbaux
            WHERE personne_id = $1 AND id::text > $2 ORDER BY id::text LIMIT $3
            """)
}
