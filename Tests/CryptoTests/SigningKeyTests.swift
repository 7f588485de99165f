import Crypto
import JSON
import TestKit
import Testing

@Suite struct SigningKeyTests {
    @Test func signaturesBelongToTheirMessageAndKey() throws {
        let (key, message) = (SigningKey(), Array("ancre 12".utf8))
        let signature = key.sign(message)
        #expect(key.publicKey.isSignature(signature, of: message))
        #expect(!key.publicKey.isSignature(signature, of: message + [0]))
        #expect(!SigningKey().publicKey.isSignature(signature, of: message))
        for place in signature.indices {
            var changed = signature
            changed[place] ^= 4
            #expect(!key.publicKey.isSignature(changed, of: message))
        }
        #expect(!key.publicKey.isSignature([], of: message))
    }

    /// RFC 8032 §7.1, the second test.
    @Test func knownSignature() throws {
        let seed = ["4ccd089b28ff96da", "9db6c346ec114e0f", "5b8a319f35aba624", "da8cf6ed4fb8a6fb"]
        let key = try SigningKey(seed: seed.flatMap { word in (0..<8).map { byte(word, $0) } })
        #expect(key.publicKey.bytes.prefix(4) == [0x3d, 0x40, 0x17, 0xc3])
        #expect(key.sign([0x72]).prefix(4) == [0x92, 0xa0, 0x09, 0xa9])
    }

    @Test func keysHave32Bytes() {
        #expect(throws: CryptoError.badKey) { try SigningKey(seed: [1, 2, 3]) }
        #expect(throws: CryptoError.badKey) { try VerifyingKey([UInt8](repeating: 1, count: 33)) }
    }

    @Test(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES is not set"))
    func knownVectors() throws {
        var seen = 0
        for (group, test) in try Wycheproof.tests("ed25519_test") {
            let key = try VerifyingKey(group["publicKey"]!.hexadecimal("pk"))
            let isValid = key.isSignature(test.hexadecimal("sig"), of: test.hexadecimal("msg"))
            #expect(isValid == (test["result"] == "valid"), "\(test["tcId"]?.int ?? 0)")
            seen += 1
        }
        #expect(seen > 100)
    }

    private func byte(_ word: String, _ place: Int) -> UInt8 {
        let digits = Array(word)
        return UInt8(String(digits[2 * place..<2 * place + 2]), radix: 16)!
    }
}
