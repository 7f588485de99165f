import Crypto
import Customs
import Platform
import Postgres

/// Seals what is personal, each person's with a key of their own, and opens it again. A store uses it so:
///
///     let people = try await vault.persons([.init(.ninea, ninea), .init(.nom, name)], in: transaction)
///     let sealed = try await vault.seal([
///         .init(people[0], .importerName, row: id, name), .init(people[0], .importerAddress, row: id, address),
///     ])
///     …
///     let texts = try await vault.open([.init(person, .importerName, row: id, bytes)], database)
///
/// However many fields and persons, each call asks the database once at most, and `seal` hardly ever.
final class Vault: Sendable {
    let versions: KeyVersions
    let cache: DataKeyCache
    /// For what is nobody's in particular.
    let uses = UseKeys()
    /// Grants of seals hold whatever becomes of the caller's transaction.
    private let database: Database

    static let channel: StaticString = "coffre"
    private static let attempts = 5

    init(_ database: Database, keys path: String, pool: WorkerPool?, cache: DataKeyCache = DataKeyCache()) {
        self.database = database
        (versions, self.cache) = (KeyVersions(path: path, pool: pool), cache)
    }

    /// Reads the keys, or makes the first, and seals what earlier versions kept in clear. Before that nothing is sealed
    /// or opened.
    func prepare() async throws {
        try await versions.establish(database)
        try await uses.prepare(versions, database)
        try await AccountEmails(vault: self).sealOld(database)
    }

    // MARK: Persons

    /// Who they are, in the order of the identifiers; those who are new are made. They are there when the transaction
    /// commits.
    func persons(_ identifiers: [PersonIdentifier], in transaction: some Queryable) async throws -> [Person] {
        var open = Array(Set(identifiers))
        var found: [PersonIdentifier: Person] = [:]
        for attempt in 0..<Self.attempts where !open.isEmpty {
            // Somebody was faster, or another key wraps by now.
            if attempt > 0 { try await versions.agree(transaction) }
            for (identifier, person) in try await findOrCreate(open, in: transaction) { found[identifier] = person }
            open.removeAll { found[$0] != nil }
        }
        guard open.isEmpty else { throw VaultError.busy }
        return identifiers.compactMap { found[$0] }
    }

    private func findOrCreate(
        _ identifiers: [PersonIdentifier], in transaction: some Queryable
    ) async throws -> [(PersonIdentifier, Person)] {
        let agreed = try versions.current()
        let generation = cache.generation
        var fresh: [UUIDv7: DataKey] = [:]
        var indexKeys: [PersonClass: [UInt8]] = [:]
        let candidates = identifiers.map { identifier in
            let (id, key) = (UUIDv7.make(), DataKey())
            fresh[id] = key
            let indexKey = indexKeys[identifier.classe] ?? agreed.keys.indexKey(Self.purpose(identifier.classe))
            indexKeys[identifier.classe] = indexKey
            return VaultStore.Candidate(
                classe: identifier.classe, index: HMAC.sha256(identifier.value, key: indexKey).bytes, id: id,
                wrapped: key.wrapped(by: agreed.active, for: id))
        }
        let rows = try await VaultStore.findOrCreate(candidates, wrappedBy: agreed.active.version, transaction)
        let known = cache.keys(of: rows.map(\.key.person))
        var keys: [UUIDv7: DataKey] = [:]
        for (_, wrapped) in rows where known[wrapped.person] == nil {
            if let new = fresh[wrapped.person] {
                keys[wrapped.person] = new
            } else {
                keys[wrapped.person] = try await unwrap(wrapped, transaction)
            }
        }
        let kept = cache.keep(keys, since: generation)
        return rows.compactMap { place, wrapped in
            guard candidates.indices.contains(place), let key = known[wrapped.person] ?? kept[wrapped.person] else {
                return nil
            }
            return (identifiers[place], Person(id: wrapped.person, key: key))
        }
    }

    /// Nil when nobody is known by it.
    func find(_ identifier: PersonIdentifier, _ database: some Queryable) async throws -> UUIDv7? {
        let key = try versions.current().keys.indexKey(Self.purpose(identifier.classe))
        return try await VaultStore.find(
            identifier.classe, HMAC.sha256(identifier.value, key: key).bytes, database)
    }

