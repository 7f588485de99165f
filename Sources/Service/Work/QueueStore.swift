import Decisions
import Platform
import Postgres

/// Files that wait for an inspector, in the order of `QueueOrder`. PostgreSQL puts them in order: nothing is rewritten as
/// they age.
enum QueueStore {
    struct Filter: Sendable {
        var office: String?
        var chapter: String?
        var lane: Lane?
        var claims = Claims.free
        var limit = 50
        var matchesNothing = false
    }

    enum Claims: Sendable, Equatable {
        /// Whom nobody has.
        case free
        case of(UUIDv7)
        case any
    }

    /// Overdue first, then what must be controlled, then the rest.
    enum Band: Int, Sendable, CaseIterable { case overdue, mandatory, ordinary }

    /// A file's place in the queue.
    struct Place: Sendable {
        let id: UUIDv7
        let band: Band
        let received: Timestamp
        let priority: Double

        /// Of two that are not overdue.
        func precedes(_ other: Place) -> Bool {
            if priority != other.priority { return priority > other.priority }
            if received != other.received { return received < other.received }
            return id < other.id
        }
    }

    /// Now, and how long controls take at the office as far as inspectors noted it.
    static func moment(_ office: String?, _ rules: WorkRules, _ database: some Queryable) async throws -> QueueMoment {
        var search = ComposedStatement("SELECT now() AS instant")
        for lane in [Lane.zoneGrise, .fraude] {
            search.append(
                """
                , (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY m.minutes) FROM (
                    SELECT f.minutes FROM feedbacks f WHERE f.minutes IS NOT NULL AND f.voie_proposee =
                """, lane.rawValue)
            if let office { search.append(" AND f.bureau = ", office) }
            search.append(" ORDER BY f.id DESC LIMIT ", rules.timesAsked)
            search.append(") m HAVING count(*) >= ", rules.timesNeeded)
            search.append(")")
        }
        guard let row = try await database.query(search).first else {
            throw DatabaseError(.misuse, "the queue's moment has no row")
        }
        var minutes = LaneValues.zero
        for (column, lane) in [(1, Lane.zoneGrise), (2, .fraude)] {
            minutes[lane] = max(1, try row.get(column, as: Double?.self) ?? WorkRules.expectedMinutes(lane))
        }
        return QueueMoment(instant: try row.get(0), minutes: minutes)
    }

    /// The next files after a place, `limit` at most.
    static func places(
        _ filter: Filter, after last: Place?, at moment: QueueMoment, _ rules: WorkRules, _ database: some Queryable
    ) async throws -> [Place] {
        if filter.matchesNothing { return [] }
        var places: [Place] = []
        for band in Band.allCases where band.rawValue >= last?.band.rawValue ?? 0 && places.count < filter.limit {
            let last = last?.band == band ? last : nil
            var found: [Place] = []
            for lane in band == .ordinary ? [Lane.zoneGrise, .fraude] : [nil] {
                guard lane == nil || filter.lane == nil || lane == filter.lane else { continue }
                var filter = filter
                filter.lane = lane ?? filter.lane
                let search = QueueSearch(filter: filter, band: band, moment: moment, rules: rules)
                var least: Double?
                if band == .ordinary {
                    least = try await database.query(search.bound(after: last)).first?.get("moindre")
                }
                found += try await database.query(search.statement(after: last, least: least)).map { row in
                    Place(
                        id: try row.get("id"), band: band, received: try row.get("recue_le"),
                        priority: try row.get("priorite"))
                }
            }
            if band == .ordinary { found.sort { $0.precedes($1) } }
            places += found.prefix(filter.limit - places.count)
        }
        return places
    }

    /// What lists show of a file, besides what they show of any declaration.
    struct Line: Sendable {
        let record: RecordStore.Line
        let claim: ClaimStore.Claim?
    }

    /// In the order of `ids`; those that are gone are left out.
    static func lines(_ ids: [UUIDv7], _ database: some Queryable) async throws -> [Line] {
        try await database.query(
            """
            SELECT d.id, d.version, d.numero_declaration, d.chapitre, d.bureau, d.date_enregistrement, d.valeur_caf,
                d.droits, d.nb_articles, d.statut, d.voie, d.probabilite, d.recue_le,
                ARRAY(SELECT q.role FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS roles,
                ARRAY(SELECT q.personne_id FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS personnes,
                ARRAY(SELECT q.identite_scelle FROM parties q WHERE q.declaration_id = d.id AND q.version = d.version
                    ORDER BY q.role) AS identites,
                a.id AS attribution, a.declaration_id, a.user_id, a.prise_le, a.expire_le, a.renouvellements,
                u.username
            FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id, rang) JOIN declarations d ON d.id = t.id
                LEFT JOIN attributions a ON a.declaration_id = d.id AND a.fin IS NULL AND a.expire_le > now()
                LEFT JOIN users u ON u.id = a.user_id
            ORDER BY t.rang
            """, ids
        ).map { row in
            let claim = try row.get("attribution", as: UUIDv7?.self) == nil ? nil : ClaimStore.Claim(row)
            return Line(record: try RecordStore.Line(row), claim: claim)
        }
    }
}

