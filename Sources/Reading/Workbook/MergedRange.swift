/// Cells that a sheet shows as one.
struct MergedRange: Sendable, Equatable {
    let rows: ClosedRange<Int>
    let columns: ClosedRange<Int>

    /// All of a sheet, by their first row. The whole sheet is unpacked, so a damaged one is found out before it is used.
    static func all(_ xml: consuming XMLReader, _ limits: ReadingLimits) throws(ReadingError) -> [MergedRange] {
        var ranges: [MergedRange] = []
        while true {
            switch try xml.next() {
            case .open where xml.isNamed("sheetData"): try xml.passOver("sheetData")
            case .open where xml.isNamed("mergeCell"):
                guard ranges.count < limits.mergedRanges else { throw .badWorkbook("too many merged ranges") }
                guard let text = try xml.string("ref"), let range = MergedRange(text) else {
                    throw .badWorkbook("a merged range that is none")
                }
                ranges.append(range)
            case .end: return ranges.sorted { $0.rows.lowerBound < $1.rows.lowerBound }
            default: continue
            }
        }
    }

    init(rows: ClosedRange<Int>, columns: ClosedRange<Int>) { (self.rows, self.columns) = (rows, columns) }

    /// `B2:D2`
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = CellReference(Array(parts[0].utf8).span),
            let last = CellReference(Array(parts[1].utf8).span), first.row <= last.row, first.column <= last.column
        else { return nil }
        self.init(rows: first.row...last.row, columns: first.column...last.column)
    }
}