    /// By their ids; those who are erased or unknown are missing.
    func persons(_ ids: [UUIDv7], _ database: some Queryable) async throws -> [UUIDv7: Person] {
        var keys = cache.keys(of: ids)
        let missing = Set(ids).subtracting(keys.keys)
        if !missing.isEmpty {
            let generation = cache.generation
            var loaded: [UUIDv7: DataKey] = [:]
            for wrapped in try await VaultStore.wrappedKeys(of: Array(missing), database) where wrapped.bytes != nil {
                loaded[wrapped.person] = try await unwrap(wrapped, database)
            }
            keys.merge(cache.keep(loaded, since: generation)) { $1 }
        }
        return Dictionary(uniqueKeysWithValues: keys.map { ($0, Person(id: $0, key: $1)) })
    }

    private func unwrap(_ wrapped: VaultStore.WrappedKey, _ database: some Queryable) async throws -> DataKey {
        guard let bytes = wrapped.bytes else { throw VaultError.erased }
        guard let version = KeyWrapping.version(of: bytes) else {
            throw VaultError.notAuthentic(column: "personnes.cle")
        }
        return try DataKey(unwrapping: bytes, with: try await versions.key(version, database), for: wrapped.person)
    }

    // MARK: Fields

    /// A text that belongs into a column of a row and says something about a person.
    struct Clear: Sendable {
        let person: Person
        let column: SealedColumn
        let row: String
        let text: String

        init(_ person: Person, _ column: SealedColumn, row: String, _ text: String) {
            (self.person, self.column, self.row, self.text) = (person, column, row, text)
        }
        init(_ person: Person, _ column: SealedColumn, row: UUIDv7, _ text: String) {
            self.init(person, column, row: row.description, text)
        }
    }

    /// What such a column holds.
    struct Sealed: Sendable {
        let person: UUIDv7
        let column: SealedColumn
        let row: String
        let bytes: [UInt8]

        init(_ person: UUIDv7, _ column: SealedColumn, row: String, _ bytes: [UInt8]) {
            (self.person, self.column, self.row, self.bytes) = (person, column, row, bytes)
        }
        init(_ person: UUIDv7, _ column: SealedColumn, row: UUIDv7, _ bytes: [UInt8]) {
            self.init(person, column, row: row.description, bytes)
        }
    }

    /// The bytes to store, in order.
    func seal(_ fields: [Clear]) async throws -> [[UInt8]] {
        var wanted: [UUIDv7: (key: DataKey, count: Int)] = [:]
        for field in fields { wanted[field.person.id, default: (field.person.key, 0)].count += 1 }
        let short = wanted.filter { !$0.value.key.claim($0.value.count) }
        if !short.isEmpty { try await grant(short) }
        return fields.map { $0.person.key.seal($0.text, in: $0.column, row: $0.row) }
    }

    func seal(
        _ text: String, in column: SealedColumn, row: UUIDv7, of person: Person
    ) async throws -> [UInt8] {
        try await seal([Clear(person, column, row: row, text)])[0]
    }

    private func grant(_ short: [UUIDv7: (key: DataKey, count: Int)]) async throws {
        let asked = short.map { (person: $0.key, count: $0.value.key.blockToAsk(for: $0.value.count)) }
        let granted = Set(try await VaultStore.grant(asked, database))
        for (person, count) in asked {
            guard let (key, wanted) = short[person] else { continue }
            guard granted.contains(person) else { throw VaultError.exhausted }
            key.grant(count - wanted)
        }
    }

    /// The texts, in order; nil for persons who were erased. Whatever was changed, moved or swapped is an error.
    func open(_ fields: [Sealed], _ database: some Queryable) async throws -> [String?] {
        let persons = try await persons(fields.map(\.person), database)
        return try fields.map { field in
            try persons[field.person].map { try $0.key.open(field.bytes, in: field.column, row: field.row) }
        }
    }

    // MARK: Searching

    /// What a searchable column keeps beside the sealed value: equal for equal values, telling nothing without the key.
    /// Nil when nothing of the value counts.
    func blindIndex(of text: String, in column: SealedColumn) throws -> [UInt8]? {
        let folded = column.kind.folded(text)
        guard !folded.isEmpty else { return nil }
        return HMAC.sha256(folded, key: try versions.current().keys.indexKey(column.purpose)).bytes
    }

    static func purpose(_ classe: PersonClass) -> String { "personnes|\(classe.rawValue)" }
}
