import JSON
import Platform
import Postgres

/// What a database holds of a demonstration, or of anything else.
enum DemonstrationStore {
    enum State: Sendable, Equatable {
        case empty
        /// An office's, or a demonstration of another version: nothing to be touched.
        case foreign
        case begun(DemonstrationPlan)
        case ended(DemonstrationPlan)
    }

    static func state(_ database: some Queryable) async throws -> State {
        if let begun = try await event(DemonstrationPlan.begun, database) {
            guard let plan = DemonstrationPlan(begun) else { return .foreign }
            return try await event(DemonstrationPlan.ended, database) == nil ? .begun(plan) : .ended(plan)
        }
        let holds: Bool? = try await database.queryOne(
            "SELECT EXISTS (SELECT FROM users) OR EXISTS (SELECT FROM declarations)")?.get(0)
        return holds == false ? .empty : .foreign
    }

    private static func event(_ name: String, _ database: some Queryable) async throws -> JSONValue? {
        var filter = AuditStore.Filter(event: name)
        filter.limit = 1
        return try await AuditStore.search(filter, database).first.map { try JSONValue(parsing: $0.canonical) }
    }

    /// How many verdicts and doubts each declaration has.
    static func given(_ database: some Queryable) async throws -> [String: Int] {
        var given: [String: Int] = [:]
        let rows = try await database.query(
            """
            SELECT d.numero_declaration, count(*) FROM feedbacks f JOIN declarations d ON d.id = f.declaration_id
            GROUP BY 1
            """)
        for row in rows { given[try row.get(0)] = try row.get(1) }
        return given
    }

    /// The procès-verbal about a declaration.
    static func act(about number: String, _ database: some Queryable) async throws -> UUIDv7? {
        try await database.queryOne(
            "SELECT pv_id FROM proces_verbaux_declarations WHERE numero_declaration = $1 LIMIT 1", number
        ).map { try $0.get("pv_id") }
    }

    struct Counts: Sendable, Equatable {
        var declarations = 0
        var verdicts = 0
        var doubts = 0
        var frauds = 0
        /// Held, and without a verdict yet.
        var open = 0
        /// Procès-verbaux.
        var acts = 0
    }

    static func counts(_ database: some Queryable) async throws -> Counts {
        guard
            let row = try await database.queryOne(
                """
                SELECT (SELECT count(*) FROM declarations), (SELECT count(*) FROM feedbacks WHERE outcome_id IS NOT NULL),
                    (SELECT count(*) FROM feedbacks WHERE outcome_id IS NULL),
                    (SELECT count(*) FROM outcomes WHERE resultat = 'fraude'),
                    (SELECT count(*) FROM declarations WHERE statut = 'analysee' AND voie <> 'conforme'),
                    (SELECT count(*) FROM proces_verbaux)
                """)
        else { return Counts() }
        return Counts(
            declarations: try row.get(0), verdicts: try row.get(1), doubts: try row.get(2), frauds: try row.get(3),
            open: try row.get(4), acts: try row.get(5))
    }
}
