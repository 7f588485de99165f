/// One record put together cell by cell, in memory that the next one uses again. Cells may come in any order, and
/// several may show the same text.
struct RecordBuffer {
    private(set) var bytes: [UInt8] = []
    private var cells: [(start: Int, end: Int)] = []

    var count: Int { cells.count }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        cells.removeAll(keepingCapacity: true)
    }

    /// Appends what `write` writes and says where it lies. It is nobody's cell yet.
    mutating func append<Failure: Error>(_ write: (inout [UInt8]) throws(Failure) -> Void) throws(Failure) -> Range<Int>
    {
        let start = bytes.count
        try write(&bytes)
        return start..<bytes.count
    }

    /// Shows `range` in `column`; what lies before it and was never set is empty.
    mutating func show(_ range: Range<Int>, in column: Int) {
        while cells.count <= column { cells.append((0, 0)) }
        cells[column] = (range.lowerBound, range.upperBound)
    }

    func range(_ index: Int) -> Range<Int> {
        guard index >= 0, index < cells.count else { return 0..<0 }
        return cells[index].start..<cells[index].end
    }

    func withCell<R>(_ index: Int, _ body: (Span<UInt8>) throws -> R) rethrows -> R {
        try body(bytes.span.extracting(range(index)))
    }

    func appendCells(to other: inout [UInt8], ends: inout [Int]) {
        for cell in cells {
            other.append(contentsOf: bytes[cell.start..<cell.end])
            ends.append(other.count)
        }
    }
}
