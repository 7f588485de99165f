import Crypto
import JSON
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

/// The trail's beginning goes when it has expired, and a truncation does not pass for that.
@Suite struct TrailCutTests {
    private let base: PreparedDatabase
    private static let actor = AuditActor(name: "service")
    private static let old = Timestamp.now() - .seconds(62 * 31 * 86_400)

    /// Twenty events that have expired and ten that have not, with an anchor every five.
    init() throws {
        base = try PreparedDatabase()
        let key = try KeyRing.open(base.settings.auditKeys).current
        let text = Base64.url.encode(key.pair.publicKey.bytes)
        try File.replace(base.settings.auditPublicKey, with: Array(text.utf8))
        for number in 1...30 {
            try append(
                AuditEvent(name: "essai", actor: Self.actor, object: "objet:\(number)"),
                at: number <= 20 ? Self.old : .now())
            if number % 5 == 0 { try anchor(at: number <= 20 ? Self.old : .now()) }
        }
    }

    private func append(_ event: AuditEvent, at date: Timestamp = .now()) throws {
        try base.use { database in
            try await database.transaction { try await AuditStore.append(event, in: $0, at: date) }
        }
    }

    private func anchor(at date: Timestamp = .now()) throws {
        let key = try KeyRing.open(base.settings.auditKeys).current
        let head = try base.use { try await AuditStore.head($0) }
        try File.createDirectory(base.directory.path + "/audit")
        try File.append(Anchor(head, at: date, key: key).line, to: base.settings.auditAnchors)
    }

    private func cut(_ connection: String? = nil) throws -> [Int] {
        let pool = WorkerPool(name: "essai", limits: .init(threads: 1))
        defer { pool.stop() }
        let settings = try base.settings
        return try CommandDatabase.connect(connection ?? base.test.connectionString, settings) { database in
            let cutter = TrailCutter(settings, database, pool)
            var counts: [Int] = []
            while case let count = try await cutter.cut(by: Self.actor, atOnce: 8), count > 0 { counts.append(count) }
            return counts
        }
    }

    private func verdict(anchored: Bool = true) throws -> AuditCommands.Verdict {
        try base.verify(anchors: anchored ? base.settings.auditAnchors : nil)
    }

    /// What our own verification and the one from outside find in the exported journal.
    private func exported() throws -> (own: AuditCommands.Verdict, said: String) {
        let journal = Monitor([UInt8]())
        try AuditCommands.export(base.settings) { piece in journal.withLock { $0 += piece } }
        let place = try TemporaryDirectory()
        let path = try place.file("journal", journal.withLock { $0 })
        let (settings, root) = (try base.settings, try base.settings.resources)
        let own = try AuditCommands.verify(settings, journal: path, anchors: settings.auditAnchors, key: nil)
        var command = ChildCommand(
            "/usr/bin/python3",
            [root + "/script/verify-journal", path, settings.auditAnchors, settings.auditPublicKey],
            environment: ["PATH": "/usr/bin:/bin"])
        command.output = .file(place.path + "/said")
        _ = try Child.start(command).wait()
        return (own, String(decoding: try File.read(place.path + "/said", limit: 4096), as: UTF8.self))
    }

    @Test func whatHasExpiredGoesAndTheRestIsVerified() throws {
        #expect(try verdict().isGood)
        // In parts, each up to an anchor.
        #expect(try cut() == [5, 5, 5, 5])
        #expect(try base.test.value("SELECT min(seq) || ' ' || max(seq) FROM audit_events") == "21 34")
        for anchored in [true, false] {
            let verdict = try verdict(anchored: anchored)
            #expect(verdict.isGood && verdict.events == 14 && verdict.cut == 20, "\(verdict)")
        }
        let (own, said) = try exported()
        #expect(own.isGood && own.events == 14)
        #expect(said.hasPrefix("intact: 14 events, 6 anchors\nit begins after event 20"), "\(said)")
        #expect(try cut().isEmpty)
        // It is anchored on as ever.
        let pool = WorkerPool(name: "essai", limits: .init(threads: 1))
        defer { pool.stop() }
        let settings = try base.settings
        let next = try base.use { database in
            let keeper = try AnchorKeeper(settings, database, pool, Readiness())
            return try await keeper.anchor(AuditStore.head(database), after: Anchors.last(of: keeper.path))
        }
        #expect(next?.seq == 34)
        #expect(try verdict().isGood)
        #expect(throws: (any Error).self) { try AuditCommands.resume(settings, reason: "rien n'est perdu") }
    }

