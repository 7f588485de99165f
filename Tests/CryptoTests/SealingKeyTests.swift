import JSON
import TestKit
import Testing

@testable import Crypto

@Suite struct SealingKeyTests {
    @Test func opensWhatItSealed() throws {
        let (key, context) = (SealingKey(), Array("users|email|7|1".utf8))
        for count in [0, 1, 15, 16, 17, 1000] {
            let plain = (0..<count).map { UInt8($0 & 255) }
            let sealed = key.seal(plain, context: context)
            #expect(sealed.count == count + 28 && key.seal(plain, context: context) != sealed)
            #expect(try key.open(sealed, context: context) == plain)
        }
    }

    @Test func whateverIsChangedNothingIsOpened() throws {
        let (key, context) = (SealingKey(), Array("users|email|7|1".utf8))
        let sealed = key.seal(Array("ndiaye@douanes.sn".utf8), context: context)
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: CryptoError.notAuthentic) { try key.open(changed, context: context) }
        }
        for count in 0..<sealed.count {
            #expect(throws: CryptoError.notAuthentic) { try key.open(Array(sealed[..<count]), context: context) }
        }
        #expect(throws: CryptoError.notAuthentic) { try key.open(sealed, context: Array("users|email|8|1".utf8)) }
        #expect(throws: CryptoError.notAuthentic) { try SealingKey().open(sealed, context: context) }
    }

    @Test func keysHave32Bytes() {
        #expect(throws: CryptoError.badKey) { try SealingKey([UInt8](repeating: 1, count: 31)) }
        #expect(throws: CryptoError.badKey) { try SealingKey([UInt8](repeating: 1, count: 33)) }
    }

    @Test(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES is not set"))
    func knownVectors() throws {
        var seen = 0
        for (group, test) in try Wycheproof.tests("aes_gcm_test") {
            guard group["keySize"]?.int == 256, group["ivSize"]?.int == 96, group["tagSize"]?.int == 128 else {
                continue
            }
            let key = try SealingKey(test.hexadecimal("key"))
            let (nonce, context) = (test.hexadecimal("iv"), test.hexadecimal("aad"))
            let sealed = nonce + test.hexadecimal("ct") + test.hexadecimal("tag")
            if test["result"] == "valid" {
                #expect(key.seal(test.hexadecimal("msg"), context: context, nonce: nonce) == sealed)
                #expect(try key.open(sealed, context: context) == test.hexadecimal("msg"))
            } else {
                #expect(throws: CryptoError.notAuthentic) { try key.open(sealed, context: context) }
            }
            seen += 1
        }
        #expect(seen > 50)
    }
}
