import JSON
import TestKit
import Testing

@testable import Reading

/// What offices' files are made of, as far as it can be known without their columns.
@Suite(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES is not set"))
struct CSVFixturesTests {
    private static let cases = [
        "A01_semicolon_cp1252", "A02_comma_utf8bom", "A03_tab_nbsp", "A04_pipe_dd_mon_yy", "A05_quoted_newlines",
        "A06_preamble_synonyms", "A07_duplicate_header_same", "A08_multiline_totals", "A09_missing_columns",
        "A10_invalid_values", "A11_formula_injection", "A12_excel_mangled", "A13_ragged_rows", "A14_duplicates",
        "A15_header_only", "A18_cr_only",
    ]

    @Test(arguments: cases)
    func structure(_ name: String) throws {
        let bytes = try Fixtures.bytes("csv/A/cases/\(name).csv")
        let expected = try JSONValue(parsing: Fixtures.bytes("csv/A/expected/\(name).json"))
        let table = try TableFile(DocumentBytes(bytes)).table()
        #expect(table.delimiter == expected["delimiter"]?.string?.utf8.first)
        // Where no byte tells encodings apart, UTF-8 it is.
        let encoding = bytes.contains { $0 >= 0x80 } ? expected["encoding"]?.string : "utf-8"
        #expect(table.encoding == encoding)
        let read = ReadTable(file: bytes)
        #expect(read.failure == nil)
        for step in [1, 3, 64, 1000] { #expect(ReadTable(file: bytes, step: step) == read) }
        let header = try #require(expected["header_line"]?.int)
        let place = try #require(read.lines.firstIndex(of: header))
        if let records = expected["records"]?.int { #expect(read.rows.count - place - 1 == records) }
        for group in ["accepted", "rejected", "ignored"] {
            for row in expected[group]?.array ?? [] {
                let (record, line) = (try #require(row["record"]?.int), try #require(row["line"]?.int))
                #expect(read.lines[place + record] == line)
                guard let text = row["values"]?["description"]?.string else { continue }
                #expect(read.cells[place + record].contains(text))
            }
        }
    }

    @Test func refusals() throws {
        #expect(ReadTable(file: try Fixtures.bytes("csv/A/cases/A16_empty.csv")).failure == "empty_file")
        #expect(ReadTable(file: try Fixtures.bytes("csv/A/cases/A17_not_csv.csv")).failure == "not_csv")
    }
}
