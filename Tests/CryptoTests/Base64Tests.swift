import Testing
import TestKit

@testable import Crypto

@Suite struct Base64Tests {
    /// RFC 4648 §10.
    @Test(arguments: [
        ("", "", ""), ("f", "Zg==", "MY"), ("fo", "Zm8=", "MZXQ"), ("foo", "Zm9v", "MZXW6"),
        ("foob", "Zm9vYg==", "MZXW6YQ"), ("fooba", "Zm9vYmE=", "MZXW6YTB"), ("foobar", "Zm9vYmFy", "MZXW6YTBOI"),
    ])
    func knownValues(plain: String, base64: String, base32: String) {
        #expect(Base64.standard.encode(plain.utf8) == base64)
        #expect(Base64.standard.decode(base64) == Array(plain.utf8))
        #expect(Base32.encode(Array(plain.utf8)) == base32)
    }

    @Test func onlyTheCanonicalFormIsRead() {
        for text in ["Zg", "Zg=", "Zh==", "Zm9", "Zm9v====", "Z===", "=", "Zm 9v", "Zm9v\n", "Zg=A", "Zm9v-_A="] {
            #expect(Base64.standard.decode(text) == nil, "\(text)")
        }
        #expect(Base64.url.decode("-_8") == [251, 255] && Base64.url.decode("-_9") == nil)
        #expect(Base64.url.decode("+/8") == nil && Base64.url.decode("-_8=") == nil && Base64.url.decode("A") == nil)
    }

    @Test func readsBackWhatItWrites() {
        var random = SeededGenerator(seed: 7)
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            for variant in [Base64.standard, .unpadded, .url] {
                #expect(variant.decode(variant.encode(bytes)) == bytes)
            }
        }
    }

    /// What is read is what would be written: no two texts mean the same bytes.
    @Test func noTwoTextsMeanTheSame() {
        var random = SeededGenerator(seed: 8)
        let characters = Array("ABZaz09-_=".utf8)
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in characters.randomElement(using: &random)!
            }
            if let bytes = Base64.url.decode(text) { #expect(Array(Base64.url.encode(bytes).utf8) == text) }
        }
    }
}
