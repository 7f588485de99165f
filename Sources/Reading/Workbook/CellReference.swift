/// Where a cell stands: `C12` is column 2, row 12.
struct CellReference: Equatable {
    static let lastRow = 1_048_576
    static let lastColumn = 16_383

    let column: Int
    let row: Int

    /// Columns are counted from 0, rows from 1, as people see them.
    init?(_ text: Span<UInt8>) {
        var (k, column, row) = (0, 0, 0)
        while k < text.count, k < 3, 0x41...0x5a ~= text[k] {
            column = column * 26 + Int(text[k] - 0x40)
            k += 1
        }
        guard k > 0, k < text.count, text.count - k <= 7 else { return nil }
        while k < text.count {
            guard 0x30...0x39 ~= text[k] else { return nil }
            row = row * 10 + Int(text[k] - 0x30)
            k += 1
        }
        guard 1...Self.lastRow ~= row, column - 1 <= Self.lastColumn else { return nil }
        (self.column, self.row) = (column - 1, row)
    }
}
