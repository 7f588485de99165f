import Crypto
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

@Suite struct UseKeyTests {
    @Test func whatIsSealedOpensWhereItBelongsAndNowhereElse() throws {
        let key = UseKey(SealingKey())
        let secret = Array("secret".utf8)
        let sealed = try key.seal(secret, at: "table|colonne|1")
        #expect(try key.open(sealed, at: "table|colonne|1") == secret)
        #expect(try key.seal(secret, at: "table|colonne|1") != sealed)
        #expect(throws: CryptoError.notAuthentic) { try key.open(sealed, at: "table|colonne|2") }
        #expect(throws: CryptoError.notAuthentic) { try UseKey(SealingKey()).open(sealed, at: "table|colonne|1") }
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: CryptoError.notAuthentic) { try key.open(changed, at: "table|colonne|1") }
            #expect(throws: CryptoError.notAuthentic) { try key.open(Array(sealed[..<place]), at: "table|colonne|1") }
        }
    }

    @Test func everyPlaceHasAKeyOfItsOwn() throws {
        let key = UseKey(SealingKey())
        #expect(try key.key(of: "a").bytes != key.key(of: "b").bytes)
        #expect(try key.key(of: "a").bytes == key.key(of: "a").bytes)
    }

    @Test func aWrappedKeyIsThatOfItsUseAlone() throws {
        var keys = try VaultKeys()
        try keys.add(version: 2)
        let (first, second) = (keys.keys[0], keys.keys[1])
        let key = UseKey(SealingKey())
        let wrapped = key.wrapped(by: first, for: "documents")
        #expect(wrapped.count == KeyWrapping.byteCount && KeyWrapping.version(of: wrapped) == 1)
        let sealed = try key.seal([7], at: "a")
        #expect(try UseKey(unwrapping: wrapped, with: first, for: "documents").open(sealed, at: "a") == [7])
        let refused = VaultError.notAuthentic(column: "coffre_usages.cle")
        #expect(throws: refused) { try UseKey(unwrapping: wrapped, with: first, for: "reponses") }
        #expect(throws: refused) { try UseKey(unwrapping: wrapped, with: second, for: "documents") }
        for place in wrapped.indices {
            var changed = wrapped
            changed[place] ^= 1
            #expect(throws: refused) { try UseKey(unwrapping: changed, with: first, for: "documents") }
        }
    }

    /// Of processes that start together on a new database all have the same keys.
    @Test func whoeverIsFasterMakesTheKeys() throws {
        let room = try Strongroom()
        try room.base.use { database in
            let vaults = (0..<4).map { _ in Vault(database, keys: room.keys, pool: nil) }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for vault in vaults { tasks.addTask { try await vault.prepare() } }
                try await tasks.waitForAll()
            }
            for use in SealedUse.allCases {
                let sealed = try vaults[0].uses[use].seal([1], at: "a")
                for vault in vaults { #expect(try vault.uses[use].open(sealed, at: "a") == [1]) }
            }
        }
        #expect(try room.base.test.value("SELECT count(*) FROM coffre_usages") == "3")
    }

    @Test func beforeTheyAreReadNothingIsSealed() {
        #expect(throws: VaultError.notReady) { try UseKeys()[.documents] }
    }

    /// The role that the service works as makes keys and takes none away.
    @Test func theServiceRemovesNoKey() throws {
        let database = try #require(try RunningService.local.get().database)
        for sql in ["DELETE FROM coffre_usages", "UPDATE coffre_usages SET kek = 1", "TRUNCATE coffre_usages"] {
            #expect(throws: PlainSQL.Refused.self) {
                try PlainSQL.value(database.serviceConnectionString, sql)
            }
        }
    }
}
