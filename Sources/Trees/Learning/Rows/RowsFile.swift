import JSON

/// Rows to be scored: CSV with a header, or a JSON array of arrays.
public enum RowsFile {
    /// What a model wants to be given.
    public struct Column: Equatable, Sendable {
        public let name: String
        /// Whether its values are texts.
        public let isText: Bool

        public init(_ name: String, isText: Bool) { (self.name, self.isText) = (name, isText) }
    }

    /// A value a column and row, rows one after the other.
    ///
    /// A CSV's columns are found by name, wherever they stand, and others are left alone; only when it has none of the
    /// names, and as many columns as are wanted, are they taken in order. A JSON row has its values in order.
    public static func read(_ bytes: [UInt8], columns: [Column]) throws(LearningError) -> [RowEncoder.Value] {
        let first = bytes.first { !$0.isSpace }
        return try first == UInt8(ascii: "[") ? json(bytes, columns) : csv(TextTable(bytes), columns)
    }

    private static func csv(_ text: TextTable, _ columns: [Column]) throws(LearningError) -> [RowEncoder.Value] {
        let places = try places(text, columns)
        var values: [RowEncoder.Value] = []
        values.reserveCapacity(text.rowCount * columns.count)
        for row in 0..<text.rowCount {
            for (column, place) in zip(columns, places) {
                if column.isText {
                    values.append(.text(text.text(row, place)))
                } else {
                    guard let number = text.number(row, place) ?? infinities[text.text(row, place)] else {
                        throw LearningError(.badRow, text.place(row, place))
                    }
                    values.append(.number(number))
                }
            }
        }
        return values
    }

    private static func places(_ text: TextTable, _ columns: [Column]) throws(LearningError) -> [Int] {
        let found = columns.map { text.column($0.name) }
        if found.allSatisfy({ $0 == nil }), text.names.count == columns.count { return Array(columns.indices) }
        var places: [Int] = []
        for (column, place) in zip(columns, found) {
            guard let place else { throw LearningError(.missingColumn, "« \(column.name) »") }
            places.append(place)
        }
        return places
    }

    private static func json(_ bytes: [UInt8], _ columns: [Column]) throws(LearningError) -> [RowEncoder.Value] {
        var reader = JSONReader(bytes.span.bytes)
        var values: [RowEncoder.Value] = []
        var (row, place) = (0, 0)
        var isWrongCount = false
        do throws(JSONError) {
            try reader.array { reader throws(JSONError) in
                (row, place) = (row + 1, 0)
                let start = try reader.offset()
                try reader.array { reader throws(JSONError) in
                    place += 1
                    isWrongCount = place > columns.count
                    guard !isWrongCount else { throw reader.refusal(at: start) }
                    values.append(try value(&reader, isText: columns[place - 1].isText))
                }
                isWrongCount = place != columns.count
                guard !isWrongCount else { throw reader.refusal(at: start) }
            }
            try reader.finish()
        } catch {
            if isWrongCount {
                let subject = "ligne \(row), \(place) valeurs au lieu de \(columns.count)"
                throw LearningError(.badRow, subject, detail: error.description)
            }
            let name = 1...columns.count ~= place ? ", colonne « \(columns[place - 1].name) »" : ""
            throw LearningError(.badRow, "ligne \(row)\(name)", detail: error.description)
        }
        return values
    }

    private static func value(_ reader: inout JSONReader, isText: Bool) throws(JSONError) -> RowEncoder.Value {
        switch try reader.kind() {
        case .null:
            _ = try reader.null()
            return isText ? .text("") : .number(.nan)
        case .string:
            let start = try reader.offset()
            let text = try reader.string()
            if isText { return .text(text) }
            guard let number = infinities[text] else { throw reader.refusal(at: start) }
            return .number(number)
        // A number where a text is wanted is the category's code.
        default: return .number(try reader.double())
        }
    }

    /// What neither format has digits for.
    private static let infinities = ["inf": Double.infinity, "-inf": -Double.infinity]
}

extension UInt8 {
    fileprivate var isSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
