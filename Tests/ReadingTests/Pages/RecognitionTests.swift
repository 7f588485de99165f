import CLeptonica
import TestKit
import Testing

@testable import Reading

/// Pages that are pictures: our own form, drawn and then spoilt.
@Suite struct RecognitionTests {
    private static func drawn(dotsPerInch: Double = 200) throws -> Bitmap {
        try PDFFile(TestPDF(pages: [TestPDF.form()]).bytes, PageLimits()).page(0).rendered(dotsPerInch: dotsPerInch)
    }

    private static func expectForm(_ image: Bitmap, missing: Int = 0) throws -> ReadPage {
        let read = try PageDocument(image.png()).page(1)
        let words = Set(read.page.words.map(\.text))
        let missed = TestPDF.formWords.filter { !words.contains($0) }
        #expect(missed.count <= missing, "\(missed)")
        #expect(read.page.source == .recognition && abs(read.page.aspect - 595.0 / 842) < 0.01)
        return read
    }

    @Test(arguments: 0...3) func anyWayUp(_ turns: Int) throws {
        let read = try Self.expectForm(Self.drawn().turned(quarters: turns))
        #expect(read.placement.quarterTurns == (4 - turns) % 4 && read.placement.skew == 0)
        let word = try #require(read.page.words.first { $0.text == "002791699" })
        #expect(abs(word.box.left - 300.0 / 595) < 0.005 && abs(word.box.top - 142.0 / 842) < 0.01)
    }

    @Test(arguments: [-2.5, 1.5]) func leaning(_ degrees: Double) throws {
        let read = try Self.expectForm(Self.drawn().turned(degrees: degrees))
        #expect(abs(read.placement.skew + degrees) < 0.2)
        // Rules are found again only once the page is straight.
        #expect(read.page.rules.filter(\.isHorizontal).count >= 5)
        let word = try #require(read.page.words.first { $0.text == "4711" })
        #expect(abs(word.box.left - 75.0 / 595) < 0.01)
    }

    @Test func specks() throws {
        let image = try Self.drawn().luminance()
        var random = SeededGenerator(seed: 7)
        for _ in 0..<image.width * image.height / 100 {
            let (x, y) = (
                Int32.random(in: 0..<Int32(image.width), using: &random),
                Int32.random(in: 0..<Int32(image.height), using: &random)
            )
            pixSetPixel(image.pix, x, y, Bool.random(using: &random) ? 0 : 255)
        }
        _ = try Self.expectForm(image, missing: 1)
    }

    @Test func shadow() throws {
        let image = try Self.drawn().luminance()
        for y in 0..<Int32(image.height) {
            for x in 0..<Int32(image.width) {
                var value: UInt32 = 0
                pixGetPixel(image.pix, x, y, &value)
                pixSetPixel(image.pix, x, y, value * (90 + 165 * UInt32(x) / UInt32(image.width)) / 255)
            }
        }
        _ = try Self.expectForm(image, missing: 1)
    }

    @Test func colours() throws {
        var page = TestPDF.form()
        page.fill(60, 300, 200, 20, "0 0 1")
        page.text("Provenance", 80, 306, grey: 1)
        // A stamp over a value, and a value in a coloured panel.
        page.content += "0.9 0.2 0.2 RG 3 w 290 640 m 420 660 l S\n"
        page.fill(300, 300, 240, 40, "0.85 0.97 0.99")
        page.text("2758391", 320, 314)
        let image = try PDFFile(TestPDF(pages: [page]).bytes, PageLimits()).page(0).rendered(dotsPerInch: 200)
        let words = try Self.expectForm(image, missing: 1).page.words
        #expect(words.contains { $0.text == "2758391" && !$0.isOnColour })
        #expect(words.contains { $0.text == "Provenance" && $0.isOnColour })
    }

    @Test func placesAreReadAgain() throws {
        let document = try PageDocument(Self.drawn().png())
        let words = try document.page(1).page.words
        let number = try #require(words.first { $0.text == "333778135" })
        let code = try #require(words.first { $0.text == "GESU2409420" })
        let nothing = PageBox(left: 0.1, top: 0.9, right: 0.2, bottom: 0.92)
        let nowhere = PageBox(left: .nan, top: -5, right: .infinity, bottom: 0)
        let again = try document.read(
            [(number.box, .digits), (code.box, .code), (nothing, .any), (nowhere, .number)], ofPage: 1)
        #expect(again.map(\.text) == ["333778135", "GESU2409420", "", ""])
        #expect(again[0].confidence > 0.7 && again[2].confidence == 0)
        #expect(throws: ReadingError.noSuchPage) { try document.read([(number.box, .any)], ofPage: 2) }
    }

    @Test(arguments: [true, false]) func pictures(_ isText: Bool) throws {
        let document = try PageDocument(isText ? TestPDF(pages: [TestPDF.form()]).bytes : Self.drawn().png())
        let word = try #require(try document.page(1).page.words.first { $0.text == "333778135" })
        let whole = try PageDocument(document.image(ofPage: 1, widest: 800))
        #expect(try whole.preparedPage(1).upright.height >= 790)
        let part = try document.image(ofPage: 1, part: word.box, widest: 400)
        #expect(FileKind.detect(head: part.span) == .png && part.count < 20_000)
        #expect(throws: ReadingError.self) {
            try document.image(ofPage: 1, part: PageBox(left: 0.5, top: 0.5, right: 0.5, bottom: 0.5))
        }
    }

    @Test func noiseIsNoText() throws {
        let image = try Bitmap.white(width: 800, height: 1000, depth: 8)
        var random = SeededGenerator(seed: 11)
        for y in 0..<Int32(1000) {
            for x in 0..<Int32(800) { pixSetPixel(image.pix, x, y, UInt32.random(in: 0...255, using: &random)) }
        }
        #expect(try PageDocument(image.png()).page(1).page.words.isEmpty)
    }
}
