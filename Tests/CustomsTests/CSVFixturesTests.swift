import Customs
import JSON
import Reading
import TestKit
import Testing

/// Files as offices export them, with the outcome that each must have.
@Suite struct CSVFixturesTests {
    static let cases = [
        "A01_semicolon_cp1252", "A02_comma_utf8bom", "A03_tab_nbsp", "A04_pipe_dd_mon_yy", "A05_quoted_newlines",
        "A06_preamble_synonyms", "A07_duplicate_header_same", "A08_multiline_totals", "A09_missing_columns",
        "A10_invalid_values", "A11_formula_injection", "A12_excel_mangled", "A13_ragged_rows", "A14_duplicates",
        "A15_header_only", "A16_empty", "A17_not_csv", "A18_cr_only",
    ]

    @Test(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES names no folder"), arguments: cases)
    func theExpectedOutcome(_ name: String) throws {
        let document = DocumentBytes(try Fixtures.bytes("csv/A/cases/\(name).csv"))
        let file = try Shipped.reader.get().read { () throws(ReadingError) in try TableFile(document).table() }
        var bytes: [UInt8] = []
        try file.writeJSON(name: name) { bytes += $0 }
        let (found, expected) = (
            try JSONValue(parsing: bytes), try JSONValue(parsing: try Fixtures.bytes("csv/A/expected/\(name).json"))
        )
        #expect(found["file_error"] == expected["file_error"] && found["header_line"] == Self.header(expected))
        #expect(found["records"] == expected["records"])
        if expected["file_error"]?.isNull == true {
            #expect(found["delimiter"] == expected["delimiter"] && found["decimal"] == expected["decimal"])
        }
        for list in ["accepted", "rejected", "ignored"] {
            let (mine, theirs) = (found[list]?.array ?? [], expected[list]?.array ?? [])
            #expect(mine.map { $0["record"] } == theirs.map { $0["record"] }, "\(list)")
            #expect(mine.map { $0["line"] } == theirs.map { $0["line"] }, "\(list)")
            #expect(mine.map { $0["reasons"] } == theirs.map { $0["reasons"] })
            #expect(mine.map { $0["reason"] } == theirs.map { $0["reason"] })
            for (a, b) in zip(mine, theirs) { Self.compare(a["values"], b["values"]) }
        }
        let (mine, theirs) = (found["declarations"]?.array ?? [], expected["declarations"]?.array ?? [])
        #expect(mine.count == theirs.count)
        for (a, b) in zip(mine, theirs) { Self.compare(a, b) }
        let codes = { (json: JSONValue) in json["warnings"]?.array?.map { $0["code"] } }
        #expect(codes(found) == codes(expected))
    }

    /// An empty file and one that is no table have no header, whatever the reference says.
    private static func header(_ expected: JSONValue) -> JSONValue? {
        expected["file_error"]?.string == "not_csv" ? .null : expected["header_line"]
    }

    /// The members that are expected, numbers by their value.
    private static func compare(_ found: JSONValue?, _ expected: JSONValue?) {
        for member in expected?.members ?? [] {
            let value = found?[member.name]
            if let number = member.value.double {
                #expect(value?.double == number, "\(member.name)")
            } else {
                #expect(value == member.value, "\(member.name)")
            }
        }
    }
}
