/// A sheet of a workbook.
public struct Sheet: Sendable, Equatable {
    public let name: String
    public let isVisible: Bool
    /// The archive's file that holds it.
    let part: String
}

/// An XLSX workbook: what all of its sheets share.
final class Workbook {
    static let mainPart = "xl/workbook.xml"

    let archive: ZipArchive
    let limits: ReadingLimits
    let sheets: [Sheet]
    let texts: SharedTexts
    let formats: CellFormats
    /// Days are counted from 1904 and not from 1900.
    let startsIn1904: Bool
    private var merges: [String: [MergedRange]] = [:]

    init(_ document: DocumentBytes, _ limits: ReadingLimits) throws(ReadingError) {
        let archive = try ZipArchive(document, limits)
        (self.archive, self.limits) = (archive, limits)
        if archive.entries.contains(where: { $0.name.hasSuffix("vbaproject.bin") }) {
            throw ReadingError(
                "macro_workbook", "Le classeur contient des macros : enregistrez-le au format .xlsx, qui n’en a pas.")
        }
        func reader(_ part: String) throws(ReadingError) -> XMLReader? {
            guard let entry = archive[part] else { return nil }
            return XMLReader(try archive.open(entry), longestToken: limits.recordBytes)
        }
        guard let main = try reader(Self.mainPart) else { throw .badWorkbook("no \(Self.mainPart)") }
        let relations = try WorkbookRelations(archive, limits)
        let list = try SheetList(main, relations, limits)
        (sheets, startsIn1904) = (list.sheets, list.startsIn1904)
        if let xml = try reader(relations.sharedTexts) {
            texts = try SharedTexts(xml, limits)
        } else {
            texts = SharedTexts()
        }
        if let xml = try reader(relations.styles) {
            formats = try CellFormats(xml)
        } else {
            formats = CellFormats()
        }
    }

    func table(_ sheet: Sheet) throws(ReadingError) -> SheetTable {
        if let known = merges[sheet.part] { return SheetTable(self, try reader(sheet), known) }
        // They stand behind the rows, which need them.
        let found = try MergedRange.all(reader(sheet), limits)
        merges[sheet.part] = found
        return SheetTable(self, try reader(sheet), found)
    }

    /// The first visible sheet with a row that looks like a header, else the first that is visible.
    func preferredSheet() throws(ReadingError) -> Sheet {
        let visible = sheets.filter(\.isVisible)
        guard let first = visible.first ?? sheets.first else {
            throw ReadingError("no_sheet", "Le classeur n’a pas de feuille de calcul.")
        }
        guard visible.count > 1 else { return first }
        for sheet in visible where try hasHeader(sheet) { return sheet }
        return first
    }

    private static let deepestHeader = 60
    private static let fewestNames = 5

    /// Whether one of the first rows has enough cells that are words.
    private func hasHeader(_ sheet: Sheet) throws(ReadingError) -> Bool {
        let table = SheetTable(self, try reader(sheet), [])
        while table.line < Self.deepestHeader, try table.next() {
            let words = (0..<table.cellCount).count { index in
                table.withCell(index) { cell in cell.count > 0 && !(0x2b...0x39 ~= cell[0]) }
            }
            if words >= Self.fewestNames { return true }
        }
        return false
    }

    private func reader(_ sheet: Sheet) throws(ReadingError) -> XMLReader {
        guard let entry = archive[sheet.part] else { throw .badWorkbook("no \(sheet.part)") }
        return try XMLReader(archive.open(entry), longestToken: limits.recordBytes)
    }
}
