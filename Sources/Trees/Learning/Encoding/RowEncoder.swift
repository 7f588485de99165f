/// Turns a row's values into a forest's cells.
public struct RowEncoder: Equatable, Sendable {
    public let columns: [InputColumn]
    /// Where each column's cells begin; one more entry than columns.
    public let offsets: [Int]
    /// The cells of each column: what one feature's share of an explanation is summed over.
    public let groups: [Range<Int>]

    public init(_ columns: [InputColumn]) {
        self.columns = columns
        let offsets = columns.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.encoding.cellCount) }
        self.offsets = offsets
        groups = columns.indices.map { offsets[$0]..<offsets[$0 + 1] }
    }

    public var cellCount: Int { offsets[offsets.count - 1] }

    /// One value of a row as it is given.
    public enum Value: Equatable, Sendable {
        /// NaN is missing.
        case number(Double)
        /// The empty text is what is missing.
        case text(String)
    }

    /// Fills `cellCount` cells. Nothing is allocated. A value of the wrong type counts as missing.
    public func fill(_ cells: UnsafeMutablePointer<Float>, from row: [Value]) {
        precondition(row.count == columns.count, "a row has one value a column")
        fill(cells) { row[$0] }
    }

    /// The same, asking for the value of each column.
    @inline(__always)
    func fill(_ cells: UnsafeMutablePointer<Float>, _ value: (Int) -> Value) {
        for column in columns.indices {
            let place = cells + offsets[column]
            switch (columns[column].encoding, value(column)) {
            case (.number, .number(let value)): place[0] = Float(value)
            case (.number, .text): place[0] = .nan
            case (.numberAndLevel, .number(let value)):
                place[0] = Float(value)
                place[1] = Cell.category(ColumnEncoding.text(of: Float(value)))
            case (let encoding, .text(let text)): encoding.fill(place, text: text)
            case (let encoding, .number): encoding.fill(place, text: "")
            }
        }
    }

    /// The cells that are categories.
    public var categoryCells: [Int] {
        columns.indices.flatMap { column in
            (0..<columns[column].encoding.cellCount).filter { columns[column].encoding.isCategory(cell: $0) }
                .map { offsets[column] + $0 }
        }
    }

    /// The names of the cells, as the forest's file may show them.
    public var cellNames: [String] {
        columns.flatMap { column in (0..<column.encoding.cellCount).map { column.cellName($0) } }
    }
}
