import Customs
import JSON
import Reading
import TestKit
import Testing

/// Printed declarations with their truth: what their own text says must be found.
@Suite struct DocumentFixturesTests {
    static let documents = [
        "A01_gainde_blue_pdf_text", "A02_sad_a_pdf_text", "A03_note_2col_pdf_text", "A04_gainde_blue_pdf_text",
        "A08_sad_a_pdf_multi_text",
    ]

    @Test(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES names no folder"), arguments: documents)
    func textsAreRead(_ name: String) throws {
        let extractor = DocumentExtractor(try DocumentReaderTests.shipped.get())
        let bytes = try Fixtures.bytes("documents/docs/\(name).pdf")
        let (source, found) = try extractor.extract(bytes, file: "\(name).pdf")
        let truth = try JSONValue(parsing: try Fixtures.bytes("documents/truth/\(name).json"))
        guard case .object(let fields)? = truth["fields"] else { throw Unexpected() }
        #expect(source.type == "pdf_texte" && found.count == 1)
        var right = 0
        for member in fields {
            let (field, expected) = (member.name, member.value)
            if let text = expected.string, Self.isSame(found[0].values[field]?.value, text) { right += 1 }
        }
        #expect(Double(right) >= 0.985 * Double(fields.count), "\(right) sur \(fields.count)")
        #expect(Double(found[0].values.count - right) <= 0.015 * Double(fields.count))
    }

    private struct Unexpected: Error {}

    static func isSame(_ found: String?, _ expected: String?) -> Bool {
        guard let found, let expected else { return false }
        if found == expected { return true }
        if let a = Double(found), let b = Double(expected) { return abs(a - b) < 1e-6 }
        return found.filter { $0.isLetter || $0.isNumber } == expected.filter { $0.isLetter || $0.isNumber }
    }
}
