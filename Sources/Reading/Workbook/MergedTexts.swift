/// Repeats the text of merged cells in all the cells that they cover, as rows go by.
struct MergedTexts {
    private struct Active {
        let range: MergedRange
        var text: [UInt8]
    }

    /// By their first row.
    private let ranges: [MergedRange]
    private var position = 0
    private var active: [Active] = []

    init(_ ranges: [MergedRange]) { self.ranges = ranges }

    /// A cell of the row has this text: it may be the first of a range.
    mutating func note(_ record: TableRecord, _ text: Range<Int>, _ row: Int, _ column: Int) {
        while position < ranges.count, ranges[position].rows.lowerBound < row { position += 1 }
        var k = position
        while k < ranges.count, ranges[k].rows.lowerBound == row {
            if ranges[k].columns.lowerBound == column {
                active.append(Active(range: ranges[k], text: Array(record.bytes[text])))
            }
            k += 1
        }
    }

    /// Fills the cells of the row that ranges cover and that hold nothing of their own.
    mutating func complete(_ record: inout TableRecord, _ row: Int, _ limits: ReadingLimits) throws(ReadingError) {
        guard !active.isEmpty else { return }
        active.removeAll { $0.range.rows.upperBound < row }
        // Ranges do not overlap, so there are no more of them than columns.
        guard active.count <= limits.cells else { throw .badWorkbook("overlapping merged ranges") }
        for merge in active {
            let columns = merge.range.columns.clamped(to: 0...max(0, limits.cells - 1))
            var range: Range<Int>?
            for column in columns where record.range(column).isEmpty {
                let shown = range ?? record.append { $0.append(contentsOf: merge.text) }
                range = shown
                record.show(shown, in: column)
            }
            guard record.bytes.count <= limits.recordBytes else { throw .recordTooLong(line: row, limits.recordBytes) }
        }
    }
}
