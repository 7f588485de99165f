import Testing

@testable import Reading

@Suite struct FormulaGuardTests {
    @Test(arguments: [
        "=1+1", "+cmd|' /c calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "-", "+", "=", "-1e5", "+-1", "--1",
    ])
    func formulas(_ text: String) { #expect(FormulaGuard.guarded(Array(text.utf8)) == Array(("'" + text).utf8)) }

    @Test(arguments: ["", "a=1", "'=1", "-12", "-1 259,712", "+221 33 123", "1-1", "é", " =1", "-0.5"])
    func texts(_ text: String) { #expect(FormulaGuard.guarded(Array(text.utf8)) == Array(text.utf8)) }

    @Test func exports() {
        var csv = CSVWriter(isMarked: false)
        csv.record(["=A1;B", "x"])
        csv.number("-5")
        csv.endRecord()
        #expect(String(decoding: csv.drain(), as: UTF8.self) == "\"'=A1;B\";x\r\n-5\r\n")
        #expect(csv.count == 0)
        var workbook = XLSXWriter()
        workbook.record(["=A1", "-x", "-5"])
        #expect(ReadTable(file: workbook.finish()).cells == [["'=A1", "'-x", "-5"]])
    }
}