/// The statement for one band of the queue.
private struct QueueSearch {
    let filter: QueueStore.Filter
    let band: QueueStore.Band
    let moment: QueueMoment
    let rules: WorkRules

    /// - Parameter least: what a file must have at stake.
    func statement(after last: QueueStore.Place?, least: Double?) -> ComposedStatement {
        var search = ComposedStatement("SELECT q.id, q.recue_le, q.priorite FROM (SELECT d.id, d.recue_le, ")
        appendPriority(to: &search)
        search.append(" AS priorite")
        appendOpen(to: &search)
        if let last, band == .overdue { search.append(" AND d.recue_le >= ", last.received) }
        if let least { search.append(" AND d.enjeu >= ", least) }
        search.append(") q")
        if let last { appendCursor(to: &search, last) }
        search.append(
            band == .overdue
                ? " ORDER BY q.recue_le, q.priorite DESC, q.id" : " ORDER BY q.priorite DESC, q.recue_le, q.id")
        search.append(" LIMIT ", filter.limit)
        return search
    }

    /// As `QueueOrder` reckons it, in the same order of operations and so to the same bits.
    private func appendPriority(to search: inout ComposedStatement) {
        let recovery = rules.order.recovery
        search.append("d.enjeu * CASE d.voie WHEN 'fraude' THEN ", recovery.fraude)
        search.append(" ELSE ", recovery.zoneGrise)
        search.append(" END / CASE d.voie WHEN 'fraude' THEN ", moment.minutes.fraude)
        search.append(" ELSE ", moment.minutes.zoneGrise)
        search.append(" END * (1 + least(greatest((extract(epoch FROM ", moment.instant)
        search.append(" - d.recue_le) * 1000000)::float8 / 3600000000 / ", rules.order.deadline)
        search.append(", 0), 1))")
    }

    private func appendOpen(to search: inout ComposedStatement) {
        search.append(" FROM declarations d WHERE d.statut = 'analysee' AND d.voie <> 'conforme'")
        if let office = filter.office { search.append(" AND d.bureau = ", office) }
        if let chapter = filter.chapter { search.append(" AND d.chapitre = ", chapter) }
        if let lane = filter.lane { search.append(" AND d.voie = ", lane.rawValue) }
        switch filter.claims {
        case .any: break
        case .free:
            search.append(
                """
                 AND NOT EXISTS (SELECT FROM attributions a
                    WHERE a.declaration_id = d.id AND a.fin IS NULL AND a.expire_le > now())
                """)
        case .of(let user):
            search.append(
                """
                 AND d.id IN (SELECT a.declaration_id FROM attributions a
                    WHERE a.fin IS NULL AND a.expire_le > now() AND a.user_id =
                """, user)
            search.append(")")
        }
        let overdue = moment.overdue(rules)
        switch band {
        case .overdue: search.append(" AND d.recue_le <= ", overdue)
        case .mandatory: search.append(" AND d.obligatoire AND d.recue_le > ", overdue)
        case .ordinary: search.append(" AND NOT d.obligatoire AND d.recue_le > ", overdue)
        }
    }

    /// Asks what a file must have at stake to come next: waiting at most doubles what a file is worth. So of those that
    /// surely come after the cursor, the `limit` with most at stake leave no room for any with less than half of the last
    /// one's. Known beforehand, it lets an index find the rest.
    func bound(after last: QueueStore.Place?) -> ComposedStatement {
        var search = ComposedStatement("SELECT d.enjeu / 2.000001 AS moindre")
        appendOpen(to: &search)
        if let last, let lane = filter.lane {
            let most = last.priority / 2.000001 * moment.minutes[lane] / rules.order.recovery[lane]
            search.append(" AND d.enjeu < ", most)
        }
        search.append(" ORDER BY d.enjeu DESC OFFSET ", filter.limit - 1)
        search.append(" LIMIT 1")
        return search
    }

    private func appendCursor(to search: inout ComposedStatement, _ last: QueueStore.Place) {
        if band == .overdue {
            search.append(" WHERE q.recue_le > ", last.received)
            search.append(" OR q.recue_le = ", last.received)
            search.append(" AND (q.priorite < ", last.priority)
            search.append(" OR q.priorite = ", last.priority)
            search.append(" AND q.id > ", last.id)
            search.append(")")
        } else {
            search.append(" WHERE q.priorite < ", last.priority)
            search.append(" OR q.priorite = ", last.priority)
            search.append(" AND (q.recue_le > ", last.received)
            search.append(" OR q.recue_le = ", last.received)
            search.append(" AND q.id > ", last.id)
            search.append(")")
        }
    }
}
