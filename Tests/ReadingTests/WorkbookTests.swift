import Platform
import Testing

@testable import Reading

@Suite struct WorkbookTests {
    private static let folder = String(#filePath.dropLast("WorkbookTests.swift".count)) + "Fixtures/"

    /// Files of real programs; `Tests/oracles/xlsx.py` makes them and says what they hold.
    @Test(arguments: ["declarations", "merged", "epoch1904", "byhand"])
    func files(_ name: String) throws {
        let expected = try File.read(Self.folder + name + ".txt", limit: 1 << 20)
        let table = ReadTable { try TableFile(path: Self.folder + name + ".xlsx").table() }
        #expect(table.failure == nil)
        let lines = table.rows.map { row in
            ([String(row.line)] + row.cells).joined(separator: " | ").replacing("\n", with: "\\n").replacing(
                "\r", with: "\\r")
        }
        #expect(lines == String(decoding: expected, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    @Test func sheetsByName() throws {
        let file = try TableFile(path: Self.folder + "declarations.xlsx")
        #expect(file.kind == .workbook)
        #expect(file.sheets.map(\.name) == ["Paramètres", "Couverture", "Déclarations & annexes"])
        #expect(file.sheets.map(\.isVisible) == [false, true, true])
        #expect(ReadTable { try file.table(file.sheets[1]) }.cells == [["DIRECTION GÉNÉRALE DES DOUANES"]])
        #expect(ReadTable { try file.table(file.sheets[0]) }.cells == [["ne", "doit", "pas", "être", "lu", "ici"]])
        // And again from the beginning.
        #expect(ReadTable { try file.table() } == ReadTable { try file.table() })
    }

    @Test(
        arguments: [
            ("<row r=\"2\"/><row r=\"1\"/>", "bad_workbook"), ("<row r=\"1048577\"/>", "bad_workbook"),
            ("<row r=\"0\"/>", "bad_workbook"), ("<row><c r=\"B1\"/><c r=\"A1\"/></row>", "bad_workbook"),
            ("<row><c r=\"A2\"/></row>", "bad_workbook"), ("<row><c r=\"XFE1\"/></row>", "bad_workbook"),
            ("<row><c t=\"s\"><v>0</v></c></row>", "bad_workbook"),
            ("<row><c t=\"s\"><v>-1</v></c></row>", "bad_workbook"),
            ("<row><c t=\"z\"><v>0</v></c></row>", "bad_workbook"),
            ("<row><c r=\"AMK1\"><v>1</v></c></row>", "too_many_cells:line=1"),
            ("<row><c r=\"AMJ1\"><v>1</v></c></row>", nil), ("<row><c r=\"XFD1\"/></row>", nil),
        ] as [(String, String?)])
    func hostileRows(_ rows: String, _ code: String?) {
        #expect(ReadTable(file: TestWorkbook.bytes(rows: rows)).failure == code)
    }

    @Test(
        arguments: [
            ("<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet>&a;</worksheet>", "bad_workbook"),
            ("<worksheet>", "bad_workbook"),
            ("<worksheet></sheetData>", "bad_workbook"), ("", "bad_workbook"),
            ("<worksheet/><worksheet/>", "bad_workbook"),
            ("<worksheet a=\"1\" a=\"2\"/>", "bad_workbook"), ("<worksheet>&lol;</worksheet>", nil),
            ("<?xml version=\"1.0\" encoding=\"UTF-16\"?><worksheet/>", "bad_workbook"),
            ("<worksheet><mergeCells><mergeCell ref=\"B2:A1\"/></mergeCells></worksheet>", "bad_workbook"),
            (String(repeating: "<a>", count: 65) + String(repeating: "</a>", count: 65), "bad_workbook"),
            (String(repeating: "<a>", count: 64) + String(repeating: "</a>", count: 64), nil),
        ] as [(String, String?)])
    func hostileSheets(_ sheet: String, _ code: String?) {
        #expect(ReadTable(file: TestWorkbook.bytes(sheet: sheet)).failure == code)
    }

    @Test func macrosAreRefused() {
        let bytes = TestWorkbook.bytes(["xl/vbaProject.bin": "x"])
        #expect(ReadTable(file: bytes).failure == "macro_workbook")
        #expect(ReadTable(file: TestWorkbook.bytes(list: "<workbook/>")).failure == "no_sheet")
        #expect(ReadTable(file: TestWorkbook.archive([("xl/workbook.xml", "<workbook/>")])).failure == "bad_workbook")
        #expect(ReadTable(file: TestWorkbook.archive([("word/document.xml", "<x/>")])).failure == "not_csv")
    }

    @Test func preferredSheetHasWords() throws {
        let list = """
            <workbook xmlns:r="r"><sheets><sheet name="a" state="hidden" r:id="r2"/><sheet name="b" r:id="r1"/>\
            <sheet name="c" r:id="r2"/></sheets></workbook>
            """
        let words = (1...5).map { "<c t=\"str\"><v>mot\($0)</v></c>" }.joined()
        let second = "<worksheet><sheetData><row>\(words)</row></sheetData></worksheet>"
        let bytes = TestWorkbook.bytes(rows: "<row><c><v>1</v></c></row>", list: list, ["xl/s2.xml": second])
        #expect(ReadTable(file: bytes).cells == [["mot1", "mot2", "mot3", "mot4", "mot5"]])
        let none = TestWorkbook.bytes(rows: "<row><c><v>1</v></c></row>", list: list, ["xl/s2.xml": "<worksheet/>"])
        #expect(ReadTable(file: none).cells == [["1"]])
    }

    @Test func limits() {
        func failure(_ bytes: [UInt8], _ change: (inout ReadingLimits) -> Void) -> String? {
            var limits = ReadingLimits()
            change(&limits)
            return ReadTable(file: bytes, limits).failure
        }
        let texts = ["xl/t.xml": "<sst><si><t>abcd</t></si><si/></sst>"]
        let shared = TestWorkbook.bytes(rows: "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>0</v></c></row>", texts)
        #expect(failure(shared) { $0.sharedTextBytes = 12 } == nil)
        #expect(failure(shared) { $0.sharedTextBytes = 11 } == "archive_too_large")
        #expect(failure(shared) { $0.cellBytes = 4 } == nil)
        #expect(failure(shared) { $0.cellBytes = 3 } == "bad_workbook")
        #expect(
            failure(TestWorkbook.bytes(rows: "<row><c t=\"str\"><v>abcd</v></c></row>")) { $0.cellBytes = 3 }
                == "cell_too_long:line=1")
        #expect(failure(shared) { $0.records = 1 } == nil)
        #expect(failure(shared) { $0.records = 0 } == "too_many_records")
        let gap = TestWorkbook.bytes(rows: "<row r=\"5\"><c><v>1</v></c></row><row r=\"1048576\"/>")
        #expect(failure(gap) { $0.records = 5 } == nil)
        #expect(failure(gap) { $0.records = 4 } == "too_many_records")
        #expect(ReadTable(file: gap).lines == [1, 2, 3, 4, 5])
        #expect(failure(shared) { $0.sheets = 1 } == nil)
        #expect(failure(shared) { $0.sheets = 0 } == "bad_workbook")
        #expect(failure(shared) { $0.archiveEntries = 4 } == nil)
        #expect(failure(shared) { $0.archiveEntries = 3 } == "archive_too_large")
        let merges = "<worksheet><mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells></worksheet>"
        #expect(failure(TestWorkbook.bytes(sheet: merges)) { $0.mergedRanges = 1 } == nil)
        #expect(failure(TestWorkbook.bytes(sheet: merges)) { $0.mergedRanges = 0 } == "bad_workbook")
    }

