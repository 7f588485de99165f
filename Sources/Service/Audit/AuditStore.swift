import Crypto
package import Platform
package import Postgres

/// The audit trail's tables.
package enum AuditStore {
    struct Head: Sendable {
        let seq: Int
        let hash: Digest

        init(seq: Int, hash: Digest) { (self.seq, self.hash) = (seq, hash) }

        fileprivate init(_ row: Row?) throws {
            guard let row, let hash = try Digest(row.get("hash", as: [UInt8].self)) else { throw AuditError.noHead }
            self.init(seq: try row.get("seq"), hash: hash)
        }
    }

    struct Entry: Sendable {
        let seq: Int
        let canonical: [UInt8]
        let hash: [UInt8]

        init(_ row: Row) throws {
            seq = try row.get("seq")
            canonical = try row.withBytes("canonical") { Array($0 ?? .init(start: nil, count: 0)) }
            hash = try row.get("hash")
        }
    }

    /// Writes the event in the transaction of the act: both are there, or neither. Other writers wait from here to the
    /// transaction's end, so this is its last step.
    package static func append(
        _ event: AuditEvent, in transaction: Transaction, at date: Timestamp = .now()
    ) async throws {
        try await append([event], in: transaction, at: date)
    }

    static func append(
        _ events: [AuditEvent], in transaction: Transaction, at date: Timestamp = .now()
    ) async throws {
        guard !events.isEmpty else { return }
        let links = try Links(events, after: try await lockedHead(transaction), at: date)
        try await transaction.execute(appending, links.head.seq, links.head.hash.bytes, links.texts, links.hashes)
    }

    /// The same, where nothing comes after it but the transaction's end: others wait for one journey less.
    static func conclude(with event: AuditEvent, _ transaction: Transaction) async throws {
        try await conclude(with: [event], after: try await lockedHead(transaction), transaction)
    }

    /// The same, for whoever locked the head before.
    static func conclude(
        with events: [AuditEvent], after head: Head, _ transaction: Transaction
    ) async throws {
        guard !events.isEmpty else { return }
        let links = try Links(events, after: head, at: .now())
        try await transaction.executeLast(
            appending, links.head.seq, links.head.hash.bytes, links.texts, links.hashes)
    }

    private static let appending: Statement = """
        WITH head AS (UPDATE audit_head SET seq = $1, hash = $2 RETURNING seq)
        INSERT INTO audit_events (canonical, hash)
        SELECT e.canonical, e.hash FROM head, unnest($3::text[], $4::bytea[]) AS e (canonical, hash)
        """

    /// Events as the chain goes on with them, and its head then.
    private struct Links {
        private(set) var texts: [String] = []
        private(set) var hashes: [ByteText] = []
        let head: Head

        init(_ events: [AuditEvent], after head: Head, at date: Timestamp) throws {
            var chain = HashChain(head: head.hash)
            for (place, event) in events.enumerated() {
                let canonical = try event.canonical(seq: head.seq + place + 1, at: date)
                texts.append(String(decoding: canonical, as: UTF8.self))
                hashes.append(ByteText(chain.append(canonical).bytes))
            }
            self.head = Head(seq: head.seq + events.count, hash: chain.head)
        }
    }

    /// Other writers wait from here to the transaction's end.
    static func lockedHead(_ transaction: Transaction) async throws -> Head {
        try Head(await transaction.queryOne("SELECT seq, hash FROM audit_head FOR UPDATE"))
    }

    static func head(_ database: some Queryable) async throws -> Head {
        try Head(await database.queryOne("SELECT seq, hash FROM audit_head"))
    }

    static func hash(of seq: Int, _ database: some Queryable) async throws -> Digest? {
        try await database.queryOne("SELECT hash FROM audit_events WHERE seq = $1", seq)
            .flatMap { try Digest($0.get("hash", as: [UInt8].self)) }
    }

    /// Where the trail was cut last; nil where it begins with its first event.
    static func cut(_ database: some Queryable) async throws -> TrailCut? {
        try await database.queryOne(
            "SELECT canonical FROM audit_events WHERE evenement = $1 ORDER BY seq DESC LIMIT 1", TrailCut.event
        ).flatMap { TrailCut(canonical: Array(try $0.get("canonical", as: String.self).utf8)) }
    }

    /// Whether the trail still is what was anchored, as far as it goes back.
    static func fits(_ anchor: Anchor, _ database: some Queryable) async throws -> Bool {
        if let hash = try await hash(of: anchor.seq, database) { return hash == anchor.hash }
        return try await cut(database).map { anchor.seq < $0.until } ?? false
    }

    struct Removed: Sendable {
        let purge: Int
        let hash: Digest
        let events: Int
        let months: Int
        let limit: Timestamp
    }

    /// Takes away all events up to this one; nil when that may not be.
    static func cut(upTo seq: Int, _ transaction: Transaction) async throws -> Removed? {
        guard let row = try await transaction.queryOne("SELECT * FROM couper_journal($1)", seq),
            let hash = Digest(try row.get("l_empreinte", as: [UInt8].self))
        else { return nil }
        return Removed(
            purge: try row.get("le_numero"), hash: hash, events: try row.get("les_evenements"),
            months: try row.get("les_mois"), limit: try row.get("la_limite"))
    }

    /// The number of the first that is there; nil when there is none.
    static func first(_ database: some Queryable) async throws -> Int? {
        try await database.queryOne("SELECT min(seq) FROM audit_events")?.get(0)
    }

    /// The next events in order, `count` at most.
    static func entries(after seq: Int, count: Int, _ database: some Queryable) async throws -> [Entry] {
        try await database.query(
            "SELECT seq, canonical, hash FROM audit_events WHERE seq > $1 ORDER BY seq LIMIT $2", seq, count
        ).map { try Entry($0) }
    }

    struct Filter: Sendable {
        var actor: String?
        var event: String?
        var object: String?
        /// In the form in which events carry their date.
        var from: String?
        var to: String?
        /// Only events with a smaller number.
        var before: Int?
        var limit = 50
    }

    /// The latest first; one more than the limit when there are more.
    static func search(_ filter: Filter, _ database: some Queryable) async throws -> [Entry] {
        var search = ComposedStatement("SELECT seq, canonical, hash FROM audit_events WHERE true")
        if let actor = filter.actor { search.append(" AND acteur = ", actor) }
        if let event = filter.event { search.append(" AND evenement = ", event) }
        if let object = filter.object { search.append(" AND objet = ", object) }
        if let from = filter.from { search.append(" AND date >= ", from) }
        if let to = filter.to { search.append(" AND date <= ", to) }
        if let before = filter.before { search.append(" AND seq < ", before) }
        search.append(" ORDER BY seq DESC LIMIT ", filter.limit + 1)
        return try await database.query(search).map { try Entry($0) }
    }
}
