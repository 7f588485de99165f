import JSON
import Platform
import Postgres

/// What the command line does with keys and with persons' data: whoever holds the data directory may.
public enum VaultCommands {
    public struct Rotation: Sendable {
        let outcome: KeyRotation.Outcome
        /// The identifier of the key that signs tokens from the next start on.
        let tokenKey: String?

        public func text(json: Bool) -> String {
            if json {
                var writer = JSONWriter()
                writer.object { writer in
                    writer.member("cle_active", outcome.active)
                    writer.member("personnes", outcome.wrapped)
                    writer.key("usages")
                    writer.array { writer in for use in outcome.uses { writer.string(use) } }
                    writer.key("retirees")
                    writer.array { writer in for version in outcome.retired { writer.int(version) } }
                    writer.member("reprise", outcome.wasResumed)
                    writer.member("cle_des_jetons", ifPresent: tokenKey)
                }
                return String(decoding: writer.finish(), as: UTF8.self)
            }
            let resumed = outcome.wasResumed ? "Rotation interrompue, reprise et terminée. " : ""
            let tokens =
                tokenKey.map { "\nLes jetons seront signés par la clé \($0) : relancez toutes les instances." } ?? ""
            return "\(resumed)La clé \(outcome.active) est active ; clés de personnes enveloppées de nouveau : "
                + "\(outcome.wrapped), clés des seconds facteurs, des documents et des réponses : \(outcome.uses.count).\n"
                + "Sauvegardez le fichier de clés, ailleurs que la base.\(tokens)"
        }
    }

    /// `progress` hears how many persons are done, and of how many.
    public static func rotate(
        _ settings: ServiceSettings, tokens: Bool, _ progress: @escaping @Sendable (Int, Int) -> Void
    ) throws -> Rotation {
        let outcome = try use(settings) { database, vault in
            let rotation = KeyRotation(vault: vault, database: database, actor: AccountCommands.operatorActor())
            return try await rotation.run(progress)
        }
        guard tokens else { return Rotation(outcome: outcome, tokenKey: nil) }
        let key = try KeyRing.rotate(settings.tokenKeys)
        try CommandDatabase.use(settings) { database in
            try await database.transaction { transaction in
                let event = AuditEvent(
                    name: "jetons.cle_renouvelee", actor: AccountCommands.operatorActor(), object: "cle:\(key)")
                try await AuditStore.append(event, in: transaction)
            }
        }
        return Rotation(outcome: outcome, tokenKey: key)
    }

    /// Makes a file of keys, or adds the next key to it, without a database: for secrets that are handed out before a
    /// service starts or rotates. The number of the last key.
    public static func prepare(_ path: String) throws -> Int {
        guard var keys = try VaultKeys.read(path) else {
            let first = try VaultKeys()
            guard try first.create(path) else { throw VaultError.busy }
            return 1
        }
        let next = (keys.keys.last?.version ?? 0) + 1
        try keys.add(version: next)
        try keys.replace(path)
        return next
    }

    // MARK: Status

    public struct Status: Sendable {
        struct Entry: Sendable {
            let version: Int
            /// Nil when the database does not refer to it.
            let isActive: Bool?
            let usage: VaultStore.Usage
            let retired: String?
        }

        let path: String
        let entries: [Entry]

        public func text(json: Bool) -> String {
            if json {
                var writer = JSONWriter()
                writer.object { writer in
                    writer.member("fichier", path)
                    writer.key("cles")
                    writer.array { writer in
                        for entry in entries {
                            writer.object { writer in
                                writer.member("version", entry.version)
                                writer.member("etat", Self.state(entry))
                                writer.member("personnes", entry.usage.persons)
                                writer.key("usages")
                                writer.array { writer in for use in entry.usage.uses { writer.string(use) } }
                                writer.member("retiree_le", ifPresent: entry.retired)
                            }
                        }
                    }
                }
                return String(decoding: writer.finish(), as: UTF8.self)
            }
            let lines = entries.map { entry in
                let retired = entry.retired.map { " le \($0), gardée pour les sauvegardes plus anciennes" } ?? ""
                return "clé \(entry.version) : \(Self.state(entry))\(retired), personnes : \(entry.usage.persons)"
                    + (entry.usage.uses.isEmpty ? "" : ", \(entry.usage.uses.joined(separator: ", "))")
            }
            return (["fichier de clés : \(path)"] + lines).joined(separator: "\n")
        }

        private static func state(_ entry: Entry) -> String {
            switch entry.isActive {
            case true?: "active"
            case false?: "remplacee"
            case nil: entry.retired == nil ? "inutilisee" : "retiree"
            }
        }
    }

    public static func status(_ settings: ServiceSettings) throws -> Status {
        try use(settings) { database, vault in
            let agreed = try vault.versions.current()
            let usage = try await VaultStore.usage(database)
            let entries = agreed.keys.keys.map { key in
                Status.Entry(
                    version: key.version,
                    isActive: usage[key.version].map { _ in key.version == agreed.active.version },
                    usage: usage[key.version] ?? .init(persons: 0, uses: []), retired: key.retired)
            }
            return Status(path: vault.versions.path, entries: entries)
        }
    }

    /// Removes a retired key from the file for good; what was erased is then erased in older backups too.
    public static func forget(_ settings: ServiceSettings, version: Int) throws {
        try use(settings) { database, vault in
            guard let key = try vault.versions.current().keys[version] else {
                throw AccountCommandError(description: "le fichier n'a pas de clé \(version)")
            }
            guard key.retired != nil, try await VaultStore.usage(database)[version] == nil else {
                throw AccountCommandError(description: "la clé \(version) sert encore : lancez d'abord « keys rotate »")
            }
            try await database.transaction { transaction in
                let event = AuditEvent(
                    name: "cles.oubliee", actor: AccountCommands.operatorActor(), object: "coffre:\(version)")
                try await AuditStore.append(event, in: transaction)
                try await vault.versions.change { $0.forget(version) }
            }
        }
    }

    // MARK: Persons

    /// Everything that is kept about a person, as JSON; false when there is none of that id.
    public static func export(
        _ settings: ServiceSettings, person: String, to write: @escaping @Sendable ([UInt8]) throws -> Void
    ) throws -> Bool {
        guard let id = UUIDv7(person) else { return false }
        return try use(settings) { database, vault in
            try await PersonExport(persons: Persons(vault: vault, database: database)).write(
                id, by: AccountCommands.operatorActor(), to: write)
        }
    }

    /// With the schema up to date and the keys agreed on.
    static func use<Value: Sendable>(
        _ settings: ServiceSettings, _ body: @escaping @Sendable (Database, Vault) async throws -> Value
    ) throws -> Value {
        let migrations = try Migrations(directory: settings.resources + "/migrations")
        return try CommandDatabase.use(settings) { database in
            _ = try await migrations.apply(database)
            let vault = try await Vault.ready(database, settings)
            return try await body(database, vault)
        }
    }
}

extension Vault {
    /// For a command: the keys are read, and what earlier versions kept in clear is sealed.
    static func ready(_ database: Database, _ settings: ServiceSettings) async throws -> Vault {
        let vault = Vault(database, keys: settings.vaultKeys, pool: nil)
        try await vault.prepare()
        return vault
    }
}
