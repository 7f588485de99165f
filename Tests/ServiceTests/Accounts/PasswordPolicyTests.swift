import Platform
import Testing

@testable import Service

@Suite struct PasswordPolicyTests {
    private let policy: PasswordPolicy

    init() throws {
        let settings = try ServiceSettings.reading([:])
        policy = try PasswordPolicy(path: settings.resources + "/config/passwords.txt")
        #expect(try PasswordPolicyTests.count(settings) >= 3000)
    }

    private static func count(_ settings: ServiceSettings) throws -> Int {
        try String(decoding: File.read(settings.resources + "/config/passwords.txt", limit: 1 << 22), as: UTF8.self)
            .split(separator: "\n").count
    }

    private func isAccepted(_ password: String) -> Bool {
        policy.refusal(of: password, username: "awa.diop", bureau: "18N") == nil
    }

    @Test func lengthIsWhatIsAsked() {
        #expect(!isAccepted("kq7 zpt wfm"))
        #expect(isAccepted("kq7 zpt wfma"))
        let long = String(
            "les longues phrases sont bienvenues ".flatMap { [$0] } + (0..<300).map { "abcdefghij".map { $0 }[$0 % 10] }
        )
        #expect(isAccepted(String(long.prefix(64))))
        #expect(isAccepted(String(long.prefix(256))))
        #expect(!isAccepted(String(long.prefix(257))))
    }

    /// No rule of composition: letters alone, spaces, accents, emoji.
    @Test(arguments: [
        "jardinierpatient", "   un    deux   ", "éléphant à Gorée", "🐘🦁🐪 sous l'arbre", "9 4 1 8 2 7 3 6 5 0",
    ])
    func anyCharacterWillDo(_ password: String) { #expect(isAccepted(password)) }

    @Test(arguments: [
        "motdepasse123", "MotDePasse123", "M0tdepasse123", "password12345", "azertyuiop123", "senegal@2024",
        "passwordpassword", "douane@123456", "aaaaaaaaaaaaaaa", "121212121212", "inspectia2026!", "Awa.Diop2026!",
        "awa.diop-18N-", "douanesenegaldakar", "123456789012", "sécuritésécurité",
    ])
    func whatIsTriedFirstIsRefused(_ password: String) { #expect(!isAccepted(password), "\(password)") }
}
