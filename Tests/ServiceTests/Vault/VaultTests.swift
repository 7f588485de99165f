import Crypto
import Glibc
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

@Suite struct VaultTests {
    private static func identifiers(_ numbers: [Int]) throws -> [PersonIdentifier] {
        try numbers.map { try #require(PersonIdentifier(.ninea, String(100_000_000 + $0))) }
    }

    // MARK: Sealing

    @Test func whatIsSealedIsReadAgainByAnybodyWithTheKeys() throws {
        let room = try Strongroom()
        let row = try room.use { database, vault in
            try await vault.write("123456789", "Établissements Ndiaye", database).row
        }
        let read = try room.use { database, vault in try await vault.read(row, database) }
        #expect(read == "Établissements Ndiaye")
        // Nothing of it lies in the tables.
        for table in ["essai", "personnes", "audit_events", "coffre_cles"] {
            for part in ["Ndiaye", "4e6469617965", "123456789", "313233343536373839"] {
                let sql = "SELECT count(*) FROM \(table) t WHERE t::text LIKE '%\(part)%'"
                #expect(try room.base.test.value(sql) == "0", "\(part) in \(table)")
            }
        }
    }

    @Test func whateverByteIsChangedNothingIsOpened() throws {
        let room = try Strongroom()
        try room.use { database, vault in
            let (row, person) = try await vault.write("123456789", "Ndiaye", database)
            let sealed = try #require(
                try await database.queryOne("SELECT nom_scelle FROM essai")?.get("nom_scelle", as: [UInt8].self))
            func open(_ bytes: [UInt8]) async throws -> String? {
                try await vault.open([.init(person, Strongroom.name, row: row, bytes)], database)[0]
            }
            #expect(try await open(sealed) == "Ndiaye")
            for place in sealed.indices {
                for bit in [1, 0x80] as [UInt8] {
                    var changed = sealed
                    changed[place] ^= bit
                    await #expect(throws: VaultError.notAuthentic(column: "essai.nom_scelle")) {
                        try await open(changed)
                    }
                }
            }
            for count in 0..<sealed.count {
                await #expect(throws: VaultError.self) { try await open(Array(sealed[..<count])) }
            }
        }
    }

    @Test func whateverByteOfAWrappedKeyIsChangedNothingIsOpened() throws {
        let room = try Strongroom()
        let (row, person) = try room.use { database, vault in try await vault.write("123456789", "Ndiaye", database) }
        for place in 0..<KeyWrapping.byteCount {
            let flip = "UPDATE personnes SET cle = set_byte(cle, \(place), get_byte(cle, \(place)) # 1)"
            try room.base.test.value(flip)
            #expect(throws: VaultError.self, "byte \(place)") {
                try room.use { database, vault in try await vault.read(row, database) }
            }
            try room.base.test.value(flip)
        }
        #expect(try room.use { database, vault in try await vault.read(row, database) } == "Ndiaye")
        // Nor another person's key in its place.
        let other = try room.use { database, vault in try await vault.write("987654321", "Sarr", database).person }
        try room.base.test.value(
            "UPDATE personnes SET cle = (SELECT cle FROM personnes WHERE id = '\(other)') WHERE id = '\(person)'")
        #expect(throws: VaultError.notAuthentic(column: "personnes.cle")) {
            try room.use { database, vault in try await vault.read(row, database) }
        }
    }

    @Test(arguments: [
        "UPDATE essai a SET nom_scelle = b.nom_scelle FROM essai b WHERE a.id <> b.id",
        "UPDATE essai SET nom_scelle = ninea_scelle",
        "UPDATE essai a SET personne_id = b.personne_id FROM essai b WHERE a.id <> b.id",
    ])
    func whatIsSwappedIsNotOpened(_ swap: String) throws {
        let room = try Strongroom()
        let rows = try room.use { database, vault in
            [
                try await vault.write("123456789", "Ndiaye", database).row,
                try await vault.write("987654321", "Sarr", database).row,
            ]
        }
        try room.base.test.value(swap)
        for row in rows {
            #expect(throws: VaultError.notAuthentic(column: "essai.nom_scelle")) {
                try room.use { database, vault in try await vault.read(row, database) }
            }
        }
    }

    /// Two rows of the same person too: the key is the same, the row is not.
    @Test func rowsOfOnePersonAreNotSwappedEither() throws {
        let room = try Strongroom()
        let row = try room.use { database, vault in
            _ = try await vault.write("123456789", "Ndiaye", database)
            return try await vault.write("123456789", "Ndiaye et fils", database).row
        }
        try room.base.test.value(
            "UPDATE essai a SET nom_scelle = b.nom_scelle FROM essai b WHERE a.id <> b.id")
        #expect(throws: VaultError.notAuthentic(column: "essai.nom_scelle")) {
            try room.use { database, vault in try await vault.read(row, database) }
        }
    }

    // MARK: Persons

    @Test func aPersonIsOneHoweverTheNumberIsWritten() throws {
        let room = try Strongroom()
        let ids = try room.use { database, vault in
            try await database.transaction { transaction in
                let identifiers = [
                    PersonIdentifier(.ninea, "123 456 789"), PersonIdentifier(.ninea, "123456789"),
                    PersonIdentifier(.ninea, "0123"), PersonIdentifier(.ppm, "123456789"),
                    PersonIdentifier(.nom, "  établissements  NDIAYE "),
                    PersonIdentifier(.nom, "Etablissements Ndiaye"),
                ]
                return try await vault.persons(identifiers.compactMap(\.self), in: transaction).map(\.id)
            }
        }
        #expect(ids.count == 6 && Set(ids).count == 4)
        #expect(ids[0] == ids[1] && ids[4] == ids[5])
        #expect(try room.base.test.value("SELECT count(*) FROM personnes") == "4")
        #expect(PersonIdentifier(.ninea, " - ") == nil)
        #expect(PersonIdentifier(.nom, String(repeating: "a", count: PersonIdentifier.longest)) != nil)
        #expect(PersonIdentifier(.nom, String(repeating: "a", count: PersonIdentifier.longest + 1)) == nil)
    }

    /// Everybody asks for the same hundred at the same time, in an order of their own.
    @Test func thoseWhoComeTogetherFindTheSamePersons() throws {
        let room = try Strongroom()
        let answers = try room.use { database, vault in
            try await withThrowingTaskGroup(of: [Int: UUIDv7].self) { group in
                for seed in 0..<12 {
                    group.addTask {
                        var random = SeededGenerator(seed: UInt64(seed))
                        let numbers = (0..<100).shuffled(using: &random)
                        // Each with a cache of its own, like so many instances.
                        let own = Vault(database, keys: vault.versions.path, pool: nil)
                        try await own.versions.agree(database)
                        let persons = try await database.transaction { transaction in
                            try await own.persons(try Self.identifiers(numbers), in: transaction)
                        }
                        let text = try await own.seal("x\(seed)", in: Strongroom.name, row: .make(), of: persons[0])
                        #expect(text.count > 28)
                        return Dictionary(uniqueKeysWithValues: zip(numbers, persons.map(\.id)))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(answers.count == 12 && answers.allSatisfy { $0 == answers[0] })
        #expect(try room.base.test.value("SELECT count(*) FROM personnes") == "100")
    }

    @Test func aPersonOfATransactionThatFailedIsNobody() throws {
        struct Undone: Error {}
        let room = try Strongroom()
        #expect(throws: Undone.self) {
            try room.use { database, vault in
                try await database.transaction { transaction in
                    _ = try await vault.persons(Self.identifiers([1]), in: transaction)
                    throw Undone()
                }
            }
        }
        #expect(try room.base.test.value("SELECT count(*) FROM personnes") == "0")
        let row = try room.use { database, vault in try await vault.write("100000001", "Diop", database).row }
        #expect(try room.use { database, vault in try await vault.read(row, database) } == "Diop")
    }

    /// However many, whether they are new, known or both.
    @Test func manyPersonsTakeOneStatement() throws {
        let room = try Strongroom()
        try room.use { database, vault in
            for range in [0..<600, 0..<1000, 0..<1000] {
                let counting = CountingQueryable(database)
                let persons = try await vault.persons(Self.identifiers(Array(range)), in: counting)
                #expect(persons.count == range.count)
                #expect(counting.count == 1)
            }
            let counting = CountingQueryable(database)
            let nobody = try await vault.persons([], in: counting)
            #expect(nobody.isEmpty && counting.count == 0)
        }
        #expect(try room.base.test.value("SELECT count(*) FROM personnes") == "1000")
    }

    @Test func fieldsOfManyPersonsAreOpenedWithOneStatement() throws {
        let room = try Strongroom()
        let written = try room.use { database, vault in
            let persons = try await vault.persons(Self.identifiers(Array(0..<200)), in: database)
            let fields = persons.flatMap { person in
                (0..<5).map { Vault.Clear(person, Strongroom.name, row: "\($0)", "texte \($0)") }
            }
            let sealed = try await vault.seal(fields)
            return zip(fields, sealed).map { Vault.Sealed($0.person.id, $0.column, row: $0.row, $1) }
        }
        try room.use { database, vault in
            let counting = CountingQueryable(database)
            let texts = try await vault.open(written, counting)
            #expect(texts == (0..<1000).map { "texte \($0 % 5)" })
            #expect(counting.count == 1)
            _ = try await vault.open(written, counting)
            #expect(counting.count == 1)
        }
    }

    // MARK: Searching

    @Test func aBlindIndexFindsWithoutTelling() throws {
        let room = try Strongroom()
        let (one, two) = try room.use { database, vault in
            (
                try await vault.write("123456789", "Ndiaye", database).row,
                try await vault.write("123456789", "Ndiaye", database).row
            )
        }
        let found = try room.use { database, vault in
            let index = try #require(try vault.blindIndex(of: "123 456-789", in: Strongroom.ninea))
            return try await database.query("SELECT id FROM essai WHERE ninea_repere = $1 ORDER BY id", index).map {
                try $0.get("id", as: UUIDv7.self)
            }
        }
        #expect(found == [one, two])
        // The sealed values differ, the indexes of two columns too.
        #expect(try room.base.test.value("SELECT count(DISTINCT ninea_scelle) FROM essai") == "2")
        #expect(
            try room.base.test.value("SELECT count(*) FROM essai JOIN personnes p ON p.repere = ninea_repere") == "0")
        let indexes = try room.use { _, vault in
            [
                try vault.blindIndex(of: "NDIAYE", in: Strongroom.name),
                try vault.blindIndex(of: "NDIAYE", in: Strongroom.ninea),
                try vault.blindIndex(of: " . ", in: Strongroom.ninea),
            ]
        }
        #expect(indexes[0] != nil && indexes[1] != nil && indexes[0] != indexes[1] && indexes[2] == nil)
    }

    // MARK: How often a key may seal

    @Test func aKeySealsAsOftenAsTheDatabaseHasGranted() throws {
        let room = try Strongroom()
        let identifier = try Self.identifiers([1])
        let person = try room.use { database, vault in try await vault.persons(identifier, in: database)[0].id }
        func sealings() throws -> Int { Int(try room.base.test.value("SELECT scellements FROM personnes") ?? "") ?? -1 }
        #expect(try sealings() == DataKey.firstBlock)
        func seal(_ count: Int) throws {
            try room.use { database, vault in
                let keyed = try #require(try await vault.persons([person], database)[person])
                _ = try await vault.seal((0..<count).map { .init(keyed, Strongroom.name, row: "\($0)", "x") })
            }
        }
        try seal(64)
        #expect(try sealings() == DataKey.firstBlock + 64)
        try seal(65)
        #expect(try sealings() == DataKey.firstBlock + 64 + 65)
        // Up to the limit, and not once more.
        try room.base.test.value("UPDATE personnes SET scellements = \(DataKey.mostSeals - 64)")
        try seal(64)
        #expect(try sealings() == DataKey.mostSeals)
        #expect(throws: VaultError.exhausted) { try seal(1) }
        // What is sealed can still be read.
        try room.use { database, vault in _ = try #require(try await vault.persons([person], database)[person]) }
    }

    // MARK: Without the keys

    @Test func aDatabaseWithoutItsKeysTellsNothing() throws {
        let room = try Strongroom()
        let row = try room.use { database, vault in try await vault.write("123456789", "Ndiaye", database).row }
        let elsewhere = try TemporaryDirectory()
        let read: @Sendable (Database, Vault) async throws -> String? = { try await $1.read(row, $0) }
        // No file, and none is made in its place.
        let missing = elsewhere.path + "/aucune.json"
        #expect(throws: VaultError.noKeyFile(missing)) { try room.use(keys: missing, read) }
        #expect(throws: VaultError.noKeyFile(missing)) { try room.use(keys: missing, read) }
        // Another's.
        let other = try Strongroom()
        try other.use { _, _ in }
        #expect(throws: VaultError.foreignKey(1)) { try room.use(keys: other.keys, read) }
        // A damaged one, and one that others can read.
        let bytes = try File.read(room.keys, limit: 1 << 16)
        let damaged = try elsewhere.file("abimee.json", Array(bytes.dropLast(9)))
        #expect(throws: VaultError.badKeyFile(damaged)) { try room.use(keys: damaged, read) }
        let open = elsewhere.path + "/ouverte.json"
        try File.replace(open, with: bytes, mode: 0o644)
        #expect(throws: VaultError.keyFileReadableByOthers(open)) { try room.use(keys: open, read) }
        // Root's, lent to the service's group, as secrets come into containers.
        let lent = elsewhere.path + "/pretee.json"
        try File.replace(lent, with: bytes, mode: 0o440)
        let isRoot = getuid() == 0 && getegid() == 0
        #expect((try? room.use(keys: lent, read)) == (isRoot ? "Ndiaye" : nil))
        // The escrowed copy.
        let copy = try elsewhere.file("copie.json", bytes)
        #expect(try room.use(keys: copy, read) == "Ndiaye")
    }

    @Test func beforeTheKeysAreReadNothingIsSealed() throws {
        let room = try Strongroom()
        try room.base.use { database in
            let vault = Vault(database, keys: room.keys, pool: nil)
            await #expect(throws: VaultError.notReady) { try await vault.persons(Self.identifiers([1]), in: database) }
            #expect(throws: VaultError.notReady) { try vault.blindIndex(of: "x", in: Strongroom.name) }
        }
    }

    // MARK: The schema

    /// A rotation reaches what a person's key or a use's seals. So a column of bytes is sealed by one of them, or it is
    /// one of these: hashes, which are 32 bytes and tell nothing, and keys, which are wrapped.
    @Test func everyColumnOfBytesIsSealedWrappedOrAHash() throws {
        let base = try PreparedDatabase()
        let found = try base.test.value(
            """
            SELECT string_agg(c.relname || '.' || a.attname, ' ' ORDER BY c.relname, a.attname)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.atttypid = 'bytea'::regtype
                AND NOT a.attisdropped AND a.attname NOT LIKE '%\\_scelle'
                AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c'
                    AND pg_get_constraintdef(k.oid) LIKE 'CHECK ((octet_length(' || a.attname || ') = 32))')
            """)
        let wrapped = ["coffre_cles.temoin", "coffre_usages.cle", "personnes.cle"]
        let byUse = [
            "documents.nom_chiffre", "extractions.contenu_chiffre", "idempotency_keys.reponse",
            "second_factors.offered", "second_factors.secret",
        ]
        #expect((wrapped + byUse).sorted().joined(separator: " ") == found)
    }

    /// An export and an erasure reach only what is registered.
    @Test func everySealedColumnOfTheSchemaIsRegistered() throws {
        let base = try PreparedDatabase()
        let found = try base.test.value(
            """
            SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name, column_name)
            FROM information_schema.columns WHERE table_schema = 'public' AND column_name LIKE '%\\_scelle'
            """)
        #expect(
            SealedColumns.all.map { "\($0.table).\($0.column)" }.sorted().joined(separator: " ") == found)
    }
}
