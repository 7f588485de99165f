import TestKit
import Testing

@testable import Reading

@Suite struct XLSXWriterTests {
    @Test func roundTrip() {
        var random = SeededGenerator(seed: 21)
        let alphabet = ["a", "é", "😀", "<", "&", "\"", "\n", "\r", "_x0041_", " ", "\t", "\u{1}", ";", "1", "_", "x"]
        for _ in 0..<100 {
            var writer = XLSXWriter(sheet: "Rejets <2024>")
            var rows: [[String]] = []
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let row = (0..<Int.random(in: 1...5, using: &random)).map { column in
                    "c\(column)"
                        + (0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random)!
                        }.joined()
                }
                rows.append(row)
                writer.record(row)
            }
            let bytes = writer.finish()
            let read = ReadTable(file: bytes)
            #expect(read.cells == rows)
            #expect(read.failure == nil)
        }
    }

    @Test func numbersAndGaps() throws {
        var writer = XLSXWriter(sheet: "[]")
        writer.number("1234.5")
        writer.skip()
        writer.number("x")
        writer.endRecord()
        writer.endRecord()
        writer.text("fin")
        let file = try TableFile(DocumentBytes(writer.finish()))
        #expect(file.sheets.map(\.name) == ["Feuille1"])
        let table = ReadTable { try file.table() }
        #expect(table.cells == [["1234.5", "", "x"], [], ["fin"]])
    }

    @Test func columnLetters() {
        #expect([0, 25, 26, 701, 702, 16_383].map(XLSXWriter.letters) == ["A", "Z", "AA", "ZZ", "AAA", "XFD"])
        func reference(_ text: String) -> CellReference? { CellReference(text.utf8.span) }
        #expect(reference("XFD1048576")?.column == 16_383 && reference("XFD1048576")?.row == 1_048_576)
        for text in ["", "A", "1", "a1", "A0", "A1048577", "XFE1", "AAAA1", "A1x", "A-1"] {
            #expect(reference(text) == nil)
        }
    }

    @Test func aFullSheetTakesNoMore() {
        var writer = XLSXWriter(sheet: "Liste", mostRows: 10)
        for _ in 1..<10 { writer.endRecord() }
        #expect(!writer.isFull)
        writer.text("dernière")
        #expect(!writer.isFull)
        writer.endRecord()
        #expect(writer.isFull)
        writer.record(["de trop"])
        let read = ReadTable(file: writer.finish())
        #expect(read.failure == nil && read.rows.count == 10 && read.cells.last == ["dernière"])
    }

    /// The same table makes the same bytes.
    @Test func isReproducible() {
        func make() -> [UInt8] {
            var writer = XLSXWriter()
            for k in 0..<5000 { writer.record(["ligne \(k)", "texte"]) }
            return writer.finish()
        }
        #expect(make() == make())
        #expect(ReadTable(file: make()).rows.count == 5000)
    }
}
