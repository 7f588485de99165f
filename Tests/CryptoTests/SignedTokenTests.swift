import Crypto
import JSON
import TestKit
import Testing

@Suite struct SignedTokenTests {
    private let key = SigningKey()
    private let payload = Array(#"{"sub":"awa"}"#.utf8)
    private var token: [UInt8] {
        Array(SignedToken.make(payload: payload, type: "at+jwt", keyID: "k1", key: key).utf8)
    }

    private func verify(_ token: [UInt8], type: String = "at+jwt") throws -> [UInt8] {
        try SignedToken.verify(token, type: type) { $0 == "k1" ? key.publicKey : nil }
    }

    private func signed(header: String, payload: String = #"{"sub":"awa"}"#) -> [UInt8] {
        let text = Base64.url.encode(header.utf8) + "." + Base64.url.encode(payload.utf8)
        return Array((text + "." + Base64.url.encode(key.sign(Array(text.utf8)))).utf8)
    }

    @Test func verifiesWhatWasSigned() throws {
        #expect(try verify(token) == payload)
        #expect(try verify(signed(header: #"{"kid":"k1","typ":"at+jwt","alg":"EdDSA"}"#)) == payload)
    }

    /// RFC 8725: whoever writes the header does not choose how it is verified. All of these are well signed.
    @Test(arguments: [
        #"{"alg":"none","typ":"at+jwt","kid":"k1"}"#, #"{"alg":"HS256","typ":"at+jwt","kid":"k1"}"#,
        #"{"alg":"eddsa","typ":"at+jwt","kid":"k1"}"#, #"{"alg":"EdDSA","typ":"JWT","kid":"k1"}"#,
        #"{"alg":"EdDSA","typ":"at+jwt","kid":"k2"}"#, #"{"alg":"EdDSA","typ":"at+jwt"}"#,
        #"{"alg":"EdDSA","kid":"k1"}"#,
        #"{"alg":"EdDSA","typ":"at+jwt","kid":"k1","jku":"http://a"}"#,
        #"{"alg":"EdDSA","typ":"at+jwt","kid":"k1","jwk":{}}"#, #"{"alg":"EdDSA","typ":"at+jwt","kid":"k1","crit":[]}"#,
        #"{"alg":"EdDSA","alg":"EdDSA","typ":"at+jwt","kid":"k1"}"#, #"{"alg":"EdDSA","typ":"at+jwt","kid":"k1"} x"#,
        #"{"alg":"EdDSA","typ":"at+jwt","kid":1}"#, #"["EdDSA"]"#, "", "{}",
    ])
    func headersThatSteerAreRefused(header: String) {
        #expect(throws: CryptoError.notAuthentic) { try verify(signed(header: header)) }
    }

    @Test func everyChangedByteIsNoticed() {
        for place in token.indices {
            var changed = token
            changed[place] = changed[place] == 0x41 ? 0x42 : 0x41
            #expect(throws: CryptoError.self) { try verify(changed) }
        }
        for count in 0..<token.count { #expect(throws: CryptoError.self) { try verify(Array(token[..<count])) } }
    }

    @Test func formIsStrict() throws {
        let dot = UInt8(ascii: ".")
        for wrong in [
            [], [dot], [dot, dot], token + [dot], [dot] + token, token + [0x3d], token + [0x0a], [0x20] + token,
        ] {
            #expect(throws: CryptoError.malformed) { try verify(wrong) }
        }
        #expect(throws: CryptoError.malformed) {
            try verify(signed(header: #"{"alg":"EdDSA","typ":"at+jwt","kid":"k1"}"#, payload: ""))
        }
        #expect(throws: CryptoError.notAuthentic) { try verify(token, type: "other") }
    }

    @Test func lengthIsLimited() throws {
        let header = #"{"alg":"EdDSA","typ":"at+jwt","kid":"k1"}"#
        let overhead = signed(header: header, payload: "xxx").count - 4
        let most = (SignedToken.largest - overhead) / 4 * 3
        #expect(try verify(signed(header: header, payload: String(repeating: "x", count: most))).count == most)
        let tooLong = signed(header: header, payload: String(repeating: "x", count: most + 3))
        #expect(tooLong.count > SignedToken.largest)
        #expect(throws: CryptoError.malformed) { try verify(tooLong) }
    }

    /// None of them is signed with the one algorithm that there is: even the valid ones are refused.
    @Test(
        .enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES is not set"),
        arguments: ["json_web_signature_test", "json_web_crypto_test"])
    func publishedTokensOfOtherAlgorithmsAreRefused(file: String) throws {
        let tests = try Wycheproof.tests(file)
        #expect(tests.count > 40)
        for (_, test) in tests {
            let token = Array((test["jws"]?.string ?? test["jwe"]?.string ?? "").utf8)
            #expect(throws: CryptoError.self) { try SignedToken.verify(token, type: "JWT") { _ in key.publicKey } }
        }
    }
}
