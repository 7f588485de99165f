import Crypto
import Glibc
import JSON
import Net
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

/// A database with this version's schema.
final class PreparedDatabase: Sendable {
    let test: TestDatabase
    let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        test = try TestDatabase(like: "schema") { connection in
            _ = try SchemaMigration.run(.reading(["INSPECTIA_DATABASE_URL": connection]))
        }
    }

    var settings: ServiceSettings {
        get throws {
            try .reading(["INSPECTIA_DATABASE_URL": test.connectionString, "INSPECTIA_DATA_DIR": directory.path])
        }
    }

    func use<Value: Sendable>(_ body: @escaping @Sendable (Database) async throws -> Value) throws -> Value {
        try CommandDatabase.use(settings, body)
    }

    func record(_ count: Int) throws {
        try use { database in
            for number in 0..<count {
                try await database.transaction { transaction in
                    let actor = AuditActor(name: "utilisateur:u\(number % 3)", role: "chef_service")
                    let event = AuditEvent(
                        name: number % 2 == 0 ? "essai.pair" : "essai.impair", actor: actor, object: "objet:\(number)",
                        details: [.init("texte", "é\"\u{0}\n\(number)")])
                    try await AuditStore.append(event, in: transaction)
                }
            }
        }
    }

    /// As whoever may do everything: the table's rules out of the way.
    func tamper(_ sql: String) throws {
        try test.value(
            """
            GRANT ALL ON audit_events TO CURRENT_USER; ALTER TABLE audit_events DISABLE TRIGGER USER;
            ALTER TABLE audit_events DISABLE TRIGGER audit_events_final;
            \(sql);
            ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_final
            """)
    }

    func verify(anchors: String? = nil) throws -> AuditCommands.Verdict {
        try AuditCommands.verify(settings, journal: nil, anchors: anchors, key: nil)
    }
}

