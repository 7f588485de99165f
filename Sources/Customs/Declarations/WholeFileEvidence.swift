import Reading

/// What only many rows can tell: which mark stands before decimals, and whether columns of one name say the same.
struct WholeFileEvidence {
    private let numeric: [(column: Int, kind: Field.Kind)]
    private let pairs: [(first: Int, second: Int)]
    private let width: Int
    private(set) var numbers = NumberConvention.Evidence()
    /// A column that differs from the one it repeats.
    private(set) var differing: Int?

    init(_ mapping: ColumnMapping, _ vocabulary: Vocabulary, _ header: TableRecord) {
        numeric = mapping.columns.compactMap { column in
            guard let field = column.field, vocabulary.fields[field].kind.isNumber else { return nil }
            return (column.index, vocabulary.fields[field].kind)
        }
        pairs = mapping.columns.compactMap { column in column.duplicateOf.map { ($0, column.index) } }
        width = header.count
    }

    /// Whether the rows seen so far leave something open.
    func needsAll(isTyped: Bool) -> Bool { !pairs.isEmpty || numbers.decimal == nil && !isTyped }

    mutating func add(_ row: TableRecord) {
        guard row.count >= width else { return }
        for (column, kind) in numeric {
            let text = row.bytes.span.extracting(row.range(column))
            numbers.add(NumberText.read(text, suffix: kind.suffix))
        }
        for (first, second) in pairs where differing == nil {
            if !row.bytes[row.range(first)].elementsEqual(row.bytes[row.range(second)]) { differing = second }
        }
    }
}
