/// The rows of a sheet that hold something.
struct SheetRows: ~Copyable {
    /// The number of the row that was read last.
    private(set) var row = 0
    private(set) var record = TableRecord()

    private var xml: XMLReader
    private let limits: ReadingLimits
    private let value: CellValue
    private var merges: MergedTexts
    private var delivered = 0
    private var scratch: [UInt8] = []

    init(_ workbook: Workbook, _ xml: consuming XMLReader, _ merged: [MergedRange]) {
        self.xml = xml
        limits = workbook.limits
        value = CellValue(texts: workbook.texts, formats: workbook.formats, startsIn1904: workbook.startsIn1904)
        merges = MergedTexts(merged)
    }

    /// Reads on to the next row that has a value.
    mutating func next() throws(ReadingError) -> Bool {
        var row = self.row
        while true {
            switch try xml.next() {
            case .open where xml.isNamed("row"):
                row = try rowNumber(after: row)
                record.removeAll()
                try readCells(row)
                if record.count > 0 {
                    try merges.complete(&record, row, limits)
                    self.row = row
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

    private mutating func readCells(_ row: Int) throws(ReadingError) {
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

    private mutating func readCell(_ column: Int, _ row: Int) throws(ReadingError) {
        let kind = try CellValue.kind(xml)
        let style = xml.number("s") ?? 0
        scratch.removeAll(keepingCapacity: true)
        reading: while true {
            switch try xml.next() {
            case .open where xml.isNamed("v"):
                while try xml.next() == .text { try xml.appendText(to: &scratch) }
            case .open where xml.isNamed("is") && kind == .inline: try RichText.append(&xml, to: &scratch)
            case .open: try xml.skipElement()
            case .close, .end: break reading
            case .text: continue
            }
        }
        guard !scratch.isEmpty else { return }
        guard column < limits.cells else { throw .tooManyCells(line: row, limits.cells) }
        let start = record.bytes.count
        try value.append(scratch, kind, style: style, to: &record.bytes)
        let range = start..<record.bytes.count
        guard range.count <= limits.cellBytes else { throw .cellTooLong(line: row, limits.cellBytes) }
        guard range.upperBound <= limits.recordBytes else { throw .recordTooLong(line: row, limits.recordBytes) }
        guard !range.isEmpty else { return }
        record.show(range, in: column)
        if kind == .shared || kind == .inline || kind == .text { merges.note(record, range, row, column) }
    }
}
