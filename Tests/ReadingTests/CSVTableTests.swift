import TestKit
import Testing

@testable import Reading

@Suite struct CSVTableTests {
    @Test func cellsAndLines() {
        let table = ReadTable("a;b;c\n1;;3\n\n;\nx")
        #expect(table.cells == [["a", "b", "c"], ["1", "", "3"], [""], ["", ""], ["x"]])
        #expect(table.lines == [1, 2, 3, 4, 5])
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func lineEnds(_ end: String) {
        let table = ReadTable(["a;b", "\"x\(end)y\";2", "", "3;4", ""].joined(separator: end))
        #expect(table.cells == [["a", "b"], ["x\(end)y", "2"], [""], ["3", "4"]])
        #expect(table.lines == [1, 2, 4, 5])
    }

    @Test func quotes() {
        let table = ReadTable(
            "a;b\n\"x \"\"y\"\" z\";\"p;q\"\n\"\";\"\"\"\"\n3/4\";t\"\"u\n\"v\"w\"x\";\"y\" z\n\"last\"")
        #expect(
            table.cells == [
                ["a", "b"], ["x \"y\" z", "p;q"], ["", "\""], ["3/4\"", "t\"\"u"], ["vw\"x\"", "y z"], ["last"],
            ])
    }

    @Test(arguments: [
        ("a;b\n1;\"x\ny", "unclosed_quote:line=2"), ("a;b\n\"x\ny\";\"\n\n", "unclosed_quote:line=3"),
        ("\"", "unclosed_quote:line=1"), ("a;b\n\"\"\"", "unclosed_quote:line=2"),
    ])
    func unclosedQuotes(_ text: String, _ code: String) { #expect(ReadTable(text).failure == code) }

    @Test(arguments: [
        ("a;b\n1,5;2,5\n", ";"), ("a,b\n\"1;5\",2\n", ","), ("a\tb\n1,5\t2,5\n", "\t"), ("a|b|c\n1|2|3", "|"),
        ("sep=|\na;b;c|d\n1;2;3|4\n", "|"), ("SEP=;\r\na,b,c\r\n1,2,3", ";"), ("une colonne\n1\n", ";"),
        ("TITRE;;\n\na;b;c\n1,5;2,5;x, y, z\n1,5;2;t\nTotal;;3", ";"), ("x\ty\tz\n1,5\t2,5\t3,5\n1,5\t2,5\t3,5", "\t"),
    ])
    func delimiters(_ text: String, _ delimiter: String) throws {
        let table = try TableFile(DocumentBytes(Array(text.utf8))).table()
        #expect(table.delimiter == delimiter.utf8.first)
    }

    @Test func separatorLineIsNoRecord() {
        let table = ReadTable("sep=,\r\na,b;c\r\n1,2\r\n")
        #expect(table.cells == [["a", "b;c"], ["1", "2"]])
        #expect(table.lines == [2, 3])
        #expect(ReadTable("sep=xy\n1;2").cells.first == ["sep=xy"])
    }

    @Test(arguments: [
        ([0xef, 0xbb, 0xbf, 0xc3, 0xa9, 0x3b, 0x61], "utf-8-sig", ["é", "a"]),
        ([0xc3, 0xa9, 0x3b, 0x61], "utf-8", ["é", "a"]),
        ([0xef, 0xbb, 0xbf, 0xe9, 0x3b, 0xc3, 0xa9, 0xc3], "utf-8-sig", ["\u{fffd}", "é\u{fffd}"]),
        ([0xe9, 0x3b, 0x80, 0x81], "cp1252", ["é", "€\u{fffd}"]),
        ([0xc3, 0xa9, 0x3b, 0xc3], "cp1252", ["Ã©", "Ã"]),
        ([0xff, 0xfe, 0xe9, 0, 0x3b, 0, 0x3d, 0xd8, 0x00, 0xde, 0x00, 0xdc], "utf-16-le", ["é", "😀\u{fffd}"]),
        ([0xfe, 0xff, 0, 0xe9, 0, 0x3b, 0x20, 0xac, 0x20], "utf-16-be", ["é", "€\u{fffd}"]),
    ])
    func encodings(_ bytes: [UInt8], _ encoding: String, _ cells: [String]) throws {
        let table = try TableFile(DocumentBytes(bytes)).table()
        #expect(table.encoding == encoding)
        #expect(ReadTable(file: bytes).cells == [cells])
        for step in 1...bytes.count { #expect(ReadTable(file: bytes, step: step).cells == [cells]) }
    }

    @Test func wherePiecesEndChangesNothing() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                Array("ab;,\"\"\n\r\u{e9}".utf8).randomElement(using: &random)!
            }
            let whole = ReadTable(file: bytes, step: .max)
            for step in 1...5 { #expect(ReadTable(file: bytes, step: step) == whole, "\(bytes) by \(step)") }
        }
    }

