@testable import Customs
import Testing

@Suite struct HistoryHashTests {
    private func hash(_ level: String, _ texts: String...) -> UInt64 {
        var hash = HistoryHash(level: level)
        for text in texts { Array(text.utf8).withUnsafeBufferPointer { hash.combine($0) } }
        return hash.finish()
    }

    /// Stored profiles are found again by these numbers: they never change.
    @Test func hashesAreThoseThatWereStored() {
        #expect(hash("code_sh:6|pays_origine", "300490", "FR") == 16_157_461_925_271_052_270)
        #expect(hash("") == 1_448_796_541_315_913_381)
    }

    @Test func whatIsDifferentHasAnotherHash() {
        #expect(hash("a", "ab", "c") != hash("a", "a", "bc"))
        #expect(hash("a", "3004") != hash("b", "3004"))
        #expect(hash("a", "12345678") != hash("a", "12345678", ""))
        var (plus, minus) = (HistoryHash(level: "n"), HistoryHash(level: "n"))
        plus.combine(0.0)
        minus.combine(-0.0)
        #expect(plus.finish() == minus.finish())
    }

    @Test func keysOfATradeDoNotMeet() {
        var seen: Set<UInt64> = []
        for code in 0..<400 { for country in 0..<50 { seen.insert(hash("k", "\(300000 + code)", "P\(country)")) } }
        #expect(seen.count == 20_000 && !seen.contains(0))
    }
}
