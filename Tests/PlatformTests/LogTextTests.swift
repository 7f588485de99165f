import Testing

@testable import Platform

@Suite struct LogTextTests {
    private func written(_ text: String, limit: Int = 1024) -> String {
        var bytes: [UInt8] = []
        LogText.write(text, limit: limit, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("plain text, é, 漢, 🙂", "plain text, é, 漢, 🙂"),
        ("a\nb\rc\td", #"a\nb\rc\td"#),
        ("\r\n", #"\r\n"#),
        ("\"}\n{\"level\":\"error", #"\"}\n{\"level\":\"error"#),
        ("back\\slash", #"back\\slash"#),
        ("nul\u{0}esc\u{1b}del\u{7f}", #"nul\u0000esc\u001bdel\u007f"#),
        ("csi\u{9b}31m nel\u{85}", #"csi\u009b31m nel\u0085"#),
        ("line\u{2028}para\u{2029}", #"line\u2028para\u2029"#),
        ("rtl\u{202e}gpj.exe\u{2066}x\u{2069}", #"rtl\u202egpj.exe\u2066x\u2069"#),
        ("neighbours\u{a0}\u{2027}\u{202f}\u{2065}\u{206a}", "neighbours\u{a0}\u{2027}\u{202f}\u{2065}\u{206a}"),
    ])
    func controlsAreEscaped(text: String, expected: String) {
        #expect(written(text) == expected)
    }

    @Test func noControlCharacterSurvives() {
        for value in UInt32(0)...0x2070 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(written(String(scalar)).utf8)
            #expect(!bytes.contains { $0 < 0x20 || $0 == 0x7f })
            #expect(!String(decoding: bytes, as: UTF8.self).unicodeScalars.contains { 0x80...0x9f ~= $0.value })
        }
    }

    @Test func valuesAreCutBetweenCharacters() {
        #expect(written("abcd", limit: 4) == "abcd")
        #expect(written("abcde", limit: 4) == "abcd…")
        #expect(written("abcé", limit: 4) == "abc…")
        #expect(written("a🙂", limit: 4) == "a…")
        #expect(written("🙂", limit: 4) == "🙂")
        #expect(written("🙂🙂", limit: 7) == "🙂…")
        #expect(written("ab\n\u{1}", limit: 10) == #"ab\n\u0001"#)
        #expect(written("ab\n\u{1}", limit: 9) == #"ab\n…"#)
    }

    @Test(arguments: [
        "authorization", "Authorization", "set-cookie", "cookie", "password", "new_password", "passwordHash", "otp",
        "mfa_otp", "otp_code", "totp", "secret", "client_secret", "token", "access_token", "refreshToken", "X-Api-Key",
        "mot_de_passe", "jeton", "pin", "ninea", "code_ppm_declarant", "destinataire_nom", "declarant_adresse", "nom",
        "email", "telephone", "phone", "courriel", "importateur",
    ])
    func sensitiveNamesAreKnown(_ name: String) {
        let bytes = Array(name.utf8)
        #expect(bytes.withUnsafeBufferPointer { SensitiveKey.matches($0) })
    }

    @Test(arguments: [
        "status", "route", "footprint", "options", "spinner", "pass", "author", "to", "", "port", "cook", "name",
        "nombre", "address", "emails_sent", "nominal",
    ])
    func otherNamesAreNot(_ name: String) {
        let bytes = Array(name.utf8)
        #expect(!bytes.withUnsafeBufferPointer { SensitiveKey.matches($0) })
    }
}
