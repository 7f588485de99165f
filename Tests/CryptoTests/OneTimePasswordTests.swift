import Testing

@testable import Crypto

@Suite struct OneTimePasswordTests {
    private let known = OneTimePassword(secret: Array("12345678901234567890".utf8))

    /// RFC 6238, appendix B, the last six of its eight digits.
    @Test(
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
            (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(Int64, String)])
    func knownPasswords(seconds: Int64, password: String) {
        #expect(known.password(step: OneTimePassword.step(at: seconds)) == password)
        #expect(known.step(of: password, at: seconds, lastUsed: nil) == seconds / 30)
    }

    /// RFC 4226, appendix D.
    @Test func knownCounters() {
        let passwords = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        #expect((0..<10).map { known.password(step: $0) } == passwords)
    }

    @Test func aPasswordIsGoodForItsPeriodAndTheNextAndOnlyOnce() {
        let password = known.password(step: 100)
        #expect(known.step(of: password, at: 3000, lastUsed: nil) == 100)
        #expect(known.step(of: password, at: 3059, lastUsed: 99) == 100)
        #expect(known.step(of: password, at: 3060, lastUsed: nil) == nil)
        #expect(known.step(of: password, at: 2999, lastUsed: nil) == nil)
        #expect(known.step(of: password, at: 3030, tolerating: 0, lastUsed: nil) == nil)
        #expect(known.step(of: password, at: 3000, lastUsed: 100) == nil)
        for wrong in ["", "12345", "1234567", password + " ", "éééééé"] {
            #expect(known.step(of: wrong, at: 3000, lastUsed: nil) == nil)
        }
    }

    @Test func addressSaysWhoseAndForWhat() {
        #expect(
            known.address(issuer: "InspectIA", account: "awa ndiaye&x")
                == "otpauth://totp/InspectIA:awa%20ndiaye%26x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=InspectIA")
    }
}
