/// How a column becomes cells that trees can ask. It belongs to the package: what it learned is stored in it.
public enum ColumnEncoding: Equatable, Sendable {
    /// What may be asked for.
    public enum Kind: String, CaseIterable, Sendable {
        case number = "nombre"
        case oneHot = "indicatrices"
        case frequency = "frequence"
        case target = "taux_ordonne"
        case rank = "rang"
        case level = "modalite"
        case numberAndLevel = "nombre_et_modalite"
    }

    /// As it is; missing is NaN.
    case number
    /// A cell for each level, and one for all others.
    case oneHot(LevelTable)
    /// The share of the rows that had it; 0 for what never came.
    case frequency(FrequencyTable)
    case target(TargetStatistic)
    /// The text's place among the levels in the order of their bytes, so that codes with the same beginning lie
    /// together; between two places for a text that never came, missing for the empty one.
    case rank(LevelTable)
    /// Itself, for a forest that knows categories.
    case level
    /// As it is, and beside it the same number as a category: what is equal may matter more than what is near.
    case numberAndLevel

    /// A category with fewer levels gets a cell for each, unless told otherwise.
    public static let oneHotBelow = 8
    /// Of a category; beyond, indicators are refused.
    public static let mostIndicators = 64

    public var kind: Kind {
        switch self {
        case .number: .number
        case .oneHot: .oneHot
        case .frequency: .frequency
        case .target: .target
        case .rank: .rank
        case .level: .level
        case .numberAndLevel: .numberAndLevel
        }
    }

    public var cellCount: Int {
        switch self {
        case .oneHot(let levels): levels.count + 1
        case .numberAndLevel: 2
        case .number, .frequency, .target, .rank, .level: 1
        }
    }

    /// Whether the values of a column are numbers; else they are texts.
    public var takesNumbers: Bool {
        switch self {
        case .number, .numberAndLevel: true
        case .oneHot, .frequency, .target, .rank, .level: false
        }
    }

    /// Whether a cell is a category.
    func isCategory(cell: Int) -> Bool {
        switch self {
        case .level: true
        case .numberAndLevel: cell == 1
        case .number, .oneHot, .frequency, .target, .rank: false
        }
    }

    /// Whether more or less means something in a cell.
    func isOrdered(cell: Int) -> Bool {
        if case .oneHot = self { false } else { !isCategory(cell: cell) }
    }

    /// A number's text as a category: an integer's digits, or what tells it from all other numbers.
    static func text(of number: Float) -> String {
        if number.isNaN { return "" }
        return Int(exactly: number).map(String.init) ?? "\(number)"
    }

    /// Fills the cells of a text. A number has been asked for a text, or the reverse: the cell is missing.
    @inline(__always)
    func fill(_ cells: UnsafeMutablePointer<Float>, text: String) {
        switch self {
        case .number: cells[0] = .nan
        case .level: cells[0] = Cell.category(text)
        case .numberAndLevel: (cells[0], cells[1]) = (.nan, Cell.category(""))
        case .oneHot(let levels):
            for k in 0...levels.count { cells[k] = 0 }
            cells[levels.number(of: text) ?? levels.count] = 1
        case .frequency(let table): cells[0] = table.value(of: text)
        case .target(let statistic): cells[0] = statistic.value(of: text)
        case .rank(let levels): cells[0] = text.isEmpty ? .nan : levels.rank(of: text)
        }
    }
}

/// How often each text came.
public struct FrequencyTable: Equatable, Sendable {
    let levels: LevelTable
    let counts: [Int]
    let total: Int

    /// Nil when the parts do not fit together.
    init?(levels: [String], counts: [Int]) {
        guard let table = LevelTable(levels), levels.count == counts.count, counts.allSatisfy({ $0 >= 0 }) else {
            return nil
        }
        var total = 0
        for count in counts {
            let (sum, over) = total.addingReportingOverflow(count)
            if over { return nil }
            total = sum
        }
        (self.levels, self.counts, self.total) = (table, counts, total)
    }

    func value(of text: String) -> Float {
        guard let level = levels.number(of: text), total > 0 else { return 0 }
        return Float(Double(counts[level]) / Double(total))
    }
}
