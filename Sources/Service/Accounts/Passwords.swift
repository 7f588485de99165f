import Crypto
import Platform

/// Hashes and checks passwords on a few threads of its own: however many ask at once, memory and time stay bounded.
struct Passwords: Sendable {
    let pool: WorkerPool
    let cost: PasswordHash.Cost
    /// For accounts that do not exist: checking costs as much as for one that does.
    private let nobody: PasswordHash

    init(pool: WorkerPool, cost: PasswordHash.Cost = .standard) throws {
        (self.pool, self.cost) = (pool, cost)
        nobody = try PasswordHash(SecureRandom.bytes(16), cost: cost)
    }

    func hash(_ password: String) async throws -> PasswordHash {
        let cost = cost
        return try await pool.run { try PasswordHash(Array(password.utf8), cost: cost) }
    }

    /// Whether it is the account's password; never, but no sooner, when there is no account or it has none.
    func matches(_ password: String, _ account: Account?) async throws -> Bool {
        let own = try account?.passwordHash.map { try PasswordHash($0) }
        let hash = own ?? nobody
        return try await pool.run { try hash.matches(Array(password.utf8)) } && own != nil
    }

    func isDated(_ account: Account) -> Bool { (try? account.passwordHash.map { try PasswordHash($0) })??.cost != cost }
}
