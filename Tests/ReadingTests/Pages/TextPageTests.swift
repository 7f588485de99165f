import TestKit
import Testing

@testable import Reading

/// Pages that hold a text of their own.
@Suite struct TextPageTests {
    private static func read(_ page: TestPDF.Page) throws -> DocumentPage {
        try PageDocument(TestPDF(pages: [page]).bytes).page(1).page
    }

    @Test func wordsAndTheirPlaces() throws {
        let page = try Self.read(TestPDF.form())
        #expect(page.source == .text && abs(page.aspect - 595.0 / 842) < 1e-9)
        for word in TestPDF.formWords { #expect(page.words.contains { $0.text == word }, "\(word)") }
        let word = try #require(page.words.first { $0.text == "002791699" })
        #expect(abs(word.box.left - 300.0 / 595) < 0.005 && abs(word.box.right - 355.0 / 595) < 0.01)
        // Its baseline is 692 points above the lower edge.
        #expect(
            word.box.top < 1 - 698.0 / 842 && word.box.bottom > 1 - 692.5 / 842 && word.box.bottom < 1 - 685.0 / 842)
        #expect(word.confidence == 1 && !word.isOnColour)
    }

    @Test func ruledLines() throws {
        let rules = try Self.read(TestPDF.form()).rules
        let level = rules.filter(\.isHorizontal)
        #expect(level.count == 5 && rules.count == 10)
        for rule in level {
            #expect(abs(rule.box.left - 60.0 / 595) < 0.01 && abs(rule.box.right - 540.0 / 595) < 0.01)
        }
    }

    @Test(arguments: [90, 180, 270]) func rotationIsHonoured(_ rotation: Int) throws {
        // The page is shown turned: what it says is then read as it is shown.
        var page = TestPDF.form()
        page.rotation = rotation
        let (turned, upright) = (try Self.read(page), try Self.read(TestPDF.form()))
        #expect(turned.source == .text && Set(turned.words.map(\.text)) == Set(upright.words.map(\.text)))
        // It was typed upright, so its lines are laid level again.
        #expect(abs(turned.aspect - upright.aspect) < 1e-9)
        let (one, other) = (
            turned.words.first { $0.text == "GESU2409420" }, upright.words.first { $0.text == "GESU2409420" }
        )
        let (place, expected) = (try #require(one).box, try #require(other).box)
        #expect(abs(place.left - expected.left) < 0.01 && abs(place.top - expected.top) < 0.02)
    }

    @Test func aColumnIsNotAWord() throws {
        var page = TestPDF.form()
        page.content += "BT /F1 11 Tf 60 300 Td (AB) Tj 40 0 Td (CD) Tj 0 -20 Td (EF) Tj ET\n"
        let words = try Self.read(page).words.map(\.text)
        for word in ["AB", "CD", "EF"] { #expect(words.contains(word)) }
    }

    @Test func labelsOnColour() throws {
        var page = TestPDF.form()
        page.fill(60, 300, 200, 24, "0 0 1")
        page.content += "1 1 1 rg "
        page.text("Provenance", 80, 308, grey: 1)
        let words = try Self.read(page).words
        #expect(words.filter(\.isOnColour).map(\.text) == ["Provenance"])
    }

    /// A text that nobody sees is not believed: what is seen is read.
    @Test func invisibleTextIsNotRead() throws {
        var page = TestPDF.Page()
        for row in 0..<12 { page.text("NINEA 00279169\(row) INVISIBLE", 60, 700 - 20 * row, mode: 3) }
        page.text("REPUBLIQUE DU SENEGAL", 100, 780, size: 16)
        page.text("BUREAU DE DOUANE 18N", 100, 400, size: 16)
        let read = try Self.read(page)
        #expect(read.source == .recognition && !read.words.contains { $0.text == "INVISIBLE" })
        #expect(read.words.contains { $0.text == "SENEGAL" })
    }

    @Test func rubbishIsNotRead() throws {
        var page = TestPDF.Page()
        for row in 0..<12 { page.text("xq}z#kw!t%% bnb^^mcv ~~rtp$$ zzxkw{t", 60, 700 - 20 * row) }
        #expect(try Self.read(page).source == .recognition)
    }

    @Test func theTextBehindAPictureIsNotRead() throws {
        var page = TestPDF.Page()
        page.picture()
        page.content += TestPDF.form().content
        #expect(try Self.read(page).source == .recognition)
    }

    @Test func anEmptyPageHasNoWord() throws {
        let page = try Self.read(TestPDF.Page())
        #expect(page.words.isEmpty && page.rules.isEmpty)
    }
}
