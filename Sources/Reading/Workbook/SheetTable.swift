/// A sheet of a workbook, row by row.
///
/// Rows and cells that the sheet does not store are blank; blank rows behind the last that is not are left out. A text
/// in merged cells stands in all of them. A number stands only in the first: amounts must not count twice.
final class SheetTable: Table {
    let encoding = "xlsx"
    private(set) var line = 0
    var cellCount: Int { isBlank ? 0 : rows.record.count }

    private let limits: ReadingLimits
    private var rows: SheetRows
    private var isBlank = true
    private var recordCount = 0

    init(_ workbook: Workbook, _ xml: consuming XMLReader, _ merged: [MergedRange]) {
        limits = workbook.limits
        rows = SheetRows(workbook, xml, merged)
    }

    func next() throws(ReadingError) -> Bool {
        if line == rows.row { guard try rows.next() else { return false } }
        guard recordCount < limits.records else { throw .tooManyRecords(limits.records) }
        recordCount += 1
        line += 1
        isBlank = line < rows.row
        return true
    }

    func withCell<R>(_ index: Int, _ body: (Span<UInt8>) throws -> R) rethrows -> R {
        try rows.record.withCell(isBlank ? -1 : index, body)
    }

    func copy(into other: inout TableRecord) { other.become(isBlank ? TableRecord() : rows.record, line: line) }
}
