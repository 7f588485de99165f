import Testing

@testable import Crypto

@Suite struct PasswordHashTests {
    private let cheap = PasswordHash.Cost(kibibytes: 64, passes: 1)

    @Test func onlyThePasswordMatches() throws {
        let hash = try PasswordHash(Array("à la douane, 3 éléphants 🐘".utf8), cost: cheap)
        #expect(try hash.matches(Array("à la douane, 3 éléphants 🐘".utf8)))
        #expect(try !hash.matches(Array("à la douane, 3 éléphants".utf8)))
        #expect(try !hash.matches([]))
        let again = try PasswordHash(hash.text)
        #expect(again == hash && again.cost == cheap)
        #expect(try again.matches(Array("à la douane, 3 éléphants 🐘".utf8)))
        #expect(try PasswordHash(Array("a".utf8), cost: cheap) != PasswordHash(Array("a".utf8), cost: cheap))
    }

    @Test func longPasswordsAreHashedWhole() throws {
        let password = [UInt8](repeating: 0x61, count: 1024)
        let hash = try PasswordHash(password, cost: cheap)
        #expect(try hash.matches(password) && !hash.matches(Array(password.dropLast())))
    }

    /// One of the reference implementation's own vectors.
    @Test func readsWhatOthersWrote() throws {
        let hash = try PasswordHash(
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
        #expect(try hash.matches(Array("password".utf8)))
    }

    @Test(arguments: [
        "", "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ", "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
        "$argon2id$v=16$m=64,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
        "$argon2id$v=19$m=1048577,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
        "$argon2id$v=19$m=64,t=65,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
        "$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
        "$argon2id$v=19$m=64,t=1,p=2$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA",
        "$argon2id$v=19$m=64,t=1,p=1$c29t$c29tZXNhbHRzb21lc2FsdA", "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$c29t",
        "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ=$c29tZXNhbHRzb21lc2FsdA",
    ])
    func malformedTextsAreRefused(text: String) {
        #expect(throws: CryptoError.malformed) { try PasswordHash(text) }
    }
}
