import Crypto
import JSON
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

/// Second factors of a database that was served before the vault sealed them.
@Suite struct OldSecondFactorsTests {
    private let base: PreparedDatabase
    private let secret = Array("12345678901234567890".utf8)

    init() throws { base = try PreparedDatabase() }

    private var path: String { base.directory.path + "/keys/second-factors.json" }

    /// As it was done then.
    private func seal(_ plain: [UInt8], of user: UUIDv7, _ ring: KeyRing) throws -> [UInt8] {
        let key = try SealingKey(HMAC.sha256("inspectia/scellement".utf8, key: ring.current.seed).bytes)
        let identifier = Array(ring.current.identifier.utf8)
        return identifier + key.seal(plain, context: Array(Accounts.place("secret", user).utf8) + [0x7c] + identifier)
    }

    private func account(_ name: String, _ ring: KeyRing) throws -> UUIDv7 {
        let user = UUIDv7.make()
        try base.test.value(
            "INSERT INTO users (id, username, role, password_hash) VALUES ('\(user)', '\(name)', 'inspecteur', '')")
        let sealed = try seal(secret, of: user, ring)
        _ = try base.use { database in
            try await database.execute(
                "INSERT INTO second_factors (user_id, secret, confirmed_at) VALUES ($1, $2, now())", user, sealed)
        }
        return user
    }

    private func sealAgain() throws {
        let path = path
        let settings = try base.settings
        try base.use { database in
            let vault = try await Vault.ready(database, settings)
            try await OldSecondFactors(path: path, vault: vault).sealAgain(database)
        }
    }

    private func secret(of user: UUIDv7) throws -> [UInt8] {
        let settings = try base.settings
        return try base.use { database in
            let factor = try #require(try await SecondFactorStore.factor(of: user, database))
            let vault = try await Vault.ready(database, settings)
            return try vault.uses[.secondFactors].open(factor.secret, at: Accounts.place("secret", user))
        }
    }

    @Test func theyAreSealedAgainOnce() throws {
        let ring = try KeyRing.open(path)
        let users = try (0..<3).map { try account("u\($0)", ring) }
        try base.test.value("UPDATE second_factors SET offered = '\\x3031', offered_at = now()")
        try sealAgain()
        for user in users { #expect(try secret(of: user) == secret) }
        #expect(try base.test.value("SELECT count(offered) FROM second_factors") == "0")
        try sealAgain()
        let events = "SELECT string_agg(evenement, ' ') FROM audit_events WHERE evenement = 'donnees.chiffrees'"
        #expect(try base.test.value(events) == "donnees.chiffrees")
    }

    /// What its file does not open stays, and the others are sealed all the same.
    @Test func oneWhoseKeyIsLostIsLeftAndTold() throws {
        let lost = try account("awa", .passing())
        let kept = try account("moussa", KeyRing.open(path))
        try sealAgain()
        #expect(try secret(of: kept) == secret)
        #expect(throws: CryptoError.notAuthentic) { try secret(of: lost) }
        let finding = try #require(Doctor.examine(base.settings).findings.first { $0.subject == "clés" })
        #expect(finding.verdict == .worrying && finding.detail.hasSuffix("ancien fichier : 1"))
    }
}
