/// A category as the rate of frauds among the rows that had it before: what was known strictly earlier, drawn towards
/// the general rate of then by `smoothing` rows.
///
/// It is learned in the order of time, so that no row's value knows of its own outcome or of a later one, and stays
/// ready to learn more. A text never seen has the general rate.
public struct TargetStatistic: Equatable, Sendable {
    /// How many rows of the general rate are mixed in.
    public let smoothing: Double
    private(set) var levels: LevelTable
    /// By level: the weight of the frauds and of all rows.
    private(set) var frauds: [Double]
    private(set) var rows: [Double]
    private(set) var allFrauds = 0.0
    private(set) var allRows = 0.0

    public init(smoothing: Double = 10) {
        (self.smoothing, levels, frauds, rows) = (smoothing, LevelTable(), [], [])
    }

    /// Nil when the parts do not fit together.
    init?(smoothing: Double, levels: [String], frauds: [Double], rows: [Double], allFrauds: Double, allRows: Double) {
        guard let table = LevelTable(levels), levels.count == frauds.count, levels.count == rows.count,
            smoothing > 0, smoothing.isFinite, zip(frauds, rows).allSatisfy({ 0 <= $0 && $0 <= $1 && $1.isFinite }),
            0 <= allFrauds, allFrauds <= allRows, allRows.isFinite
        else { return nil }
        (self.smoothing, self.levels, self.frauds, self.rows) = (smoothing, table, frauds, rows)
        (self.allFrauds, self.allRows) = (allFrauds, allRows)
    }

    /// Of all rows known so far; one fraud and one other are assumed before any is.
    private var generalRate: Double { (allFrauds + 1) / (allRows + 2) }

    public func value(of text: String) -> Float { value(ofLevel: levels.number(of: text)) }

    func value(ofLevel level: Int?) -> Float {
        guard let level else { return Float(generalRate) }
        return Float((frauds[level] + smoothing * generalRate) / (rows[level] + smoothing))
    }

    public mutating func learn(_ text: String, isFraud: Bool, weight: Double) {
        learn(level: number(of: text), isFraud: isFraud, weight: weight)
    }

    private mutating func number(of text: String) -> Int {
        let level = levels.insert(text)
        if level == rows.count {
            frauds.append(0)
            rows.append(0)
        }
        return level
    }

    private mutating func learn(level: Int, isFraud: Bool, weight: Double) {
        rows[level] += weight
        allRows += weight
        if isFraud {
            frauds[level] += weight
            allFrauds += weight
        }
    }

    /// Learns the table's column day by day, and gives back the value that each row has on its day: outcomes known on
    /// that day or later do not count.
    mutating func encode(_ codes: [Int32], levels texts: [String], in table: TrainingTable) -> [Float] {
        // A text gets its number when its first outcome is known, so that states learned alike are equal.
        var numbers = [Int](repeating: -1, count: texts.count)
        for (code, text) in texts.enumerated() { numbers[code] = levels.number(of: text) ?? -1 }
        let byKnownDay = Array(0..<Int32(codes.count)).sorted { a, b in
            let (left, right) = (table.knownDays[Int(a)], table.knownDays[Int(b)])
            return left != right ? left < right : a < b
        }
        var values: [Float] = []
        values.reserveCapacity(codes.count)
        var known = 0
        func learn(before day: Int?) {
            while known < byKnownDay.count, day.map({ Int(table.knownDays[Int(byKnownDay[known])]) < $0 }) ?? true {
                let row = Int(byKnownDay[known])
                let code = Int(codes[row])
                if numbers[code] < 0 { numbers[code] = number(of: texts[code]) }
                self.learn(level: numbers[code], isFraud: table.labels[row], weight: table.weights[row])
                known += 1
            }
        }
        for row in codes.indices {
            learn(before: Int(table.days[row]))
            let level = numbers[Int(codes[row])]
            values.append(value(ofLevel: level < 0 ? nil : level))
        }
        learn(before: nil)
        return values
    }
}
