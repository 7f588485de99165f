import Testing

@testable import Reading

@Suite struct WordMergeTests {
    private static func word(_ text: String, _ x: Int, y: Int = 0, width: Int = 50, _ confidence: Float)
        -> RecognisedWord
    {
        RecognisedWord(text: text, box: PixelBox(x: x, y: y, width: width, height: 20), confidence: confidence)
    }
    private static func merged(_ first: [RecognisedWord], _ second: [RecognisedWord]) -> [String] {
        WordMerge.inReadingOrder(WordMerge.merged(first, second)).map(\.text)
    }

    @Test func theSurerOneStays() {
        #expect(Self.merged([Self.word("1OS", 0, 0.6)], [Self.word("10S", 2, 0.9)]) == ["10S"])
        #expect(Self.merged([Self.word("10S", 0, 0.9)], [Self.word("1OS", 2, 0.6)]) == ["10S"])
    }

    @Test func whatOnlyOneHasSeenStays() {
        #expect(Self.merged([Self.word("A", 0, 0.9)], [Self.word("B", 100, 0.9)]) == ["A", "B"])
    }

    @Test func partsAndAWhole() {
        let parts = [Self.word("18", 0, width: 20, 0.9), Self.word("N", 30, width: 20, 0.9)]
        #expect(Self.merged(parts, [Self.word("18N", 0, 0.95)]) == ["18N"])
        #expect(Self.merged(parts, [Self.word("i8n", 0, 0.5)]) == ["18", "N"])
    }

    @Test func specksAreNoWords() {
        #expect(Self.merged([Self.word("—", 0, 0.4), Self.word(":", 100, 0.9)], [Self.word("x", 200, 0.01)]) == [":"])
    }

    @Test func linesAreReadFromTheLeft() {
        let words = [Self.word("c", 0, y: 40, 1), Self.word("b", 80, y: 2, 1), Self.word("a", 0, y: 5, 1)]
        #expect(WordMerge.inReadingOrder(words).map(\.text) == ["a", "b", "c"])
    }
}
