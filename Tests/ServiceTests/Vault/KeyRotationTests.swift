import Crypto
import Glibc
import JSON
import Platform
import Postgres
import Reading
import TestKit
import Testing

@testable import Service

@Suite struct KeyRotationTests {
    @discardableResult
    private func rotate(_ room: Strongroom, batch: Int = 500) throws -> KeyRotation.Outcome {
        try room.use { database, vault in
            try await KeyRotation(vault: vault, database: database, actor: Strongroom.actor, batch: batch).run()
        }
    }

    private func fill(_ room: Strongroom, _ count: Int) throws -> [UUIDv7] {
        try room.use { database, vault in
            var rows: [UUIDv7] = []
            for number in 0..<count {
                rows.append(try await vault.write(String(200_000_000 + number), "Nom \(number)", database).row)
            }
            return rows
        }
    }

    private func names(_ room: Strongroom, _ rows: [UUIDv7], on connection: String? = nil) throws -> [String?] {
        try room.use(on: connection) { database, vault in
            var names: [String?] = []
            for row in rows { names.append(try await vault.read(row, database)) }
            return names
        }
    }

    @Test func everythingIsReadAfterARotationAndTheOldKeyGoes() throws {
        let room = try Strongroom()
        let rows = try fill(room, 23)
        let expected = rows.indices.map { "Nom \($0)" }
        let sealed = "SELECT md5(string_agg(nom_scelle::text, '' ORDER BY id)) FROM essai"
        let before = try room.base.test.value(sealed)
        let outcome = try rotate(room, batch: 5)
        #expect(outcome.active == 2 && outcome.wrapped == 23 && outcome.retired == [1] && !outcome.wasResumed)
        #expect(try room.base.test.value("SELECT string_agg(version || etat, ',') FROM coffre_cles") == "2active")
        #expect(try room.base.test.value("SELECT count(*) FROM personnes WHERE kek <> 2") == "0")
        // The fields themselves were not touched.
        #expect(try room.base.test.value(sealed) == before)
        #expect(try names(room, rows) == expected)
        #expect(try rotate(room).active == 3)
        #expect(try names(room, rows) == expected)
        let keys = try #require(try VaultKeys.read(room.keys))
        #expect(keys.keys.map(\.version) == [1, 2, 3])
        #expect(keys.keys.map { $0.retired == nil } == [false, false, true])
        #expect(
            try room.base.test.value(
                "SELECT string_agg(evenement, ' ' ORDER BY seq) FROM audit_events WHERE evenement LIKE 'cles.%'")
                == "cles.rotation_commencee cles.rotation_terminee cles.rotation_commencee cles.rotation_terminee")
        #expect(try room.base.verify().isGood)
    }

    /// An instance that knows nothing of the rotation writes and reads on.
    @Test func theServiceGoesOnMeanwhile() throws {
        let room = try Strongroom()
        let rows = try fill(room, 30)
        try room.use { database, vault in
            let stale = Vault(database, keys: room.keys, pool: nil)
            try await stale.prepare()
            let rotation = KeyRotation(vault: vault, database: database, actor: Strongroom.actor, batch: 2)
            async let outcome = rotation.run()
            for number in 0..<40 {
                let name = "Venu \(number)"
                let (row, _) = try await stale.write(String(300_000_000 + number), name, database)
                #expect(try await stale.read(row, database) == name)
                #expect(try await stale.read(rows[number % 30], database) == "Nom \(number % 30)")
            }
            #expect(try await outcome.retired == [1])
            // Nor are the keys of uses others than they were.
            let place = "table|colonne|1"
            #expect(try stale.uses[.answers].open(vault.uses[.answers].seal([1], at: place), at: place) == [1])
            // With nothing cached either.
            stale.cache.dropAll()
            #expect(try await stale.read(rows[0], database) == "Nom 0")
            // Nobody new is wrapped with what is retired.
            _ = try await stale.write("400000000", "Dernier", database)
        }
        #expect(try room.base.test.value("SELECT string_agg(DISTINCT kek::text, ',') FROM personnes") == "2")
    }

    /// Wherever it stops, the next run ends it.
    @Test(arguments: 0..<4) func anInterruptedRotationIsEndedByTheNext(_ stop: Int) throws {
        let room = try Strongroom()
        let rows = try fill(room, 12)
        switch stop {
        // The file has the new key, the database does not know it.
        case 0: _ = try room.use { _, vault in try await vault.versions.change { try $0.add(version: 2) } }
        // Begun, nothing wrapped.
        case 1, 2:
            try room.use { database, vault in
                let keys = try await vault.versions.change { try $0.add(version: 2) }
                try await database.transaction { try await VaultStore.activate(keys.keys[1], $0) }
                guard stop == 2 else { return }
                // Half of them are done.
                let agreed = try await vault.versions.agree(database)
                try await database.transaction { transaction in
                    let some = try await VaultStore.toWrapAgain(6, transaction)
                    let new = try some.map { wrapped in
                        let key = try DataKey(
                            unwrapping: try #require(wrapped.bytes), with: try #require(agreed.keys[1]),
                            for: wrapped.person)
                        return (person: wrapped.person, wrapped: key.wrapped(by: agreed.active, for: wrapped.person))
                    }
                    try await VaultStore.replace(new, wrappedBy: 2, transaction)
                }
            }
        // All done, but the file does not say that the old one is retired.
        default:
            try rotate(room)
            let keys = try #require(String(validating: File.read(room.keys, limit: 1 << 16), as: UTF8.self))
            let retired = try #require(keys.firstRange(of: ",\"retiree\":"))
            let end = try #require(keys[retired.upperBound...].firstIndex(of: "}"))
            try File.replace(room.keys, with: Array((keys[..<retired.lowerBound] + keys[end...]).utf8))
        }
        #expect(try names(room, rows) == rows.indices.map { "Nom \($0)" })
        let outcome = try rotate(room)
        #expect(outcome.active == (stop == 3 ? 3 : 2))
        #expect(outcome.wasResumed == (stop == 1 || stop == 2))
        #expect(try names(room, rows) == rows.indices.map { "Nom \($0)" })
        #expect(try room.base.test.value("SELECT count(*) FROM coffre_cles") == "1")
        let keys = try #require(try VaultKeys.read(room.keys))
        #expect(keys.keys.dropLast().allSatisfy { $0.retired != nil } && keys.keys.last?.retired == nil)
    }

    /// Keys of uses are wrapped again like those of persons, and what they sealed is read by who has the new file only.
    @Test func whatIsNobodysInParticularIsReadAfterTheOldKeyIsForgotten() throws {
        let room = try Strongroom()
        let (directory, content) = (room.base.directory.path, SHA256.hash("contenu".utf8))
        let path = directory + "/scelle"
        let sealed = try room.use { _, vault in
            try SealedFile.write(
                DocumentBytes(Array("contenu".utf8)), to: path, of: content, vault.uses[.documents], by: directory)
            return try SealedUse.allCases.map {
                try vault.uses[$0].seal(Array($0.rawValue.utf8), at: "table|colonne|1")
            }
        }
        let copy = try room.copy()
        let outcome = try rotate(room)
        #expect(outcome.uses == ["documents", "reponses", "seconds_facteurs"] && outcome.retired == [1])
        #expect(try room.base.test.value("SELECT string_agg(DISTINCT kek::text, ',') FROM coffre_usages") == "2")
        try VaultCommands.forget(room.base.settings, version: 1)
        try room.use { _, vault in
            for (use, bytes) in zip(SealedUse.allCases, sealed) {
                #expect(try vault.uses[use].open(bytes, at: "table|colonne|1") == Array(use.rawValue.utf8))
            }
            let reader = try SealedFile.Reader(path, of: content, vault.uses[.documents])
            #expect(try reader.next() == Array("contenu".utf8))
        }
        // An older backup has lost them with the key.
        #expect(throws: VaultError.missingKey(1)) { try room.use(on: copy.connectionString) { _, _ in } }
    }

    /// Whatever stops a rotation, the next one wraps the keys of uses too.
    @Test func aRotationOfUsesAloneIsEnded() throws {
        let room = try Strongroom()
        try room.use { database, vault in
            let keys = try await vault.versions.change { try $0.add(version: 2) }
            try await database.transaction { try await VaultStore.activate(keys.keys[1], $0) }
        }
        let settings = try room.base.settings
        let finding = try #require(Doctor.examine(settings).findings.first { $0.subject == "clés" })
        #expect(finding.verdict == .worrying && finding.detail.hasSuffix("sous une ancienne : 3"))
        let outcome = try rotate(room)
        #expect(outcome.wasResumed && outcome.uses.count == 3 && outcome.wrapped == 0 && outcome.retired == [1])
        #expect(Doctor.examine(settings).findings.first { $0.subject == "clés" }?.verdict == .good)
    }

    @Test func theDatabaseKeepsAKeyThatWrapsAUse() throws {
        let room = try Strongroom()
        try room.use { _, _ in }
        #expect(throws: PlainSQL.Refused.self) { try room.base.test.value("DELETE FROM coffre_cles") }
        try room.base.test.value("UPDATE coffre_cles SET etat = 'remplacee'")
        #expect(
            try room.base.use { database in
                try await database.transaction { try await VaultStore.retire(1, $0) }
            } == false)
    }

    @Test func theDatabaseKeepsAKeyThatWrapsAnybody() throws {
        let room = try Strongroom()
        _ = try fill(room, 1)
        #expect(throws: PlainSQL.Refused.self) { try room.base.test.value("DELETE FROM coffre_cles") }
        try room.base.test.value("UPDATE coffre_cles SET etat = 'remplacee'")
        let isRetired = try room.base.use { database in
            try await database.transaction { try await VaultStore.retire(1, $0) }
        }
        #expect(!isRetired)
    }

    /// A copy of the database from before the rotation, with the file from after it.
    @Test func anOlderBackupOpensWithTheRotatedFile() throws {
        let room = try Strongroom()
        let rows = try fill(room, 7)
        let expected = rows.indices.map { "Nom \($0)" }
        let copy = try room.copy()
        try rotate(room)
        try rotate(room)
        #expect(try names(room, rows, on: copy.connectionString) == expected)
        // And goes on from there.
        let outcome = try room.use(on: copy.connectionString) { database, vault in
            try await KeyRotation(vault: vault, database: database, actor: Strongroom.actor).run()
        }
        #expect(outcome.active == 3 && outcome.retired == [1])
        #expect(try names(room, rows, on: copy.connectionString) == expected)
        // The newer one opens still.
        #expect(try names(room, rows) == expected)
    }

    @Test func aForgottenKeyOpensNoBackupAnyMore() throws {
        let room = try Strongroom()
        let rows = try fill(room, 2)
        let copy = try room.copy()
        let settings = try room.base.settings
        #expect(throws: AccountCommandError.self) { try VaultCommands.forget(settings, version: 1) }
        try rotate(room)
        #expect(throws: AccountCommandError.self) { try VaultCommands.forget(settings, version: 2) }
        try VaultCommands.forget(settings, version: 1)
        #expect(throws: AccountCommandError.self) { try VaultCommands.forget(settings, version: 1) }
        #expect(throws: VaultError.missingKey(1)) { try names(room, rows, on: copy.connectionString) }
        #expect(try names(room, rows) == ["Nom 0", "Nom 1"])
    }

    @Test func statusTellsWhatEachKeyProtects() throws {
        let room = try Strongroom()
        _ = try fill(room, 3)
        try rotate(room)
        let settings = try room.base.settings
        let status = try JSONValue(parsing: Array(VaultCommands.status(settings).text(json: true).utf8))
        #expect(status.at("/cles/0/etat") == "retiree" && status.at("/cles/1/etat") == "active")
        #expect(status.at("/cles/1/personnes") == 3 && status.at("/cles/0/usages") == [])
        #expect(status.at("/cles/1/usages") == ["documents", "reponses", "seconds_facteurs"])
        #expect(try VaultCommands.status(settings).text(json: false).contains("clé 2 : active, personnes : 3"))
        #expect(try !VaultCommands.status(settings).text(json: true).contains("\"cle\""))
    }

    /// A secret that came into the container beforehand and cannot be written there.
    @Test func aFileThatWasPreparedIsRotatedWithoutBeingWritten() throws {
        let room = try Strongroom()
        let rows = try fill(room, 3)
        #expect(try VaultCommands.prepare(room.keys) == 2)
        let directory = try TemporaryDirectory()
        #expect(try VaultCommands.prepare(directory.path + "/neuf.json") == 1)
        let copy = try directory.file("lu.json", File.read(room.keys, limit: 1 << 16))
        let file = open(copy, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        // No draft can lie beside it there.
        let outcome = try room.use(keys: "/proc/self/fd/\(file)") { database, vault in
            try await KeyRotation(vault: vault, database: database, actor: Strongroom.actor).run()
        }
        #expect(outcome.active == 2 && outcome.retired == [1])
        #expect(try names(room, rows) == ["Nom 0", "Nom 1", "Nom 2"])
    }

    // MARK: Keys of tokens

    @Test func theKeyOfTokensIsRenewedAndOlderTokensHold() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/tokens.json"
        let first = try KeyRing.open(path).current.identifier
        let second = try KeyRing.rotate(path)
        let ring = try KeyRing.open(path)
        #expect(ring.current.identifier == second && ring.verifyingKey(first) != nil)
        _ = try KeyRing.rotate(path)
        _ = try KeyRing.rotate(path)
        #expect(try KeyRing.open(path).keys.count == 3)
        #expect(try KeyRing.open(path).verifyingKey(first) == nil)
    }
}
