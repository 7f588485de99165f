import JSON
import Platform
import Printing
import Reading
import Testing

@testable import Customs

/// The printed act, read back.
@Suite struct ProcesVerbalSheetTests {
    /// Its words, page by page; each stands within the margins.
    private static func pages(_ bytes: [UInt8]) throws -> [String] {
        let document = try PageDocument(bytes)
        return try (1...document.pageCount).map { number in
            let words = try document.page(number).page.words
            // The letters of a watermark are higher than a line, and may reach into the margins.
            for word in words where word.box.bottom - word.box.top < 0.04 {
                let isWithin = word.box.left > 0.05 && word.box.right < 0.95 && word.box.top > 0.02
                #expect(isWithin && word.box.bottom < 0.985, "\(word.text)")
            }
            return words.map(\.text).joined(separator: " ")
        }
    }

    private static func print(_ act: ProcesVerbal, _ standing: ProcesVerbalStanding) throws -> [UInt8] {
        try Press.print(ProcesVerbalSheet(act, standing).document)
    }

    @Test func whatIsPrintedIsReadBack() throws {
        let act = try ActSample.act()
        let text = try Self.pages(Self.print(act, ActSample.signed(act))).joined(separator: " ")
        for expected in [
            "République du Sénégal", "2026/18N/PV-00012", "deux mille vingt-six, le premier mars", "Awa Diop",
            "Moussa Fall", "2026/18N/004511", "8517120000", "minoration de valeur", "Code des douanes, art. 97",
            "Signé électroniquement", "indication et non une preuve", "002791699", "GESU2409420",
            "erreur de l’expéditeur", "Insuffisance", "dont le modèle a appris", act.contentHash,
            act.cases[0].inference.recordHash,
        ] {
            #expect(text.contains(expected), "\(expected) in \(text)")
        }
        #expect(!text.contains("rouillon") && !text.contains("Non signé"))
        // What was found comes before what a model says, under its own title.
        let found = try #require(text.firstRange(of: "minoration de valeur"))
        let inferred = try #require(text.firstRange(of: "Indications du système d’aide à la décision"))
        let probability = try #require(text.firstRange(of: "Probabilité estimée"))
        #expect(found.upperBound < inferred.lowerBound && inferred.upperBound < probability.lowerBound)
    }

    @Test func theSameActIsTheSameBytes() throws {
        let act = try ActSample.act(cases: 2, articles: 12)
        let standing = try ActSample.signed(act)
        let bytes = try Self.print(act, standing)
        #expect(try Self.print(act, standing) == bytes)
        // Also when it comes back from where it was stored.
        #expect(try Self.print(ProcesVerbal(parsing: act.canonicalBytes()), standing) == bytes)
        // Closing changes nothing of what was signed.
        var closed = standing
        try closed.apply(
            .close(reason: "transaction acceptée"), by: .init(account: ActSample.first, isChief: false),
            at: ActSample.moment(59))
        #expect(try Self.print(act, closed) == bytes)
    }

    @Test func aDraftAndACancelledActSayWhatTheyAre() throws {
        let act = try ActSample.act(verdict: false)
        let draft = try Self.pages(Self.print(act, ActSample.standing(act)))
        #expect(draft[0].contains("sans valeur avant la signature") && draft.joined().contains("Non signé"))
        #expect(draft[0].contains("rien n’est constaté"))
        var cancelled = ActSample.standing(act)
        try cancelled.apply(
            .cancel(reason: "numéro de conteneur erroné"), by: .init(account: ActSample.second, isChief: false),
            at: ActSample.moment(50))
        let text = try Self.pages(Self.print(act, cancelled))[0]
        #expect(text.contains("Annulé le 01/03/2026 à 10 h 50") && text.contains("numéro de conteneur erroné"))
    }

    @Test func longActsBreakOverPages() throws {
        let act = try ActSample.act(cases: 3, articles: 60)
        let pages = try Self.pages(Self.print(act, ActSample.signed(act)))
        let hash = act.contentHash
        #expect(pages.count > 15)
        for (place, page) in pages.enumerated() {
            #expect(page.contains("page \(place + 1)/\(pages.count)"))
            #expect(page.contains("2026/18N/PV-00012") && page.contains(hash))
        }
        #expect(pages.last?.contains("Clôture et signatures") == true)
    }

    @Test func whateverAgentsWriteIsPrinted() throws {
        let act = try ActSample.act()
        let words = ProcesVerbal.Words(
            statement: "<b>gras</b> & \u{202e}evitcele\u{7} \u{1F4E6} 电话 هاتف " + String(repeating: "X", count: 3000),
            reply: String(repeating: "Il dit que non. ", count: 600))
        let odd = act.with(words, cases: act.cases)
        let text = try Self.pages(Self.print(odd, ActSample.standing(odd))).joined(separator: " ")
        #expect(text.contains("<b>gras</b> &") && text.contains("Il dit que non."))
    }
}
