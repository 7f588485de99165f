import Crypto
import Testing

@testable import Service

@Suite struct SealingRingTests {
    @Test func whatIsSealedOpensWhereItBelongsAndNowhereElse() throws {
        let ring = try SealingRing(.passing())
        let secret = Array("secret".utf8)
        let sealed = ring.seal(secret, at: "table|colonne|1")
        #expect(try ring.open(sealed, at: "table|colonne|1") == secret)
        #expect(ring.seal(secret, at: "table|colonne|1") != sealed)
        #expect(throws: CryptoError.notAuthentic) { try ring.open(sealed, at: "table|colonne|2") }
        #expect(throws: CryptoError.notAuthentic) { try SealingRing(.passing()).open(sealed, at: "table|colonne|1") }
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: CryptoError.notAuthentic) { try ring.open(changed, at: "table|colonne|1") }
            #expect(throws: CryptoError.notAuthentic) { try ring.open(Array(sealed[..<place]), at: "table|colonne|1") }
        }
    }

    /// A new key in front seals from then on; what the old one sealed still opens.
    @Test func keysAreRotated() throws {
        let (old, new) = (try KeyRing.passing(), try KeyRing.passing())
        let sealed = try SealingRing(old).seal([1, 2, 3], at: "a")
        let both = try SealingRing(KeyRing(keys: new.keys + old.keys))
        #expect(try both.open(sealed, at: "a") == [1, 2, 3])
        #expect(try SealingRing(new).open(both.seal([4], at: "a"), at: "a") == [4])
    }
}