    /// One text in very many cells.
    @Test func repeatedTexts() {
        let row = "<row><c t=\"s\"><v>0</v></c></row>"
        let texts = ["xl/t.xml": "<sst><si><t>\(String(repeating: "x", count: 1000))</t></si></sst>"]
        let bytes = TestWorkbook.bytes(rows: String(repeating: row, count: 100), texts)
        var limits = ReadingLimits()
        limits.expandedBytes = 100_000
        #expect(ReadTable(file: bytes, limits).failure == nil)
        limits.expandedBytes = 99_999
        #expect(ReadTable(file: bytes, limits).failure == "archive_too_large")
    }

    @Test func overlappingMergesAreRefused() {
        let merges = (0..<20).map { _ in "<mergeCell ref=\"A1:B9\"/>" }.joined()
        let sheet = """
            <worksheet><sheetData><row><c t="str"><v>x</v></c></row><row><c r="C2" t="str"><v>y</v></c></row></sheetData>\
            <mergeCells>\(merges)</mergeCells></worksheet>
            """
        var limits = ReadingLimits()
        limits.cells = 20
        #expect(ReadTable(file: TestWorkbook.bytes(sheet: sheet), limits).cells == [["x", "x"], ["x", "x", "y"]])
        limits.cells = 19
        #expect(ReadTable(file: TestWorkbook.bytes(sheet: sheet), limits).failure == "bad_workbook")
    }
}
