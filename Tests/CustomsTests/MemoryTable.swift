import Reading

/// A table that lies in memory: what a file would give, without one.
final class MemoryTable: Table {
    let encoding: String
    private let rows: [[String]]
    private var place = -1

    init(_ rows: [[String]], encoding: String = "utf-8") { (self.rows, self.encoding) = (rows, encoding) }

    /// One row a line, cells between semicolons.
    convenience init(_ text: String) {
        self.init(
            text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
                line.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
            })
    }

    func next() throws(ReadingError) -> Bool {
        place += 1
        return place < rows.count
    }

    var line: Int { place + 1 }
    var cellCount: Int { rows[place].count }

    func withCell<R>(_ index: Int, _ body: (Span<UInt8>) throws -> R) rethrows -> R {
        let cells = rows[place]
        return try body((index < cells.count ? Array(cells[index].utf8) : []).span)
    }
}
