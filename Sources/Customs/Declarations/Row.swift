import Reading

/// A copy of one record of a table, in memory that the next one uses again.
struct Row {
    private(set) var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// Where it starts in its file.
    private(set) var line = 0

    var count: Int { ends.count }

    mutating func load(_ table: any Table) {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        line = table.line
        table.appendCells(to: &bytes, ends: &ends)
    }

    func range(_ index: Int) -> Range<Int> {
        guard index < ends.count else { return bytes.count..<bytes.count }
        return (index == 0 ? 0 : ends[index - 1])..<ends[index]
    }

    func text(_ index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }

    func isBlank(_ index: Int) -> Bool {
        let (start, end) = TextEdges.trimmed(bytes.span.extracting(range(index)))
        return start == end
    }
}
