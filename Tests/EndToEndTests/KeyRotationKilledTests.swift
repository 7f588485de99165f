import Glibc
import JSON
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

/// A rotation whose process is killed in the middle, as it runs on real machines.
@Suite struct KeyRotationKilledTests {
    private static let persons = 30_000

    @Test func aKilledRotationIsEndedByTheNext() throws {
        let (database, directory) = (try TestDatabase(), try TemporaryDirectory())
        let variables = ["INSPECTIA_DATABASE_URL": database.connectionString, "INSPECTIA_DATA_DIR": directory.path]
        var sources = ConfigurationSources()
        sources.environment = variables
        let settings = try ServiceSettings(.load(SettingsTable.all, from: sources))
        _ = try SchemaMigration.run(settings)
        let row = UUIDv7.make()
        let place = "documents|essai|1"
        let (sealed, document) = try CommandDatabase.use(settings) { database in
            let vault = try await Vault.ready(database, settings)
            let document = try vault.uses[.documents].seal(Array("document".utf8), at: place)
            let identifiers = (0..<Self.persons).compactMap { PersonIdentifier(.ninea, String(100_000_000 + $0)) }
            var sealed: [Vault.Sealed] = []
            for start in stride(from: 0, to: identifiers.count, by: 5000) {
                let persons = try await vault.persons(Array(identifiers[start..<start + 5000]), in: database)
                let bytes = try await vault.seal("personne \(start)", in: .accountEmail, row: row, of: persons[0])
                sealed.append(.init(persons[0].id, .accountEmail, row: row, bytes))
            }
            return (sealed, document)
        }

        func count(_ key: Int) throws -> Int {
            Int(try database.value("SELECT count(*) FROM personnes WHERE kek = \(key)") ?? "") ?? -1
        }
        var kills = 0
        // Three times, each further on.
        for share in 1...3 {
            var command = ChildCommand(
                try Program.path.get(), ["keys", "rotate"], environment: Program.environment(variables))
            command.output = .null
            let child = try Child.start(command)
            let deadline = Instant.now() + .seconds(60)
            while try count(2) < Self.persons / 5 * share, child.poll() == nil {
                try #require(Instant.now() < deadline)
                usleep(1_000)
            }
            child.kill()
            if child.wait() == .killed(signal: SIGKILL) { kills += 1 }
        }
        #expect(kills == 3, "it was too fast to be killed")
        let (before, after) = (try count(1), try count(2))
        #expect(before > 0 && after > 0 && before + after == Self.persons)
        #expect(try Program.run(["doctor"], variables).output.contains("rotation interrompue"))
        let status = try JSONValue(parsing: Array(Program.run(["keys", "status", "--json"], variables).output.utf8))
        #expect(status.at("/cles/0/etat") == "remplacee" && status.at("/cles/0/personnes")?.int == before)

        let outcome = try JSONValue(parsing: Array(Program.run(["keys", "rotate", "--json"], variables).output.utf8))
        #expect(outcome["reprise"] == true && outcome["cle_active"] == 2 && outcome["personnes"]?.int == before)
        #expect(try count(2) == Self.persons)
        #expect(try database.value("SELECT string_agg(version::text, ',') FROM coffre_cles") == "2")
        let texts = try CommandDatabase.use(settings) { database in
            try await Vault.ready(database, settings).open(sealed, database)
        }
        #expect(try database.value("SELECT string_agg(DISTINCT kek::text, ',') FROM coffre_usages") == "2")
        // Nothing needs the old key any more, whatever it was that sealed it.
        #expect(try Program.run(["keys", "forget", "1"], variables).status == .exited(0))
        let opened = try CommandDatabase.use(settings) { database in
            try await Vault.ready(database, settings).uses[.documents].open(document, at: place)
        }
        #expect(opened == Array("document".utf8))
        #expect(texts == stride(from: 0, to: Self.persons, by: 5000).map { "personne \($0)" })
        #expect(try Program.run(["audit", "verify"], variables).status == .exited(0))
    }
}
