import Crypto
import Platform
import Postgres

/// Whoever plays a part in the demonstration.
struct DemonstrationAccount: Sendable {
    let username: String
    let name: String
    let role: Role
    var bureau: String?

    /// Two inspectors an office, and one of each other role.
    static let all: [DemonstrationAccount] = {
        let names = [
            ("awa.diop", "Awa Diop"), ("moussa.fall", "Moussa Fall"), ("fatou.ndiaye", "Fatou Ndiaye"),
            ("ibrahima.sow", "Ibrahima Sow"), ("mariama.ba", "Mariama Ba"), ("cheikh.gueye", "Cheikh Gueye"),
        ]
        let inspectors = names.enumerated().map { place, name in
            DemonstrationAccount(
                username: name.0, name: name.1, role: .inspector, bureau: DemonstrationPlan.offices[place / 2])
        }
        return inspectors + [
            .init(username: "aminata.sarr", name: "Aminata Sarr", role: .expert),
            .init(username: "ousmane.diallo", name: "Ousmane Diallo", role: .chief),
            .init(username: "khady.faye", name: "Khady Faye", role: .admin),
            .init(username: "transit.teranga", name: "Teranga Transit", role: .declarant),
        ]
    }()

    /// What opens it: shown once, kept as hashes and sealed.
    struct Secrets: Sendable {
        let account: DemonstrationAccount
        let password: String
        /// Nil where the role needs no second factor.
        var factor: OneTimePassword?
        var recoveryCodes: [String] = []
    }

    private static let codesShown = 3

    /// As whoever signs up gets them: a password of eighty random bits, and a second factor where the role must have one.
    func add(
        _ policy: SecondFactorPolicy, _ seals: UseKey, _ transaction: Transaction
    ) async throws -> Secrets {
        let password = Accounts.code(bytes: 10)
        let hash = try PasswordHash(Array(password.utf8))
        guard
            let id = try await AccountStore.add(
                username, role: role, bureau: bureau, name: name + " (démonstration)", password: hash, transaction)
        else { throw DemonstrationError.foreign }
        var secrets = Secrets(account: self, password: password)
        guard policy.roles.contains(role) else { return secrets }
        let factor = OneTimePassword()
        let offered = try seals.seal(factor.secret, at: Accounts.place("offered", id))
        try await SecondFactorStore.offer(offered, to: id, transaction)
        // The present code has not been used yet.
        let used = OneTimePassword.step(at: Accounts.now) - 1
        _ = try await SecondFactorStore.confirm(
            seals.seal(factor.secret, at: Accounts.place("secret", id)), offered: offered, step: used, of: id,
            transaction)
        secrets.recoveryCodes = (0..<Self.codesShown).map { _ in Accounts.code(bytes: 15) }
        try await SecondFactorStore.replaceRecoveryCodes(
            by: secrets.recoveryCodes.map(Accounts.hash(ofCode:)), of: id, transaction)
        secrets.factor = factor
        return secrets
    }
}
