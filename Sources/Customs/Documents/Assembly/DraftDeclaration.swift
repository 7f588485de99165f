import Reading

/// A declaration while its pages are put together: readings by their flat names.
struct DraftDeclaration {
    var fields: [String: FieldReading] = [:]
    /// Readings that were not taken, by name: what the checks may prefer.
    var others: [String: [FieldReading]] = [:]
    var articles: [Int] = []
    /// Codes of the taxes of each article, in order.
    var taxes: [Int: [String]] = [:]
    /// Totals of single taxes, with the codes printed beside them.
    var taxTotals: [(code: String?, reading: FieldReading)] = []
    var pages: [Int] = []
    var unread: [DocumentExtraction.Unread] = []
    /// Fields that the form has labels for.
    var asked: Set<String> = []
    /// What a document's own numbers contradict.
    var controls: [Control] = []
    var family = LayoutFamily.unknown
    var source = PageSource.text

    func number(_ name: String) -> Double? { fields[name].flatMap { Double($0.value) } }

    /// Takes a reading, or keeps it beside the one that is already there. Readings that agree confirm one another.
    mutating func add(_ name: String, _ reading: FieldReading) {
        guard var known = fields[name] else {
            fields[name] = reading
            return
        }
        if known.value == reading.value {
            known.confirmations += 1
            known.legibility = max(known.legibility, reading.legibility)
            fields[name] = known
        } else if strength(reading) > strength(known) + 0.05 {
            fields[name] = reading
            others[name, default: []].append(known)
        } else {
            others[name, default: []].append(reading)
        }
    }

    private func strength(_ reading: FieldReading) -> Double {
        reading.placement * (0.4 + 0.6 * reading.legibility) + 0.1 * Double(reading.confirmations)
    }
}
