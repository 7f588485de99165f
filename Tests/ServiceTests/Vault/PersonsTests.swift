import HTTP
import JSON
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

@Suite struct PersonsTests {
    private func persons(_ vault: Vault, _ database: Database) -> Persons {
        Persons(vault: vault, database: database, columns: Strongroom.columns)
    }

    private func export(_ room: Strongroom, _ person: UUIDv7) throws -> JSONValue {
        let bytes = try room.use { database, vault in
            let text = Monitor<[UInt8]>([])
            let isKnown = try await PersonExport(persons: persons(vault, database)).write(
                person, by: Strongroom.actor
            ) { piece in text.withLock { $0 += piece } }
            #expect(isKnown)
            return text.withLock { $0 }
        }
        return try JSONValue(parsing: bytes)
    }

    @Test func anExportHoldsEverythingAboutThePersonAndNothingElse() throws {
        let room = try Strongroom()
        let person = try room.use { database, vault in
            for number in 0..<1100 { _ = try await vault.write("123456789", "Ndiaye \(number)", database) }
            _ = try await vault.write("987654321", "Sarr", database)
            return try await vault.write("123456789", "Ndiaye \"& fils\"", database).person
        }
        let export = try export(room, person)
        let values = export["donnees"]?.array ?? []
        #expect(values.count == 2 * 1101)
        let names = values.filter { $0["colonne"] == "nom_scelle" }.compactMap { $0["valeur"]?.string }
        #expect(Set(names) == Set((0..<1100).map { "Ndiaye \($0)" } + ["Ndiaye \"& fils\""]))
        #expect(export.at("/personne/id")?.string == person.description)
        #expect(export.at("/personne/classe") == "ninea")
        #expect(
            try room.base.test.value("SELECT objet FROM audit_events WHERE evenement = 'personne.exportee'")
                == "personne:\(person)")
    }

    @Test func whatIsCorrectedIsFoundByItsNewValue() throws {
        let room = try Strongroom()
        let (row, person) = try room.use { database, vault in try await vault.write("123456789", "Ndaye", database) }
        let outcomes = try room.use { database, vault in
            let persons = persons(vault, database)
            func rectify(_ column: String, _ text: String, row other: String? = nil) async throws -> Bool? {
                try await persons.rectify(
                    person, table: "essai", column: column, row: other ?? row.description, to: text,
                    by: Strongroom.actor)
            }
            return [
                try await rectify("nom_scelle", "Ndiaye"), try await rectify("ninea_scelle", "123456780"),
                try await rectify("nom_scelle", "x", row: UUIDv7.make().description),
                try await rectify("personne_id", "x"), try await rectify("nom_scelle; DROP TABLE essai", "x"),
            ]
        }
        #expect(outcomes == [true, true, false, nil, nil])
        #expect(try room.use { database, vault in try await vault.read(row, database) } == "Ndiaye")
        let found = try room.use { database, vault in
            let index = try #require(try vault.blindIndex(of: "123456780", in: Strongroom.ninea))
            return try await database.queryOne("SELECT id FROM essai WHERE ninea_repere = $1", index)?.get(
                "id", as: UUIDv7.self)
        }
        #expect(found == row)
        // The trail says what was corrected, not what it says.
        #expect(
            try room.base.test.value("SELECT count(*) FROM audit_events WHERE evenement = 'personne.rectifiee'") == "2")
        #expect(try room.base.test.value("SELECT count(*) FROM audit_events WHERE canonical LIKE '%Ndiaye%'") == "0")
    }

    @Test func whoIsErasedIsGoneEverywhere() throws {
        let room = try Strongroom()
        let (rows, person, other) = try room.use { database, vault in
            let (one, person) = try await vault.write("123456789", "Ndiaye", database)
            let (two, _) = try await vault.write("123456789", "Ndiaye et fils", database)
            return ([one, two], person, try await vault.write("987654321", "Sarr", database).row)
        }
        // Another instance has the key in its memory, and hears of it.
        let service = try RunningService(database: room.base.test, ["INSPECTIA_VAULT_KEYS": room.keys])
        let theirs = service.service.accounts.vault
        let read = Monitor<Result<String?, any Error>?>(nil)
        service.service.inBackground {
            let result: Result<String?, any Error>
            do { result = .success(try await theirs.read(rows[0], service.service.accounts.database)) } catch {
                result = .failure(error)
            }
            read.withLock { $0 = result }
            read.signal()
        }
        #expect(try read.wait { $0 }.get() == "Ndiaye")
        #expect(theirs.cache.keys(of: [person]).count == 1)

        let isDone = try room.use { database, vault in
            let persons = persons(vault, database)
            _ = try await vault.read(rows[0], database)
            let isDone = try await persons.erase(person, reason: "demande du 3 mars", by: Strongroom.actor)
            // At once here.
            #expect(try await vault.read(rows[0], database) == nil)
            return isDone
        }
        #expect(isDone)
        let deadline = Instant.now() + .seconds(20)
        while !theirs.cache.keys(of: [person]).isEmpty { try #require(Instant.now() < deadline) }
        service.stop()

        for row in rows { #expect(try room.use { database, vault in try await vault.read(row, database) } == nil) }
        #expect(try room.use { database, vault in try await vault.read(other, database) } == "Sarr")
        #expect(try room.base.test.value("SELECT count(*) FROM essai WHERE ninea_repere IS NOT NULL") == "1")
        #expect(
            try room.base.test.value(
                "SELECT count(*) FROM personnes WHERE id = '\(person)' AND cle IS NULL AND repere IS NULL AND kek IS NULL"
            )
                == "1")
        // Twice is a conflict; nobody is found by the number, and whoever comes with it is somebody new.
        #expect(throws: Problem.self) {
            try room.use { database, vault in
                try await persons(vault, database).erase(person, reason: "x", by: Strongroom.actor)
            }
        }
        #expect(throws: VaultError.erased) { try export(room, person) }
        #expect(throws: VaultError.erased) {
            try room.use { database, vault in
                try await persons(vault, database).rectify(
                    person, table: "essai", column: "nom_scelle", row: rows[0].description, to: "x",
                    by: Strongroom.actor)
            }
        }
        let again = try room.use { database, vault in try await vault.write("123456789", "Ndiaye", database).person }
        #expect(again != person)
        #expect(try room.base.verify().isGood)
    }

    @Test func whatMustBeKeptIsNotErased() throws {
        let room = try Strongroom()
        let (row, person) = try room.use { database, vault in try await vault.write("123456789", "Ndiaye", database) }
        func erase() throws {
            try room.use { database, vault in
                _ = try await persons(vault, database).erase(person, reason: "demande", by: Strongroom.actor)
            }
        }
        let hold = try room.use { database, vault in
            try #require(
                try await persons(vault, database).hold(person, reason: "contentieux 12/2026", by: Strongroom.actor))
        }
        for _ in 0..<2 {
            do {
                try erase()
                Issue.record("it was erased")
            } catch let problem as Problem {
                #expect(problem.kind.code == "conflict")
                #expect(problem.detail?.contains("contentieux 12/2026") == true)
                #expect(problem.detail?.contains("commande:essai") == true)
            }
        }
        // The database would not do it either.
        #expect(throws: PlainSQL.Refused.self) {
            try room.base.test.value("UPDATE personnes SET cle = NULL, kek = NULL, repere = NULL, effacee_le = now()")
        }
        #expect(throws: PlainSQL.Refused.self) { try room.base.test.value("DELETE FROM personnes") }
        #expect(try room.use { database, vault in try await vault.read(row, database) } == "Ndiaye")
        // The reason is sealed, and no part of what the person is told.
        #expect(
            try room.base.test.value(
                "SELECT count(*) FROM personnes_conservations t WHERE t::text LIKE '%\(Self.hexadecimal("contentieux"))%'"
            )
                == "0")
        #expect(try !export(room, person).jsonBytes().contains(text: "contentieux"))

        let lifted = try room.use { database, vault in
            let persons = persons(vault, database)
            let shown = try await persons.holds(of: person)
            #expect(shown.map(\.reason) == ["contentieux 12/2026"] && shown[0].lifted == nil)
            return [
                try await persons.lift(hold, on: .make(), by: Strongroom.actor),
                try await persons.lift(hold, on: person, by: Strongroom.actor),
                try await persons.lift(hold, on: person, by: Strongroom.actor),
            ]
        }
        #expect(lifted == [false, true, false])
        try erase()
        #expect(try room.use { database, vault in try await vault.read(row, database) } == nil)
        #expect(
            try room.base.test.value(
                "SELECT string_agg(evenement, ' ' ORDER BY seq) FROM audit_events WHERE evenement ~ 'efface|conservation'"
            )
                == "personne.conservation_posee personne.effacement_refuse personne.effacement_refuse "
                + "personne.conservation_levee personne.effacee")
    }

    /// Whoever comes second sees what the first has done: never both a hold and an erasure.
    @Test func aHoldAndAnErasureAtOnceAreNeverBoth() throws {
        let room = try Strongroom()
        for number in 0..<12 {
            let person = try room.use { database, vault in
                try await vault.write(String(500_000_000 + number), "Ndiaye", database).person
            }
            try room.use { database, vault in
                let persons = persons(vault, database)
                async let hold = { try? await persons.hold(person, reason: "enquête", by: Strongroom.actor) }()
                async let erased = {
                    (try? await persons.erase(person, reason: "demande", by: Strongroom.actor)) ?? false
                }()
                let (placed, done) = (await hold != nil, await erased)
                #expect(placed != done, "\(number)")
            }
        }
    }

    @Test func whoIsNobodyIsNotFound() throws {
        let room = try Strongroom()
        try room.use { database, vault in
            let persons = persons(vault, database)
            let nobody = UUIDv7.make()
            #expect(try await !persons.erase(nobody, reason: "x", by: Strongroom.actor))
            #expect(try await persons.hold(nobody, reason: "x", by: Strongroom.actor) == nil)
            #expect(
                try await persons.rectify(
                    nobody, table: "essai", column: "nom_scelle", row: "x", to: "y", by: Strongroom.actor) == false)
            #expect(try await !PersonExport(persons: persons).write(nobody, by: Strongroom.actor) { _ in })
            let unknown = try #require(PersonIdentifier(.ninea, "111111111"))
            #expect(try await persons.find(unknown, by: Strongroom.actor) == nil)
        }
        #expect(try room.base.test.value("SELECT count(*) FROM audit_events WHERE canonical LIKE '%111111111%'") == "0")
    }

    private static func hexadecimal(_ text: String) -> String {
        text.utf8.map { String($0, radix: 16) }.joined()
    }
}

extension [UInt8] {
    fileprivate func contains(text: String) -> Bool { firstRange(of: Array(text.utf8)) != nil }
}
