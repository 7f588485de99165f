/// How a file of delimited text is written: found once, before it is read.
struct CSVForm: Sendable, Equatable {
    let encoding: TextEncoding
    let delimiter: UInt8
    /// The first line is `sep=;`, an agreement between spreadsheets and no part of the table.
    let hasSeparatorLine: Bool

    /// The beginning of the text that is looked at.
    private static let sampleBytes = 64 << 10

    static func detect(_ document: DocumentBytes) throws(ReadingError) -> CSVForm {
        let encoding = try TextEncoding.detect(document)
        var window = ByteWindow(TextStream(document, encoding), sentinel: 0x0a, capacity: sampleBytes * 2)
        while window.count < sampleBytes, try window.more() {}
        let named = separatorLine(UnsafeBufferPointer(start: window.base, count: window.end))
        return CSVForm(
            encoding: encoding, delimiter: named ?? DelimiterSearch.run(window), hasSeparatorLine: named != nil)
    }

    /// The delimiter that the first line names: `sep=` and one character.
    private static func separatorLine(_ text: UnsafeBufferPointer<UInt8>) -> UInt8? {
        let name = Array("sep=".utf8)
        guard text.count >= 5, (0..<4).allSatisfy({ text[$0] | 0x20 == name[$0] | 0x20 }) else { return nil }
        guard text.count == 5 || text[5] == 0x0a || text[5] == 0x0d else { return nil }
        switch text[4] {
        case 0x09, 0x20...0x21, 0x23...0x2f, 0x3a...0x40, 0x5b...0x60, 0x7b...0x7e: return text[4]
        default: return nil
        }
    }
}
