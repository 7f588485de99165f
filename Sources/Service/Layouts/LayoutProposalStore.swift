import Customs
import JSON
import Platform
import Postgres
import Reading

/// Labels that corrections have shown, and what was decided of them.
enum LayoutProposalStore {
    enum State: String, Sendable, CaseIterable {
        case proposed = "proposee"
        case accepted = "acceptee"
        case refused = "refusee"
    }

    struct Proposal: Sendable {
        let id: UUIDv7
        let addition: LayoutAddition
        let state: State
        let documents: Int
        let proposed: Timestamp
        let seen: Timestamp
        let decider: UUIDv7?
        let decided: Timestamp?
        let reason: String?

        init(_ row: Row) throws {
            (id, addition) = (try row.get("id"), try LayoutAddition(row))
            state = State(rawValue: try row.get("etat")) ?? .proposed
            (documents, proposed, seen) = (try row.get("vues"), try row.get("proposee_le"), try row.get("vue_le"))
            (decider, decided) = (try row.get("decidee_par"), try row.get("decidee_le"))
            reason = try row.get("motif")
        }
    }

    /// A proposal with the latest places where whoever asks may look at it.
    struct Listed: Sendable {
        let proposal: Proposal
        let examples: [UInt8]
    }

    /// More that nobody has decided yet are not written down.
    static let mostWaiting = 1000
    /// More labels of an office's own would make readers slow.
    static let mostAccepted = 500

    /// Writes down what was seen in a document. Whoever writes sees all offices.
    static func note(
        _ sighting: LabelSighting, in document: UUIDv7, of office: String?, _ transaction: Transaction
    ) async throws {
        let (addition, box) = (sighting.addition, sighting.box)
        let row = try await transaction.queryOne(
            """
            INSERT INTO layout_proposals (id, champ, niveau, libelle, cle, relation, dx, dy)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8
            WHERE (SELECT count(*) FROM layout_proposals WHERE etat = 'proposee') < $9
            ON CONFLICT (champ, niveau, cle, relation) DO UPDATE SET vue_le = now() RETURNING id
            """, UUIDv7.make(), addition.field, addition.level, addition.label, addition.key, addition.place.rawValue,
            addition.offset.x, addition.offset.y, mostWaiting)
        guard let id = try row?.get("id", as: UUIDv7.self) else { return }
        let frame = JSONValue.array([box.left, box.top, box.right, box.bottom].map { .double($0) })
        let added = try await transaction.execute(
            """
            INSERT INTO layout_sightings (proposal_id, document_id, bureau, page, cadre) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """, id, document, office, sighting.page, JSONText(frame.jsonBytes()))
        guard added == 1 else { return }
        try await transaction.execute("UPDATE layout_proposals SET vues = vues + 1 WHERE id = $1", id)
    }

    /// The latest first; one more than the limit when there are more.
    static func page(
        _ state: State?, before id: UUIDv7?, limit: Int, _ database: some Queryable
    ) async throws -> [Listed] {
        try await database.query(
            """
            SELECT p.*, coalesce((
                SELECT jsonb_agg(jsonb_build_object('document_id', s.document_id, 'page', s.page, 'cadre', s.cadre))
                FROM (SELECT * FROM layout_sightings x WHERE x.proposal_id = p.id
                    ORDER BY x.vue_le DESC, x.document_id LIMIT 5) s), '[]') AS exemples
            FROM layout_proposals p WHERE ($1::text IS NULL OR p.etat = $1) AND ($2::uuid IS NULL OR p.id < $2)
            ORDER BY p.id DESC LIMIT $3
            """, state?.rawValue, id, limit + 1
        ).map { Listed(proposal: try Proposal($0), examples: try $0.get("exemples", as: JSONText.self).bytes) }
    }

    /// What readings take into account.
    static func accepted(_ database: some Queryable) async throws -> [LayoutAddition] {
        try await database.query(
            """
            SELECT champ, niveau, libelle, relation, dx, dy FROM layout_proposals WHERE etat = 'acceptee'
            ORDER BY id LIMIT $1
            """, mostAccepted
        ).map { try LayoutAddition($0) }
    }

    /// Locked until the transaction ends; one decision at a time.
    static func locked(_ id: UUIDv7, _ transaction: Transaction) async throws -> Proposal? {
        try await transaction.execute("SELECT pg_advisory_xact_lock(7953748292020)")
        return try await transaction.queryOne("SELECT * FROM layout_proposals WHERE id = $1 FOR UPDATE", id).map {
            try Proposal($0)
        }
    }

    /// How many labels are accepted, and whether one of them is called alike and means something else.
    static func standing(
        of addition: LayoutAddition, _ transaction: Transaction
    ) async throws -> (accepted: Int, isTaken: Bool) {
        let row = try await transaction.queryOne(
            """
            SELECT count(*) AS nombre, coalesce(bool_or(cle = $1 AND niveau = $2 AND champ <> $3), false) AS prise
            FROM layout_proposals WHERE etat = 'acceptee'
            """, addition.key, addition.level, addition.field)
        return (try row?.get("nombre") ?? 0, try row?.get("prise") ?? false)
    }

    static func decide(
        _ id: UUIDv7, _ state: State, by user: UUIDv7, reason: String, _ transaction: Transaction
    ) async throws -> Proposal? {
        try await transaction.queryOne(
            """
            UPDATE layout_proposals SET etat = $2, decidee_par = $3, decidee_le = now(), motif = $4
            WHERE id = $1 RETURNING *
            """, id, state.rawValue, user, reason
        ).map { try Proposal($0) }
    }
}

extension LayoutAddition {
    fileprivate init(_ row: Row) throws {
        self.init(
            field: try row.get("champ"), isOfArticle: try row.get("niveau", as: String.self) == "article",
            label: try row.get("libelle"), place: Place(rawValue: try row.get("relation")) ?? .right,
            offset: .init(x: try row.get("dx"), y: try row.get("dy")))
    }

    var level: String { isOfArticle ? "article" : "declaration" }
}

extension LayoutProposalStore.Proposal: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in members(&writer) }
    }

    fileprivate func members(_ writer: inout JSONWriter) {
        writer.member("id", id.description)
        writer.member("champ", addition.field)
        writer.member("niveau", addition.level)
        writer.member("libelle", addition.label)
        writer.member("relation", addition.place.rawValue)
        writer.key("decalage")
        writer.array { writer in
            for step in [addition.offset.x, addition.offset.y] { writer.double((step * 10_000).rounded() / 10_000) }
        }
        writer.member("etat", state.rawValue)
        writer.member("vues", documents)
        writer.member("proposee_le", proposed.rfc3339())
        writer.member("vue_le", seen.rfc3339())
        writer.member("decidee_par", decider?.description)
        writer.member("decidee_le", decided?.rfc3339())
        writer.member("motif", reason)
    }
}

extension LayoutProposalStore.Listed: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            proposal.members(&writer)
            writer.key("exemples")
            writer.raw(examples)
        }
    }
}
