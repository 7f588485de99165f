import Crypto
import Platform
import Postgres

/// The key-encryption keys as the file and the database agree on them. The file holds the keys; the database says which
/// of them wraps, and proves that the file is its own.
final class KeyVersions: Sendable {
    struct Agreed: Sendable {
        let keys: VaultKeys
        /// Wraps what is new.
        let active: VaultKeys.Key
    }

    let path: String
    private let pool: WorkerPool?
    private let agreed = Monitor<Agreed?>(nil)

    /// Without a pool the file is read by whoever asks: for commands, whose loop serves nobody else.
    init(path: String, pool: WorkerPool?) { (self.path, self.pool) = (path, pool) }

    /// Throws before the first `agree`.
    func current() throws(VaultError) -> Agreed {
        guard let current = agreed.withLock({ $0 }) else { throw .notReady }
        return current
    }

    /// The key of that number; the file is read again when it is not known yet.
    func key(_ version: Int, _ database: some Queryable) async throws -> VaultKeys.Key {
        if let key = try current().keys[version] { return key }
        guard let key = try await agree(database).keys[version] else { throw VaultError.missingKey(version) }
        return key
    }

    /// Reads the file and compares it with the database.
    @discardableResult
    func agree(_ database: some Queryable) async throws -> Agreed {
        let keys = try await file()
        let versions = try await VaultStore.versions(database)
        guard let keys else { throw VaultError.noKeyFile(path) }
        return try remember(keys, versions)
    }

    /// As `agree`, and makes the first key when the database has never had one.
    @discardableResult
    func establish(_ database: Database) async throws -> Agreed {
        if try await VaultStore.versions(database).isEmpty {
            if try await file() == nil {
                let path = path
                // Whoever was faster has made the one that counts.
                _ = try await blocking { try VaultKeys().create(path) }
            }
            guard let keys = try await file() else { throw VaultError.noKeyFile(path) }
            try await database.transaction { transaction in
                try await VaultStore.takeTurn(transaction)
                guard try await VaultStore.versions(transaction).isEmpty,
                    let key = keys.keys.last(where: { $0.retired == nil })
                else { return }
                try await VaultStore.activate(key, transaction)
            }
        }
        return try await agree(database)
    }

    /// Changes the file, durably.
    @discardableResult
    func change(_ body: @escaping @Sendable (inout VaultKeys) throws -> Void) async throws -> VaultKeys {
        let path = path
        return try await blocking {
            guard var keys = try VaultKeys.read(path) else { throw VaultError.noKeyFile(path) }
            try body(&keys)
            try keys.replace(path)
            return keys
        }
    }

    func file() async throws -> VaultKeys? {
        let path = path
        return try await blocking { try VaultKeys.read(path) }
    }

    private func remember(_ keys: VaultKeys, _ versions: [VaultStore.KeyVersion]) throws(VaultError) -> Agreed {
        var active: VaultKeys.Key?
        for version in versions {
            guard let key = keys[version.version] else { throw .missingKey(version.version) }
            guard equalInConstantTime(key.witness, version.witness) else { throw .foreignKey(version.version) }
            if version.isActive { active = key }
        }
        guard let active else { throw .notReady }
        let agreed = Agreed(keys: keys, active: active)
        self.agreed.withLock { $0 = agreed }
        return agreed
    }

    private func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        if let pool { return try await pool.run(body) }
        return try body()
    }
}
