import Customs

/// From the arrays in which features were stored to the facts of a pack of today. What it has anew is missing.
struct FactsTranslation: Sendable {
    private let schema: FactSchema
    /// By today's slot, the place in the stored array.
    private let numbers: [Int?]
    private let texts: [Int?]

    init(from stored: [(name: String, isText: Bool)], to schema: FactSchema) {
        var places: [String: (isText: Bool, place: Int)] = [:]
        var (numberCount, textCount) = (0, 0)
        for (name, isText) in stored {
            places[name] = (isText, isText ? textCount : numberCount)
            if isText { textCount += 1 } else { numberCount += 1 }
        }
        var numbers = [Int?](repeating: nil, count: schema.numberCount)
        var texts = [Int?](repeating: nil, count: schema.textCount)
        for field in schema.fields {
            guard let known = places[field.name], known.isText == (field.kind == .texte) else { continue }
            if known.isText { texts[field.slot] = known.place } else { numbers[field.slot] = known.place }
        }
        (self.schema, self.numbers, self.texts) = (schema, numbers, texts)
    }

    func facts(_ storedNumbers: [Double], _ storedTexts: [String]) -> Facts {
        var facts = Facts(for: schema)
        for (slot, place) in numbers.enumerated() {
            if let place, storedNumbers.indices.contains(place) { facts.numbers[slot] = storedNumbers[place] }
        }
        for (slot, place) in texts.enumerated() {
            if let place, storedTexts.indices.contains(place), !storedTexts[place].isEmpty {
                facts.texts[slot] = storedTexts[place]
            }
        }
        return facts
    }
}
