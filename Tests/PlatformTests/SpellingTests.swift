import Testing

@testable import Platform

@Suite struct SpellingTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "abc", 3), ("port", "port", 0), ("prot", "port", 1), ("kitten", "sitting", 3),
        ("ca", "abc", 3), ("héros", "heros", 1), ("abcd", "badc", 2),
    ])
    func countsSlips(a: String, b: String, expected: Int) {
        #expect(Spelling.distance(Array(a.unicodeScalars), Array(b.unicodeScalars)) == expected)
        #expect(Spelling.distance(Array(b.unicodeScalars), Array(a.unicodeScalars)) == expected)
    }

    @Test func suggestsOnlyWhatIsNear() {
        let known = ["http.port", "http.host", "database.url"]
        #expect(Spelling.nearest("http.prot", among: known) == "http.port")
        #expect(Spelling.nearest("HTTP.PORT", among: known) == "http.port")
        #expect(Spelling.nearest("databse.url", among: known) == "database.url")
        #expect(Spelling.nearest("tls.key", among: known) == nil)
        #expect(Spelling.nearest("x", among: known) == nil)
        #expect(Spelling.nearest("http.port", among: []) == nil)
    }

    @Test func aHostileWordTakesNoTime() {
        let start = Instant.now()
        _ = Spelling.nearest(String(repeating: "x", count: 1_000_000), among: (0..<200).map { "key.\($0)" })
        #expect(Instant.now() - start < .seconds(5))
    }
}
