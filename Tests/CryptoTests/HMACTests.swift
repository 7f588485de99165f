import Crypto
import JSON
import TestKit
import Testing

@Suite struct HMACTests {
    /// RFC 4231, the second test.
    @Test func knownValue() {
        #expect(
            HMAC.sha256("what do ya want for nothing?".utf8, key: Array("Jefe".utf8)).hexadecimal
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func equalityNeedsAllBytes() {
        #expect(equalInConstantTime([1, 2], [1, 2]) && equalInConstantTime([], []))
        #expect(!equalInConstantTime([1, 2], [1, 3]) && !equalInConstantTime([1], [1, 0]))
    }

    @Test(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES is not set"))
    func knownVectors() throws {
        for (_, test) in try Wycheproof.tests("hmac_sha256_test") {
            let tag = test.hexadecimal("tag")
            let computed = HMAC.sha256(test.hexadecimal("msg"), key: test.hexadecimal("key")).bytes
            #expect((Array(computed.prefix(tag.count)) == tag) == (test["result"] == "valid"))
        }
    }
}
