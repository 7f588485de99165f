/// A sheet of a workbook, row by row.
///
/// Rows and cells that the sheet does not store are blank; blank rows behind the last that is not are left out. A text
/// in merged cells stands in all of them. A number stands only in the first: amounts must not count twice.
final class SheetTable: Table {
    let encoding = "xlsx"
    private(set) var line = 0
    var cellCount: Int { isBlank ? 0 : record.count }

    private let xml: XMLReader
    private let limits: ReadingLimits
    private let value: CellValue
    private var merges: MergedTexts
    private var record = RecordBuffer()
    /// The row in `record`, which comes once the blank ones before it have come.
    private var storedRow = 0
    private var isBlank = true
    private var recordCount = 0
    private var delivered = 0
    private var scratch: [UInt8] = []

    init(_ workbook: Workbook, _ xml: XMLReader, _ merged: [MergedRange]) throws(ReadingError) {
        (self.xml, limits) = (xml, workbook.limits)
        value = CellValue(texts: workbook.texts, formats: workbook.formats, startsIn1904: workbook.startsIn1904)
        merges = MergedTexts(merged)
    }

    func next() throws(ReadingError) -> Bool {
        if line == storedRow { guard try readRow() else { return false } }
        guard recordCount < limits.records else { throw .tooManyRecords(limits.records) }
        recordCount += 1
        line += 1
        isBlank = line < storedRow
        return true
    }

    func withCell<R>(_ index: Int, _ body: (Span<UInt8>) throws -> R) rethrows -> R {
        try record.withCell(isBlank ? -1 : index, body)
    }

    func appendCells(to bytes: inout [UInt8], ends: inout [Int]) {
        if !isBlank { record.appendCells(to: &bytes, ends: &ends) }
    }

    /// Reads on to the next row that has a value.
    private func readRow() throws(ReadingError) -> Bool {
        var row = storedRow
        while true {
            switch try xml.next() {
            case .open where xml.isNamed("row"):
                row = try rowNumber(after: row)
                record.removeAll()
                try readCells(row)
                if record.count > 0 {
                    try merges.complete(&record, row, limits)
                    storedRow = row
                    // One shared text may stand in every cell: a small file can make a long table.
                    delivered += record.bytes.count
                    guard delivered <= limits.expandedBytes else { throw .tooExpanded("repeated texts") }
                    return true
                }
            case .end: return false
            default: continue
            }
        }
    }

    private func rowNumber(after last: Int) throws(ReadingError) -> Int {
        guard let range = xml.value("r") else { return last + 1 }
        guard let row = XMLText.number(xml.base, range), row > last, row <= CellReference.lastRow else {
            throw .badWorkbook("rows out of order")
        }
        return row
    }

    private func readCells(_ row: Int) throws(ReadingError) {
        var column = -1
        while true {
            switch try xml.next() {
            case .open where xml.isNamed("c"):
                column = try self.column(after: column, row)
                try readCell(column, row)
            case .open: try xml.skipElement()
            case .close, .end: return
            case .text: continue
            }
        }
    }

    private func column(after last: Int, _ row: Int) throws(ReadingError) -> Int {
        guard let range = xml.value("r") else { return last + 1 }
        let text = UnsafeBufferPointer(start: xml.base + range.lowerBound, count: range.count)
        guard let place = CellReference(text.span), place.row == row, place.column > last else {
            throw .badWorkbook("cells out of order")
        }
        return place.column
    }

    private func readCell(_ column: Int, _ row: Int) throws(ReadingError) {
        let kind = try CellValue.kind(xml)
        let style = xml.number("s") ?? 0
        scratch.removeAll(keepingCapacity: true)
        reading: while true {
            switch try xml.next() {
            case .open where xml.isNamed("v"):
                while try xml.next() == .text { try xml.appendText(to: &scratch) }
            case .open where xml.isNamed("is") && kind == .inline: try RichText.append(xml, to: &scratch)
            case .open: try xml.skipElement()
            case .close, .end: break reading
            case .text: continue
            }
        }
        guard !scratch.isEmpty else { return }
        guard column < limits.cells else { throw .tooManyCells(line: row, limits.cells) }
        let range = try record.append { bytes throws(ReadingError) in
            try value.append(scratch, kind, style: style, to: &bytes)
        }
        guard range.count <= limits.cellBytes else { throw .cellTooLong(line: row, limits.cellBytes) }
        guard range.upperBound <= limits.recordBytes else { throw .recordTooLong(line: row, limits.recordBytes) }
        guard !range.isEmpty else { return }
        record.show(range, in: column)
        if kind == .shared || kind == .inline || kind == .text { merges.note(record, range, row, column) }
    }
}
