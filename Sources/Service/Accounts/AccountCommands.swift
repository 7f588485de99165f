import Crypto
import Glibc
import HTTP
import JSON
import Platform
import Postgres

/// What the command line does with accounts: whoever holds the data directory may.
public enum AccountCommands {
    public static var roles: [String] { Role.allCases.map(\.rawValue) }

    /// Shown once, kept as a hash.
    public struct ActivationCode: Sendable {
        let code: String

        public func text(json: Bool) -> String {
            if json {
                var writer = JSONWriter()
                writer.object { writer in
                    writer.member("code", code)
                    writer.member("heures", 24)
                }
                return String(decoding: writer.finish(), as: UTF8.self)
            }
            return """
                Code d'activation du premier administrateur, valable 24 heures et une seule fois :

                    \(code)

                Saisissez-le à la page /activation du service, ou envoyez-le : POST /auth/activate
                {"code":"\(code)","username":"…","password":"…"}
                """
        }
    }

    public static func bootstrap(_ settings: ServiceSettings) throws -> ActivationCode {
        let code = Accounts.code(bytes: 20)
        try use(settings) { database in
            guard try await !AccountStore.hasActiveAdministrator(database) else {
                throw AccountCommandError(description: "un administrateur existe déjà : il crée les autres comptes")
            }
            try await database.transaction { transaction in
                try await AccountStore.replaceActivationCodes(
                    by: Accounts.hash(ofCode: code), role: .admin, transaction)
                try await AuditStore.append(
                    AuditEvent(name: "administrateur.code", actor: operatorActor()), in: transaction)
            }
        }
        return ActivationCode(code: code)
    }

    /// The new account's id.
    public static func add(
        _ settings: ServiceSettings, username: String, role: String, bureau: String?, email: String?, password: String
    ) throws -> String {
        guard let role = Role(rawValue: role) else { throw AccountCommandError(description: "rôle inconnu : \(role)") }
        let policy = try PasswordPolicy(path: settings.resources + "/config/passwords.txt")
        do throws(Problem) {
            try Accounts.check(username: username)
            if let bureau { try Accounts.check(bureau: bureau) }
        } catch { throw AccountCommandError(description: error.items.first?.message ?? "valeur refusée") }
        if let refusal = policy.refusal(of: password, username: username, bureau: bureau) {
            throw AccountCommandError(description: refusal)
        }
        if let email, !(3...254 ~= email.utf8.count && email.contains("@")) {
            throw AccountCommandError(description: "« \(email) » n'est pas une adresse électronique")
        }
        let hash = try PasswordHash(Array(password.utf8))
        let id = try use(settings) { database in
            let emails = email == nil ? nil : AccountEmails(vault: try await .ready(database, settings))
            return try await database.transaction { transaction in
                guard
                    let id = try await AccountStore.add(
                        username, role: role, bureau: bureau, password: hash, transaction)
                else { throw AccountCommandError(description: "le compte « \(username) » existe déjà") }
                if let email { try await emails?.set(email, of: id, transaction) }
                try await AuditStore.append(
                    AuditEvent(
                        name: "utilisateur.cree", actor: operatorActor(), object: AuditActor.user(id),
                        details: [.init("role", .string(role.rawValue))]), in: transaction)
                return id
            }
        }
        return id.description
    }

    /// A token with a session of its own, which can be ended like any other.
    public static func token(_ settings: ServiceSettings, username: String, seconds: Int) throws -> String {
        let tokens = AccessTokens(keys: try KeyRing.open(settings.tokenKeys))
        let roles = try Roles(path: settings.resources + "/config/roles.json")
        return try use(settings) { database in
            let opened = try await database.transaction { transaction -> (Account, SessionStore.State)? in
                guard let account = try await AccountStore.account(named: username, transaction), account.isActive
                else { return nil }
                let session = try await SessionStore.open(
                    account.id, seconds: seconds, proof: .machine, address: "local", agent: "inspectia token issue",
                    transaction)
                try await AuditStore.append(
                    AuditEvent(
                        name: "jeton.emis", actor: operatorActor(), object: AuditActor.user(account.id),
                        details: [.init("session", .string(session.id.description)), .init("secondes", .int(seconds))]),
                    in: transaction)
                return (account, session)
            }
            guard let (account, session) = opened else {
                throw AccountCommandError(description: "aucun compte actif ne s'appelle « \(username) »")
            }
            let now = Timestamp.now().microseconds / 1_000_000
            let claims = AccessClaims(
                user: account.id, username: account.username, role: account.role, bureau: account.bureau,
                session: session.id, proof: session.proof, authenticated: session.authenticated, issued: now,
                expires: now + Int64(seconds))
            return tokens.make(claims, permissions: roles.rights(of: account.role).permissions.map(\.name).sorted())
        }
    }

    /// With the schema up to date: these commands may come before the service's first start.
    private static func use<Value: Sendable>(
        _ settings: ServiceSettings, _ body: @escaping @Sendable (Database) async throws -> Value
    ) throws -> Value {
        let migrations = try Migrations(directory: settings.resources + "/migrations")
        return try CommandDatabase.use(settings) { database in
            _ = try await migrations.apply(database)
            return try await body(database)
        }
    }

    /// The machine's account that typed the command.
    static func operatorActor() -> AuditActor {
        let name = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? String(getuid())
        return AuditActor(name: "commande:\(name)")
    }
}

/// Why a command about accounts did nothing, in French.
struct AccountCommandError: Error, CustomStringConvertible {
    let description: String
}
