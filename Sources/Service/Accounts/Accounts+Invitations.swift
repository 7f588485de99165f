import Crypto
import HTTP
import JSON
import Platform
import Postgres

/// Accounts whose owners choose their password themselves, with a code that works once.
extension Accounts {
    /// What an administrator says of a new account.
    struct Invitation: Sendable {
        var username = ""
        var role = Role.inspector
        var bureau: String?
        var email: String?
        var name: String?

        func check() throws(Problem) {
            try Accounts.check(username: username)
            if let bureau { try Accounts.check(bureau: bureau) }
            try Accounts.check(email: email, name: name)
        }
    }

    /// The account, and the code with which its owner chooses a password within 24 hours.
    func invite(_ invitation: Invitation, _ request: Request) async throws -> (account: Account, code: String) {
        try invitation.check()
        let code = Self.code(bytes: 20)
        let account = try await database.transaction { transaction -> Account? in
            guard
                let id = try await AccountStore.add(
                    invitation.username, role: invitation.role, bureau: invitation.bureau, name: invitation.name,
                    password: nil, transaction)
            else { throw Problem(.conflict, "Ce nom de compte est pris.") }
            if let email = invitation.email { try await emails.set(email, of: id, transaction) }
            try await AccountStore.replaceActivationCode(of: id, by: Self.hash(ofCode: code), transaction)
            let account = try await AccountStore.account(id, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "utilisateur.invite", actor: request.actor, object: AuditActor.user(id),
                    details: [.init("role", .string(invitation.role.rawValue))]), in: transaction)
            return account
        }
        guard let account else { throw Problem(.internalError) }
        return (account, code)
    }

    /// The old password is worth nothing from now on; the new one is its owner's to choose, with the code. The second
    /// factor stays what it is. Nil when there is no such account.
    func resetPassword(of id: UUIDv7, _ request: Request) async throws -> String? {
        let code = Self.code(bytes: 20)
        let ended = try await database.transaction { transaction -> [UUIDv7]? in
            let administrators = try await AccountStore.lockedAdministrators(transaction)
            guard let account = try await AccountStore.locked(id, transaction) else { return nil }
            guard id != request.principal?.user else {
                throw Problem(.conflict, "Changez votre propre mot de passe avec l'actuel.")
            }
            guard account.isActive else { throw Problem(.conflict, "Ce compte est désactivé.") }
            try Self.keepOne(of: administrators, but: id)
            try await AccountStore.set(id, password: nil, transaction)
            try await AccountStore.replaceActivationCode(of: id, by: Self.hash(ofCode: code), transaction)
            try await SecondFactorStore.endChallenges(of: id, transaction)
            let ended = try await SessionStore.endAll(of: id, but: nil, transaction)
            try await notify(ended: ended, transaction)
            try await tell(id, .passwordReset, "mot_de_passe.reinitialise", request, transaction)
            return ended
        }
        guard let ended else { return nil }
        for session in ended { revocations.end(session: session) }
        return code
    }

    /// Makes the account, or gives it the password, that an activation code is for. Nil when the code is worth nothing,
    /// or is another account's.
    func activate(code: String, username: String, password: String, _ request: Request) async throws -> UUIDv7? {
        let username = username.lowercased()
        try Self.check(username: username)
        if let refusal = policy.refusal(of: password, username: username) { throw Self.refusal("/password", refusal) }
        let hash = Self.hash(ofCode: code)
        // Strangers do not get a hash's work for nothing.
        guard let activation = try await AccountStore.activation(hash, database) else { return nil }
        if case .account(let id) = activation {
            guard let account = try await AccountStore.account(id, database), account.username == username,
                account.isActive
            else { return nil }
            if let refusal = policy.refusal(of: password, username: username, bureau: account.bureau) {
                throw Self.refusal("/password", refusal)
            }
        }
        let chosen = try await passwords.hash(password)
        return try await database.transaction { transaction in
            switch try await AccountStore.use(activationCode: hash, transaction) {
            case .role(let role): try await found(username, role, chosen, request, transaction)
            case .account(let id): try await settle(id, username, chosen, request, transaction)
            case nil: nil
            }
        }
    }

    /// The first administrator's account.
    private func found(
        _ username: String, _ role: Role, _ password: PasswordHash, _ request: Request, _ transaction: Transaction
    ) async throws -> UUIDv7? {
        guard
            let id = try await AccountStore.add(
                username, role: role, bureau: nil, password: password, transaction)
        else { throw Problem(.conflict, "Ce nom de compte est pris.") }
        try await AuditStore.append(
            AuditEvent(
                name: "utilisateur.cree", actor: request.actor, object: AuditActor.user(id),
                details: [.init("role", .string(role.rawValue)), .init("par", "code d'activation")]),
            in: transaction)
        return id
    }

    private func settle(
        _ id: UUIDv7, _ username: String, _ password: PasswordHash, _ request: Request, _ transaction: Transaction
    ) async throws -> UUIDv7? {
        guard let account = try await AccountStore.locked(id, transaction), account.isActive,
            account.username == username
        else { throw Problem(.conflict, "Ce compte a changé entre-temps.") }
        try await AccountStore.set(id, password: password, transaction)
        try await tell(id, .passwordChanged, "utilisateur.active", request, transaction)
        return id
    }

    // MARK: One's own profile

    /// Nil when there is no such account.
    func changeProfile(name: String??, email: String??, _ request: Request) async throws -> Account? {
        let user = try request.signedIn().user
        try Self.check(email: email ?? nil, name: name ?? nil)
        return try await database.transaction { transaction in
            guard let account = try await AccountStore.locked(user, transaction) else { return nil }
            let old = try await emails.open([account], transaction)[0]
            let (newName, newEmail) = (name ?? account.name, email ?? old)
            guard newName != account.name || newEmail != old else { return account }
            try await AccountStore.set(user, name: newName, transaction)
            if newEmail != old { try await emails.set(newEmail, of: user, transaction) }
            let changed = try await AccountStore.account(user, transaction)
            try await tell(user, .profileChanged, "utilisateur.profil", request, transaction)
            return changed
        }
    }

    static func check(email: String?, name: String?) throws(Problem) {
        if let email {
            let parts = email.split(separator: "@", omittingEmptySubsequences: false)
            let isAddress = parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && email.utf8.allSatisfy { $0 > 0x20 }
            guard isAddress, email.unicodeScalars.count <= 254 else {
                throw refusal("/email", "Ce n'est pas une adresse électronique.")
            }
        }
        if let name {
            let isText = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
            guard 1...120 ~= name.unicodeScalars.count, isText else {
                throw refusal("/nom", "Un nom a de 1 à 120 caractères.")
            }
        }
    }
}