    /// Many windows full, with a record that is longer than one.
    @Test(arguments: [TextEncoding.utf8, .windows1252, .utf16LittleEndian])
    func longFiles(_ encoding: TextEncoding) {
        let long = String(repeating: "é;", count: 200_000)
        var text = encoding == .utf16LittleEndian ? "\u{feff}" : ""
        for k in 0..<20_000 { text += "\(k);été \(k % 7);\(k == 9000 ? "\"\(long)\"" : "x")\r\n" }
        let bytes =
            switch encoding {
            case .utf16LittleEndian: text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
            case .windows1252: text.unicodeScalars.map { UInt8($0.value) }
            default: Array(text.utf8)
            }
        let table = ReadTable(file: bytes)
        #expect(table.failure == nil && table.rows.count == 20_000)
        #expect(table.lines == Array(1...20_000))
        for (k, row) in table.cells.enumerated() where row != ["\(k)", "été \(k % 7)", k == 9000 ? long : "x"] {
            Issue.record("record \(k)")
        }
    }

    /// What is written reads back the same, whatever the texts and wherever pieces end.
    @Test func roundTrip() {
        var random = SeededGenerator(seed: 11)
        let alphabet = ["a", "é", "😀", ";", ",", "\"", "\n", "\r\n", "\r", " ", "\t", "1", "x=y", "", "3/4\""]
        for round in 0..<200 {
            let columns = Int.random(in: 2...6, using: &random)
            let rows = (0..<Int.random(in: 1...8, using: &random)).map { _ in
                (0..<columns).map { column in
                    let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                        alphabet.randomElement(using: &random)!
                    }
                    return "c\(column)" + text.joined()
                }
            }
            var writer = CSVWriter(isMarked: round.isMultiple(of: 2))
            for row in rows { writer.record(row) }
            let bytes = writer.drain()
            let form = CSVForm(
                encoding: round.isMultiple(of: 2) ? .markedUTF8 : .utf8, delimiter: 0x3b, hasSeparatorLine: false)
            for step in [.max, 1, 7] {
                let table = ReadTable { try CSVTable(DocumentBytes(bytes, pieceBytes: step), form, ReadingLimits()) }
                #expect(table.cells == rows)
                #expect(table.failure == nil)
            }
        }
    }

    @Test func copiesStayWhatTheyAre() throws {
        let table = try TableFile(DocumentBytes(Array("a;\"b\"\"c\";\n\"x\"\n".utf8))).table()
        var (first, second) = (TableRecord(), TableRecord())
        #expect(try table.next())
        table.copy(into: &first)
        #expect(try table.next())
        table.copy(into: &second)
        #expect(try !table.next())
        func texts(_ record: TableRecord) -> [String] {
            (-1...record.count).map { String(decoding: record.bytes[record.range($0)], as: UTF8.self) }
        }
        #expect(texts(first) == ["", "a", "b\"c", "", ""] && first.line == 1)
        #expect(texts(second) == ["", "x", ""] && second.line == 2)
        #expect(table.text(-1) == "" && table.text(3) == "")
    }
}