    @Test func withoutAnAnchorNothingGoes() throws {
        try File.replace(base.settings.auditAnchors, with: [])
        #expect(try cut().isEmpty)
        try File.replace(base.settings.auditAnchors, with: Array("{}\n".utf8))
        #expect(try cut().isEmpty)
    }

    struct Forgery: Sendable {
        let until: Int
        /// How it is dated, in months from now, and of how many months it tells.
        let dated: Int
        let months: Int
        /// The event that is named as the first faulty one.
        let found: Int
        let reason: JournalVerifier.Reason
    }
    static let forgeries: [Forgery] = [
        .init(until: 23, dated: 0, months: 60, found: 23, reason: .cutNotAnchored),
        .init(until: 25, dated: 0, months: 60, found: 25, reason: .cutTooEarly),
        .init(until: 25, dated: 61, months: 60, found: 25, reason: .cutTooEarly),
        .init(until: 25, dated: 0, months: 1, found: 26, reason: .badCut),
        .init(until: 20, dated: -4, months: 60, found: 20, reason: .cutTooEarly),
    ]

    /// Whoever holds the database takes away its beginning, and dresses that as a cut.
    @Test(arguments: forgeries)
    func aTruncationIsFound(_ forgery: Forgery) throws {
        let until = forgery.until
        let hash = try #require(
            try base.test.value("SELECT encode(hash, 'hex') FROM audit_events WHERE seq = \(until)"))
        try append(
            AuditEvent(
                name: TrailCut.event, actor: Self.actor, object: "purge:1",
                details: [
                    .init("jusqu_a", .int(until)), .init("empreinte", .string(hash)),
                    .init("mois", .int(forgery.months)),
                ]), at: .now() + .seconds(Int64(forgery.dated) * 31 * 86_400))
        try base.tamper("DELETE FROM audit_events WHERE seq <= \(until)")
        for _ in 0..<2 {
            let verdict = try verdict()
            #expect(verdict.fault == JournalVerifier.Fault(seq: forgery.found, reason: forgery.reason), "\(verdict)")
            let (own, said) = try exported()
            #expect(own.fault?.seq == forgery.found && said.hasPrefix("ALTERED at event \(forgery.found):"), "\(said)")
            // Nor once it is anchored.
            try anchor()
        }
    }

    @Test func aBeginningThatIsMissingIsFound() throws {
        try base.tamper("DELETE FROM audit_events WHERE seq <= 20")
        #expect(try verdict().fault == JournalVerifier.Fault(seq: 1, reason: .missing))
        #expect(try verdict(anchored: false).fault?.seq == 1)
        #expect(try exported().said.hasPrefix("ALTERED at event 1:"))
    }

    /// The hash that the cut names is what the rest is held to, also without anchors.
    @Test func anotherBeginningIsFound() throws {
        _ = try cut()
        try base.tamper("DELETE FROM audit_events WHERE seq = 21")
        #expect(try verdict(anchored: false).fault?.seq == 21)
        try base.tamper("DELETE FROM audit_events WHERE seq > 30")
        #expect(try verdict(anchored: false).fault?.seq == 1)
    }

    @Test func theDatabaseCutsNothingElse() throws {
        let service = base.test.serviceConnectionString
        try base.test.value(
            "SELECT grant_service_rights('inspectia_service'); UPDATE conservation SET purge_des = now()")
        // Too young, beyond the end, before the beginning.
        for seq in [21, 30, 1000, 0, -1] {
            #expect(try PlainSQL.value(service, "SELECT le_numero FROM couper_journal(\(seq))") == nil, "\(seq)")
        }
        // Nothing tells of it.
        #expect(throws: PlainSQL.Refused.self) { try PlainSQL.value(service, "SELECT couper_journal(20)") }
        for sql in [
            "DELETE FROM audit_events WHERE seq = 1",
            "GRANT DELETE ON audit_events TO CURRENT_USER; DELETE FROM audit_events WHERE seq = 1",
            "GRANT UPDATE ON audit_events TO CURRENT_USER; UPDATE audit_events SET hash = hash",
        ] {
            #expect(throws: PlainSQL.Refused.self, "\(sql)") { try base.test.value(sql) }
        }
        #expect(try base.test.value("SELECT count(*) FROM audit_events") == "30")
        #expect(try cut(service) == [5, 5, 5, 5])
        #expect(try base.test.value("SELECT has_table_privilege('inspectia', 'audit_events', 'DELETE')") == "f")
    }
}
