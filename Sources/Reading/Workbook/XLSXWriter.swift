/// Writes a table as a workbook of one sheet: texts in their cells, numbers as numbers, nothing else.
///
/// Rows are packed as they come, so that memory holds only the packed sheet. What is written to a sheet that is full is
/// left out: ask before each record.
public struct XLSXWriter {
    private var sheet = Deflation()
    private var waiting: [UInt8] = []
    private var row = 0
    private var column = 0
    private let name: String
    private let mostRows: Int

    /// What programs accept as a sheet's name: at most 31 characters, without `[ ] : * ? / \`.
    public init(sheet name: String = "Feuille1") { self.init(sheet: name, mostRows: 1_048_576) }

    init(sheet name: String, mostRows: Int) {
        self.mostRows = mostRows
        let allowed = String(name.filter { !"[]:*?/\\'".contains($0) && !$0.isNewline }.prefix(31))
        self.name = allowed.isEmpty ? "Feuille1" : allowed
        waiting += Self.sheetStart.utf8
    }

    /// Programs read no more rows, and the archive counts in 32 bits.
    public var isFull: Bool { column == 0 && (row >= mostRows || sheet.size >= Self.mostBytes) }

    /// A cell of text. What a spreadsheet would take for a formula, were it typed in, gets an apostrophe in front.
    public mutating func text(_ text: some Sequence<UInt8>) {
        guard !isFull else { return }
        openCell("t=\"inlineStr\"><is><t xml:space=\"preserve\">")
        XMLEscaping.append(FormulaGuard.guarded(Array(text)), to: &waiting)
        waiting += "</t></is></c>".utf8
    }

    public mutating func text(_ text: String) { self.text(text.utf8) }

    /// A number in digits with a decimal point; what is none is written as text.
    public mutating func number(_ text: String) {
        guard DecimalText(text.utf8.span) != nil else { return self.text(text) }
        guard !isFull else { return }
        openCell("><v>")
        waiting += text.utf8
        waiting += "</v></c>".utf8
    }

    public mutating func skip() {
        guard !isFull else { return }
        openRow()
        column += 1
    }

    public mutating func endRecord() {
        guard !isFull else { return }
        openRow()
        waiting += "</row>".utf8
        column = 0
        if waiting.count >= 64 << 10 { pack() }
    }

    public mutating func record(_ texts: [String]) {
        for text in texts { self.text(text) }
        endRecord()
    }

    /// The whole file.
    public consuming func finish() -> [UInt8] {
        if column > 0 { endRecord() }
        waiting += Self.sheetEnd.utf8
        pack()
        sheet.finish()
        var archive = ZipWriter()
        archive.add("[Content_Types].xml", Self.contentTypes)
        archive.add("_rels/.rels", Self.relations)
        archive.add("xl/workbook.xml", workbook)
        archive.add("xl/_rels/workbook.xml.rels", Self.workbookRelations)
        archive.add("xl/worksheets/sheet1.xml", sheet)
        return archive.finish()
    }

    private mutating func openRow() {
        guard column == 0 else { return }
        row += 1
        waiting += "<row r=\"\(row)\">".utf8
    }

    private mutating func openCell(_ rest: StaticString) {
        openRow()
        waiting += "<c r=\"\(Self.letters(column))\(row)\" ".utf8
        waiting += UnsafeBufferPointer(start: rest.utf8Start, count: rest.utf8CodeUnitCount)
        column += 1
    }

    private mutating func pack() {
        sheet.write(waiting)
        waiting.removeAll(keepingCapacity: true)
    }

    /// `A` to `Z`, then `AA`.
    static func letters(_ column: Int) -> String {
        var (rest, text) = (column + 1, "")
        while rest > 0 {
            rest -= 1
            text = String(UnicodeScalar(UInt8(0x41 + rest % 26))) + text
            rest /= 26
        }
        return text
    }
}

extension XLSXWriter {
    private static let mostBytes = 3 << 30
    private static let head = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"# + "\n"
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let document = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let package = "http://schemas.openxmlformats.org/package/2006"
    private static let type = "application/vnd.openxmlformats-officedocument.spreadsheetml"

    private static let sheetStart = "\(head)<worksheet xmlns=\"\(main)\"><sheetData>"
    private static let sheetEnd = "</sheetData></worksheet>"
    private static let contentTypes = """
        \(head)<Types xmlns="\(package)/content-types">\
        <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
        <Override PartName="/xl/workbook.xml" ContentType="\(type).sheet.main+xml"/>\
        <Override PartName="/xl/worksheets/sheet1.xml" ContentType="\(type).worksheet+xml"/></Types>
        """
    private static let relations = """
        \(head)<Relationships xmlns="\(package)/relationships">\
        <Relationship Id="rId1" Type="\(document)/officeDocument" Target="xl/workbook.xml"/></Relationships>
        """
    private static let workbookRelations = """
        \(head)<Relationships xmlns="\(package)/relationships">\
        <Relationship Id="rId1" Type="\(document)/worksheet" Target="worksheets/sheet1.xml"/></Relationships>
        """
    private var workbook: String {
        var escaped: [UInt8] = []
        XMLEscaping.append(Array(name.utf8), to: &escaped)
        return """
            \(Self.head)<workbook xmlns="\(Self.main)" xmlns:r="\(Self.document)"><sheets>\
            <sheet name="\(String(decoding: escaped, as: UTF8.self))" sheetId="1" r:id="rId1"/></sheets></workbook>
            """
    }
}