@Suite struct AuditTests {
    @Test func aJournalThatNobodyTouchedIsGood() throws {
        let base = try PreparedDatabase()
        #expect(try base.verify().isGood)
        try base.record(25)
        let verdict = try base.verify()
        #expect(verdict.isGood && verdict.events == 25)
        #expect(
            try base.test.value(
                "SELECT string_agg(seq::text, ',' ORDER BY seq) = '1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25' FROM audit_events"
            ) == "t")
    }

    @Test func anEventGoesWithItsAct() throws {
        struct Refused: Error {}
        let base = try PreparedDatabase()
        try base.record(1)
        #expect(throws: Refused.self) {
            try base.use { database in
                try await database.transaction { transaction in
                    let event = AuditEvent(name: "essai", actor: AuditActor(name: "anonyme"))
                    try await AuditStore.append(event, in: transaction)
                    throw Refused()
                }
            }
        }
        try base.record(1)
        #expect(try base.test.value("SELECT count(*) FROM audit_events") == "2")
        #expect(try base.verify().isGood)
    }

    @Test func thereIsNoActWithoutAnActor() throws {
        let base = try PreparedDatabase()
        #expect(throws: AuditError.notWritable) {
            try AuditEvent(name: "essai", actor: AuditActor(name: "")).canonical(seq: 1, at: .now())
        }
        for canonical in [
            #"{"date":"d","evenement":"e","seq":1}"#, #"{"acteur":"","date":"d","evenement":"e","seq":1}"#,
        ] {
            #expect(throws: PlainSQL.Refused.self) {
                try base.test.value(
                    "INSERT INTO audit_events (canonical, hash) VALUES ('\(canonical)', sha256('x'))")
            }
        }
    }

    /// The owner has no right to, and the trigger stands behind that.
    @Test(arguments: ["UPDATE audit_events SET hash = hash", "DELETE FROM audit_events", "TRUNCATE audit_events"])
    func whatIsWrittenStays(_ sql: String) throws {
        let base = try PreparedDatabase()
        try base.record(2)
        #expect(throws: PlainSQL.Refused.self) { try base.test.value(sql) }
        for preparation in ["GRANT ALL ON audit_events TO CURRENT_USER"] {
            try base.test.value(preparation)
            let refusal = #expect(throws: PlainSQL.Refused.self) { try base.test.value(sql) }
            #expect(refusal?.description.contains("is not allowed") == true)
        }
        #expect(try base.verify().events == 2)
    }

    @Test func writersTakeTurns() throws {
        let base = try PreparedDatabase()
        try base.use { database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<60 {
                    group.addTask {
                        try await database.transaction { transaction in
                            let event = AuditEvent(name: "essai", actor: AuditActor(name: "utilisateur:\(number)"))
                            try await AuditStore.append(event, in: transaction)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let verdict = try base.verify()
        #expect(verdict.isGood && verdict.events == 60)
    }

    // MARK: Tampering

    struct Tampering: CustomTestStringConvertible {
        let testDescription: String
        let sql: String
        let seq: Int

        init(_ name: String, _ sql: String, _ seq: Int) { (testDescription, self.sql, self.seq) = (name, sql, seq) }
    }

    @Test(arguments: [
        Tampering(
            "edit", "UPDATE audit_events SET canonical = replace(canonical, 'objet:6', 'objet:0') WHERE seq = 7", 7),
        Tampering("hash", "UPDATE audit_events SET hash = sha256('x') WHERE seq = 4", 4),
        Tampering("delete", "DELETE FROM audit_events WHERE seq = 5", 5),
        Tampering("delete the first", "DELETE FROM audit_events WHERE seq = 1", 1),
        Tampering("truncate", "DELETE FROM audit_events WHERE seq > 8", 9),
        Tampering("empty", "TRUNCATE audit_events", 1),
        Tampering(
            "insert",
            "INSERT INTO audit_events (canonical, hash) SELECT replace(canonical, '\"seq\":12', '\"seq\":13'), hash FROM audit_events WHERE seq = 12",
            13),
        Tampering(
            "insert before the first",
            "INSERT INTO audit_events (canonical, hash) SELECT replace(canonical, '\"seq\":12', '\"seq\":0'), hash FROM audit_events WHERE seq = 12",
            1),
        Tampering(
            "reorder",
            """
            CREATE TEMP TABLE two AS SELECT canonical, hash, seq FROM audit_events WHERE seq IN (3, 4);
            DELETE FROM audit_events WHERE seq IN (3, 4);
            INSERT INTO audit_events (canonical, hash)
                SELECT replace(canonical, '"seq":' || seq, '"seq":' || 7 - seq), hash FROM two
            """, 3),
    ])
    func everyChangeIsFound(_ tampering: Tampering) throws {
        let base = try PreparedDatabase()
        try base.record(12)
        try base.tamper(tampering.sql)
        let verdict = try base.verify()
        #expect(verdict.fault?.seq == tampering.seq)
        #expect(verdict.text(json: false).contains("à l'événement \(tampering.seq) :"))
    }

    // MARK: Anchors

    private func keeper(_ base: PreparedDatabase, _ database: Database) throws -> (AnchorKeeper, WorkerPool) {
        let pool = WorkerPool(name: "worker", limits: .init(threads: 1))
        return (try AnchorKeeper(base.settings, database, pool, Readiness()), pool)
    }

    private func anchor(_ base: PreparedDatabase) throws -> Anchor? {
        try base.use { database in
            let (keeper, pool) = try keeper(base, database)
            defer { pool.stop() }
            return try await keeper.anchor(AuditStore.head(database), after: Anchors.last(of: keeper.path))
        }
    }

    @Test func anAnchorFindsWhatTheChainCannot() throws {
        let base = try PreparedDatabase()
        let path = try base.settings.auditAnchors
        try base.record(5)
        #expect(try anchor(base)?.seq == 5)
        try base.record(3)
        #expect(try anchor(base)?.seq == 8)
        try base.record(1)
        let good = try base.verify(anchors: path)
        #expect(good.isGood && good.anchors == 2 && good.events == 9)

        // The end cut off, and the head made to fit.
        try base.tamper(
            "DELETE FROM audit_events WHERE seq > 6; UPDATE audit_head SET seq = 6, hash = (SELECT hash FROM audit_events WHERE seq = 6)"
        )
        #expect(try base.verify().isGood)
        let cut = try base.verify(anchors: path)
        #expect(cut.fault == .init(seq: 7, reason: .truncated))
        #expect(try anchor(base) == nil)

        // All of it written anew.
        try base.tamper("TRUNCATE audit_events; UPDATE audit_head SET seq = 0, hash = decode(repeat('00', 32), 'hex')")
        try base.record(9)
        #expect(try base.verify().isGood)
        #expect(try base.verify(anchors: path).fault == .init(seq: 5, reason: .rewritten))
    }

    /// A backup from before the last anchors was restored, and work went on. An event says so, and nobody who verifies
    /// overlooks it.
    @Test func aRestoredBackupIsBridgedExplicitly() throws {
        let base = try PreparedDatabase()
        let path = try base.settings.auditAnchors
        for count in [4, 3, 2] {
            try base.record(count)
            #expect(try anchor(base) != nil)
        }
        #expect(throws: AccountCommandError.self) { try AuditCommands.resume(base.settings, reason: "rien") }
        let restore = """
            DELETE FROM audit_events WHERE seq > 5;
            UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit_events WHERE seq = 5)
            """
        try base.tamper(restore)
        try base.record(3)
        #expect(try base.verify(anchors: path).fault == .init(seq: 7, reason: .rewritten))
        #expect(try anchor(base) == nil)
        func finding() throws -> Doctor.Finding? {
            Doctor.examine(try base.settings).findings.first { $0.subject == "journal" }
        }
        #expect(try finding()?.verdict == .bad && finding()?.advice?.contains("audit resume") == true)
        #expect(throws: AccountCommandError.self) { try AuditCommands.resume(base.settings, reason: "") }
        #expect(try AuditCommands.resume(base.settings, reason: "disque perdu") == 9)
        #expect(try finding()?.verdict == .good)
        let bridged = try base.verify(anchors: path)
        #expect(bridged.isGood && bridged.resumed == [9] && bridged.anchors == 4)
        #expect(bridged.text(json: true).contains("\"reprises\":[9]"))
        #expect(bridged.text(json: false).contains("reprise à l'événement 9"))
        // It goes on from there; and once more.
        try base.record(2)
        #expect(try anchor(base)?.seq == 11)
        try base.tamper(restore)
        #expect(try base.verify(anchors: path).fault == .init(seq: 6, reason: .truncated))
        #expect(try AuditCommands.resume(base.settings, reason: "encore") == 6)
        #expect(try base.verify(anchors: path).resumed == [6])
        #expect(try base.verify(anchors: path).isGood)
        // What is altered is not bridged, and what the event does not say is no bridge.
        try base.record(1)
        try base.tamper("UPDATE audit_events SET canonical = replace(canonical, 'encore', 'jamais') WHERE seq = 6")
        #expect(throws: AccountCommandError.self) { try AuditCommands.resume(base.settings, reason: "non") }
    }

    @Test func anAnchorAloneBridgesNothing() throws {
        let base = try PreparedDatabase()
        try base.record(4)
        let lost = try #require(try anchor(base))
        try base.tamper(
            "DELETE FROM audit_events WHERE seq > 2; UPDATE audit_head SET seq = 2, hash = (SELECT hash FROM audit_events WHERE seq = 2)"
        )
        try base.record(1)
        let key = try KeyRing.open(base.settings.auditKeys).current
        let head = try base.use { try await AuditStore.head($0) }
        let bridge = Anchor(head, resumedAfter: 0, at: .now(), key: key)
        let file = try base.directory.file("pont", lost.line + bridge.line)
        #expect(try base.verify(anchors: file).fault == .init(seq: 3, reason: .notResumed))
        // Nor does one that was changed after it was signed.
        let text = String(decoding: bridge.line, as: UTF8.self).replacing(
            "\"reprise_apres\":0", with: "\"reprise_apres\":1")
        let forged = try base.directory.file("faux", lost.line + Array(text.utf8))
        #expect(try base.verify(anchors: forged).fault?.reason == .badAnchor)
    }

    @Test func onlyTheKeysOwnerMakesAnchors() throws {
        let base = try PreparedDatabase()
        try base.record(3)
        let line = try #require(try anchor(base)).line
        var text = String(decoding: line, as: UTF8.self)
        text = text.replacing("\"seq\":3", with: "\"seq\":2")
        for forged in [Array(text.utf8), line + Array("ancre\n".utf8)] {
            let file = try base.directory.file("forged", forged)
            #expect(try base.verify(anchors: file).fault?.reason == .badAnchor)
        }
        let other = try PreparedDatabase()
        _ = try KeyRing.open(other.settings.auditKeys)
        try other.record(1)
        #expect(try anchor(other) != nil)
        let file = try base.directory.file("good", line)
        let verdict = try AuditCommands.verify(
            base.settings, journal: nil, anchors: file, key: other.settings.auditPublicKey)
        #expect(verdict.fault?.reason == .badAnchor)
    }

    @Test func theKeyIsItsOwnersAlone() throws {
        let base = try PreparedDatabase()
        try base.record(1)
        _ = try anchor(base)
        let path = try base.settings.auditKeys
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
        chmod(path, 0o640)
        #expect(throws: KeyRingError.self) { try KeyRing.open(path) }
    }

    /// Without the database: the exported journal, the anchors and the public key suffice.
    @Test func anOutsiderCanVerify() throws {
        let base = try PreparedDatabase()
        try base.record(7)
        _ = try anchor(base)
        let lines = Monitor([UInt8]())
        try AuditCommands.export(base.settings) { piece in lines.withLock { $0 += piece } }
        let journal = lines.withLock { $0 }
        let settings = try ServiceSettings.reading(["INSPECTIA_DATABASE_URL": "host=/nonexistent"])
        func verify(_ bytes: [UInt8]) throws -> AuditCommands.Verdict {
            try AuditCommands.verify(
                settings, journal: try base.directory.file("journal", bytes), anchors: base.settings.auditAnchors,
                key: base.settings.auditPublicKey)
        }
        #expect(try verify(journal).isGood)
        let rows = journal.split(separator: 0x0a)
        #expect(try verify(Array(rows.dropLast().joined(separator: [0x0a]))).fault?.seq == 7)
        #expect(try verify(Array((rows[..<2] + rows[3...]).joined(separator: [0x0a]))).fault?.seq == 3)
        #expect(try verify(Array("texte\n".utf8)).fault?.seq == 1)
    }
}
