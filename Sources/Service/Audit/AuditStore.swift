import Crypto
package import Platform
package import Postgres

/// The audit trail's tables.
package enum AuditStore {
    struct Head: Sendable {
        let seq: Int
        let hash: Digest
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
        guard let links = try await links(to: events, transaction, at: date) else { return }
        try await transaction.execute(appending, links.head.seq, links.head.hash.bytes, links.texts, links.hashes)
    }

    /// The same, where nothing comes after it but the transaction's end: others wait for one journey less.
    static func conclude(
        with events: [AuditEvent], _ transaction: Transaction, at date: Timestamp = .now()
    ) async throws {
        guard let links = try await links(to: events, transaction, at: date) else { return }
        try await transaction.executeLast(
            appending, links.head.seq, links.head.hash.bytes, links.texts, links.hashes)
    }

    private static let appending: Statement = """
        WITH head AS (UPDATE audit_head SET seq = $1, hash = $2 RETURNING seq)
        INSERT INTO audit_events (canonical, hash)
        SELECT e.canonical, e.hash FROM head, unnest($3::text[], $4::bytea[]) AS e (canonical, hash)
        """

    /// The events as the chain goes on with them, and its head then. Nil when there are none.
    private static func links(
        to events: [AuditEvent], _ transaction: Transaction, at date: Timestamp
    ) async throws -> (texts: [String], hashes: [ByteText], head: Head)? {
        guard !events.isEmpty else { return nil }
        guard let row = try await transaction.queryOne("SELECT seq, hash FROM audit_head FOR UPDATE"),
            let head = try Digest(row.get("hash", as: [UInt8].self))
        else { throw AuditError.noHead }
        var seq: Int = try row.get("seq")
        var chain = HashChain(head: head)
        var (texts, hashes): ([String], [ByteText]) = ([], [])
        for event in events {
            seq += 1
            let canonical = try event.canonical(seq: seq, at: date)
            texts.append(String(decoding: canonical, as: UTF8.self))
            hashes.append(ByteText(chain.append(canonical).bytes))
        }
        return (texts, hashes, Head(seq: seq, hash: chain.head))
    }

    static func head(_ database: some Queryable) async throws -> Head {
        guard let row = try await database.queryOne("SELECT seq, hash FROM audit_head"),
            let hash = try Digest(row.get("hash", as: [UInt8].self))
        else { throw AuditError.noHead }
        return Head(seq: try row.get("seq"), hash: hash)
    }

    static func hash(of seq: Int, _ database: some Queryable) async throws -> Digest? {
        try await database.queryOne("SELECT hash FROM audit_events WHERE seq = $1", seq)
            .flatMap { try Digest($0.get("hash", as: [UInt8].self)) }
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
