import JSON
import Platform
import Testing

@testable import Customs

/// What an act says, and the form that is hashed.
@Suite struct ProcesVerbalTests {
    @Test func theCanonicalFormIsReadBackToTheLastByte() throws {
        for act in [try ActSample.act(), try ActSample.act(cases: 3, articles: 5, verdict: false)] {
            let bytes = act.canonicalBytes()
            let again = try ProcesVerbal(parsing: bytes)
            #expect(again == act && again.canonicalBytes() == bytes && again.contentHash == act.contentHash)
        }
    }

    /// As it was stored before there was an isolation score.
    @Test func anActWithoutIsolationKeepsItsHash() throws {
        let text = String(decoding: try ActSample.act().canonicalBytes(), as: UTF8.self)
        let start = try #require(text.firstRange(of: "\"isolement\":\"")).lowerBound
        let end = try #require(text[start...].firstRange(of: "appris\",")).upperBound
        let older = text.replacing(text[start..<end], with: "")
        let read = try ProcesVerbal(parsing: Array(older.utf8))
        #expect(read.cases[0].inference.isolation == nil)
        #expect(read.canonicalBytes() == Array(older.utf8))
    }

    @Test func anyChangeChangesTheHash() throws {
        let act = try ActSample.act()
        let text = String(decoding: act.canonicalBytes(), as: UTF8.self)
        for (old, new) in [
            ("4812300", "4812301"), ("a.diop", "a.diof"), ("\"seuil_bas\":0.21", "\"seuil_bas\":0.22"),
            ("10:30:00.000000Z", "10:30:00.000001Z"),
        ] {
            let range = try #require(text.firstRange(of: old), "\(old)")
            let changed = try ProcesVerbal(parsing: Array(text.replacingCharacters(in: range, with: new).utf8))
            #expect(changed.contentHash != act.contentHash, "\(old)")
        }
        #expect(throws: JSONError.self) {
            try ProcesVerbal(parsing: Array(text.replacingFirst("\"format\":1", "\"format\":2").utf8))
        }
        #expect(throws: JSONError.self) {
            try ProcesVerbal(parsing: Array(text.replacingFirst("\"titre\"", "\"titres\"").utf8))
        }
    }

    @Test func whatIsAboutPersonsGoesApartAndComesBack() throws {
        let act = try ActSample.act()
        let bare = String(decoding: act.withoutPersons.canonicalBytes(), as: UTF8.self)
        for secret in ["TÉLÉPHONIE", "002791699", "GESU2409420", "minoration"] {
            #expect(!bare.contains(secret), "\(secret)")
        }
        let again = try ProcesVerbal(parsing: Array(bare.utf8)).with(act.words, cases: act.cases)
        #expect(again.contentHash == act.contentHash)
    }

    @Test func shortfallsAddUpByTaxOverWhatIsOwed() throws {
        let act = try ActSample.act(cases: 2, articles: 3)
        // Articles 1 and 2 of each; the third has no estimate.
        let duty = try #require(act.shortfalls.first { $0.code == "01" })
        #expect(duty.onDeclared == 2 * (840_000 + 1_680_000) && duty.amount == 2 * (1_260_000 + 2_520_000))
        #expect(act.shortfalls.map(\.code) == ["01", "03", "10", "05"] && duty.rate == nil)
        #expect(act.adjusted == 2 * 4_812_300 && act.casesWithoutFinding.isEmpty)
        #expect(try ActSample.act(verdict: false).casesWithoutFinding == ["2026/18N/004511"])
    }

    @Test func numbersAreWrittenWithFiveDigits() {
        for (sequence, text) in [
            (1, "2026/18N/PV-00001"), (99_999, "2026/18N/PV-99999"), (100_000, "2026/18N/PV-100000"),
        ] {
            #expect(ProcesVerbal.Number(year: 2026, office: "18N", sequence: sequence).description == text)
        }
    }
}
