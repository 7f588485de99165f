import Reading

/// How sure a value is, from its place, its print and what confirms it.
enum Confidence {
    private static let leastLegible = 0.85

    static func of(_ reading: FieldReading, _ source: PageSource) -> Double {
        let print = source == .text ? 1 : reading.legibility
        var value = reading.placement * (0.55 + 0.45 * print)
        value += min(0.3, 0.12 * Double(reading.confirmations))
        value -= 0.3 * Double(reading.contradictions)
        // What was hardly legible takes more than one thing that agrees: a sum can agree with two misreadings.
        if source == .recognition, reading.legibility < leastLegible, reading.confirmations < 2 {
            value = min(value, 0.94)
        }
        return min(0.99, max(0.01, (value * 1000).rounded() / 1000))
    }
}
