/// One record of a table, in memory of its own that the next one uses again: texts, and where the cells lie in them.
public struct TableRecord: Sendable {
    /// Where a cell's text lies among the bytes of its record.
    struct Bounds: Sendable {
        var start: Int32
        var end: Int32
    }

    /// The texts of all cells, in any order, and maybe something between them.
    public internal(set) var bytes: [UInt8] = []
    private var cells: [Bounds] = []
    /// The physical line where it starts, or the row of a sheet.
    public private(set) var line = 0

    public init() {}

    public var count: Int { cells.count }

    /// Where the text of a cell lies in `bytes`; empty when there is no such cell.
    @inline(__always)
    public func range(_ index: Int) -> Range<Int> {
        guard index >= 0, index < cells.count else { return 0..<0 }
        return Int(cells[index].start)..<Int(cells[index].end)
    }

    public func withCell<R>(_ index: Int, _ body: (Span<UInt8>) throws -> R) rethrows -> R {
        try body(bytes.span.extracting(range(index)))
    }

    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
    }

    /// Becomes what `other` is, without sharing memory with it.
    mutating func become(_ other: TableRecord, line: Int) {
        removeAll()
        bytes.append(contentsOf: other.bytes)
        cells.append(contentsOf: other.cells)
        self.line = line
    }

    /// Becomes a record whose cells lie within `text`.
    mutating func become(_ text: UnsafeBufferPointer<UInt8>, _ bounds: UnsafeBufferPointer<Bounds>, line: Int) {
        removeAll()
        bytes.append(contentsOf: text)
        cells.append(contentsOf: bounds)
        self.line = line
    }
}

/// A record is put together cell by cell. Cells may come in any order, and several may show the same text.
extension TableRecord {
    /// Appends what `write` writes and says where it lies. It is nobody's cell yet.
    mutating func append<Failure: Error>(
        _ write: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) -> Range<Int> {
        let start = bytes.count
        try write(&bytes)
        return start..<bytes.count
    }

    /// Shows `range` in `column`; what lies before it and was never set is empty.
    mutating func show(_ range: Range<Int>, in column: Int) {
        while cells.count <= column { cells.append(Bounds(start: 0, end: 0)) }
        cells[column] = Bounds(start: Int32(range.lowerBound), end: Int32(range.upperBound))
    }

    /// Becomes a copy of any table's record.
    mutating func become(_ table: some Table) {
        removeAll()
        line = table.line
        for index in 0..<table.cellCount {
            let range = append { bytes in
                table.withCell(index) { cell in cell.withUnsafeBufferPointer { bytes.append(contentsOf: $0) } }
            }
            show(range, in: index)
        }
    }
}
