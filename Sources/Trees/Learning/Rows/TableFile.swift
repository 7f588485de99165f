import Platform

/// Reads a training table from a plain file: one row a declaration, a column for each feature, and some that say what
/// the row is rather than what it looks like.
public enum TableFile {
    /// The columns that are not features.
    public enum Role: String, CaseIterable, Sendable {
        /// 1 for a fraud, else 0. The only one that must be there.
        case label = "etiquette"
        /// ISO 8601. Without it the order of the lines is that of time.
        case day = "date"
        /// When the outcome was known; the day itself when empty.
        case knownDay = "connu_le"
        case weight = "poids"
        /// What the row would bring in if it is a fraud.
        case duty = "enjeu"
        /// A word of `LabelProvenance`; `import_historique` when there is no such column.
        case provenance
    }

    /// Reads files of the same columns as one table. A column is text when it has a value in any of them that is no
    /// number. Without dates the rows count as days from `firstDay` on; the answer says whether it was so.
    public static func read(
        paths: [String], firstDay: Int32 = 0
    ) throws(LearningError) -> (table: TrainingTable, isUndated: Bool) {
        var texts: [TextTable] = []
        for path in paths { texts.append(try open(path)) }
        let dated = texts.count(where: { $0.column(Role.day.rawValue) != nil })
        guard let first = texts.first, dated == 0 || dated == texts.count else {
            throw LearningError(.missingColumn, Role.day.rawValue)
        }
        let categorical = texts.reduce(into: Set<String>()) { $0.formUnion(textColumns($1)) }
        var table = try read(first, categorical: categorical, firstDay: firstDay)
        for text in texts.dropFirst() {
            let start = firstDay + Int32(table.count)
            table = try table.joined(with: read(text, categorical: categorical, firstDay: start))
        }
        return (table, dated == 0)
    }

    /// Reads a file for a package, whose columns say what is a text and what a number.
    public static func read(path: String, for columns: [InputColumn]) throws(LearningError) -> TrainingTable {
        let text = try open(path)
        for column in columns where text.column(column.name) == nil {
            throw LearningError(.missingColumn, "« \(column.name) »")
        }
        let texts = Set(columns.filter { !$0.encoding.takesNumbers }.map(\.name))
        let wanted = Set(columns.map(\.name))
        return try read(text, categorical: texts.union(Set(text.names).subtracting(wanted)))
    }

    private static func open(_ path: String) throws(LearningError) -> TextTable {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try File.read(path, limit: TextTable.largest) } catch {
            throw LearningError(.unreadable, path, detail: error.message)
        }
        do throws(LearningError) { return try TextTable(bytes) } catch {
            throw LearningError(error.reason, "\(path), \(error.subject)", detail: error.detail)
        }
    }

    static func textColumns(_ text: TextTable) -> Set<String> {
        let roles = Set(Role.allCases.map(\.rawValue))
        return Set(
            text.names.enumerated().filter { column, name in
                !roles.contains(name) && !(0..<text.rowCount).allSatisfy { text.number($0, column) != nil }
            }.map(\.element))
    }

    /// `categorical` names the columns that are texts; nil: those with a value that is no number. `firstDay` is where
    /// undated rows begin to count.
    static func read(
        _ text: TextTable, categorical: Set<String>? = nil, firstDay: Int32 = 0
    ) throws(LearningError) -> TrainingTable {
        let categorical = categorical ?? textColumns(text)
        let rows = 0..<text.rowCount
        guard let label = text.column(Role.label.rawValue) else {
            throw LearningError(.missingColumn, Role.label.rawValue)
        }
        let roles = Set(Role.allCases.map(\.rawValue))
        var columns: [TrainingTable.Column] = []
        for (column, name) in text.names.enumerated() where !roles.contains(name) {
            if categorical.contains(name) {
                columns.append(.init(name, texts: rows.map { text.text($0, column) }))
            } else {
                columns.append(.init(name, numbers: try values(text, column).map { Float($0) }))
            }
        }
        var labels: [Bool] = []
        for (row, value) in try values(text, label).enumerated() {
            guard value == 0 || value == 1 else { throw LearningError(.badRow, text.place(row, label)) }
            labels.append(value == 1)
        }
        let day = try text.column(Role.day.rawValue).map { column throws(LearningError) in try days(text, column) }
        return try TrainingTable(
            columns: columns, labels: labels, weights: try amounts(text, .weight),
            days: day ?? rows.map { firstDay + Int32($0) }, knownDays: try knownDays(text, day),
            duties: try amounts(text, .duty), provenances: try provenances(text))
    }

    private static func values(_ text: TextTable, _ column: Int) throws(LearningError) -> [Double] {
        var values: [Double] = []
        values.reserveCapacity(text.rowCount)
        for row in 0..<text.rowCount {
            guard let value = text.number(row, column), !Float(value).isInfinite else {
                throw LearningError(.badRow, text.place(row, column))
            }
            values.append(value)
        }
        return values
    }

    private static func amounts(_ text: TextTable, _ role: Role) throws(LearningError) -> [Double]? {
        guard let column = text.column(role.rawValue) else { return nil }
        let amounts = try values(text, column)
        if let row = amounts.firstIndex(where: { !($0 >= 0) }) {
            throw LearningError(.badWeight, text.place(row, column))
        }
        return amounts
    }

    private static func days(_ text: TextTable, _ column: Int) throws(LearningError) -> [Int32] {
        var days: [Int32] = []
        for row in 0..<text.rowCount {
            guard let date = CivilDate(iso: text.text(row, column)) else {
                throw LearningError(.badRow, text.place(row, column))
            }
            days.append(Int32(date.daysSinceEpoch))
        }
        return days
    }

    private static func knownDays(_ text: TextTable, _ days: [Int32]?) throws(LearningError) -> [Int32]? {
        guard let days, let column = text.column(Role.knownDay.rawValue) else { return nil }
        var known = days
        for row in 0..<text.rowCount where !text.isEmpty(row, column) {
            guard let date = CivilDate(iso: text.text(row, column)) else {
                throw LearningError(.badRow, text.place(row, column))
            }
            known[row] = Int32(date.daysSinceEpoch)
        }
        return known
    }

    private static func provenances(_ text: TextTable) throws(LearningError) -> [LabelProvenance] {
        guard let column = text.column(Role.provenance.rawValue) else {
            return [LabelProvenance](repeating: .importHistorique, count: text.rowCount)
        }
        var provenances: [LabelProvenance] = []
        for row in 0..<text.rowCount {
            guard let provenance = LabelProvenance(rawValue: text.text(row, column)) else {
                throw LearningError(.badRow, text.place(row, column))
            }
            provenances.append(provenance)
        }
        return provenances
    }
}
