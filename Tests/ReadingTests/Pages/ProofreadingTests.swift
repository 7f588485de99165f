import TestKit
import Testing

@testable import Reading

@Suite struct ProofreadingTests {
    private static func layers() throws -> PageLayers {
        let image = try PDFFile(TestPDF(pages: [TestPDF.form()]).bytes, PageLimits()).page(0)
            .rendered(dotsPerInch: 200).luminance()
        return try PageLayers(image, letter: 18)
    }

    @Test func inkThatNoWordCoversIsRead() throws {
        let layers = try Self.layers()
        let proofreading = try Proofreading(recogniser: Recogniser(), letter: layers.letter)
        let words = try proofreading.corrected([], on: layers.values)
        let missed = TestPDF.formWords.filter { text in !words.contains { $0.text == text } }
        #expect(missed.count <= 2, "\(missed)")
        // What is there is not read twice.
        let again = try proofreading.corrected(words, on: layers.values)
        #expect(again.count == words.count)
    }

    @Test func doubtfulWordsAreReadAgain() throws {
        let layers = try Self.layers()
        let proofreading = try Proofreading(recogniser: Recogniser(), letter: layers.letter)
        var words = try proofreading.corrected([], on: layers.values)
        let index = try #require(words.firstIndex { $0.text == "333778135" })
        (words[index].text, words[index].confidence) = ("3337781E5", 0.3)
        #expect(try proofreading.corrected(words, on: layers.values).contains { $0.text == "333778135" })
        // A sure reading stays, whatever it says.
        words[index].confidence = 0.95
        #expect(try proofreading.corrected(words, on: layers.values).contains { $0.text == "3337781E5" })
    }

    @Test func anEmptyPageStaysEmpty() throws {
        let blank = try Bitmap.white(width: 600, height: 400, depth: 8)
        #expect(try Proofreading(recogniser: Recogniser(), letter: 20).corrected([], on: blank).isEmpty)
    }
}
