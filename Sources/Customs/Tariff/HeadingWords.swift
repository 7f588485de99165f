/// The words of the tariff's headings, to find which ones a commercial description speaks of.
struct HeadingWords: Sendable {
    private var headings: [String] = []
    /// The headings in which a stem stands.
    private var byStem: [UInt64: [Int]] = [:]

    init() {}

    init(_ positions: [Tariff.Position]) {
        for position in positions {
            headings.append(position.prefix)
            for stem in Set(Self.stems(position.label)) { byStem[stem, default: []].append(headings.count - 1) }
        }
    }

    /// A word found in few headings tells more than one found in many.
    func best(_ text: String, within prefix: String) -> (prefix: String, score: Double)? {
        var scores: [Int: Double] = [:]
        for stem in Set(Self.stems(text)) {
            guard let places = byStem[stem] else { continue }
            for place in places { scores[place, default: 0] += 1 / Double(places.count) }
        }
        let found = scores.filter { headings[$0.key].hasPrefix(prefix) }
        guard let best = found.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return nil }
        return (headings[best.key], best.value)
    }

    /// The first letters of words of five letters and more: endings and plurals do not count.
    private static func stems(_ text: String) -> [UInt64] {
        var stems: [UInt64] = []
        // Long texts tell no more than their beginning.
        for piece in text.prefix(400).split(whereSeparator: { $0 == " " || $0 == "," || $0 == "'" || $0 == "-" })
            .prefix(40)
        {
            for word in FoldedName(String(piece)).words where word.count >= 5 && !common.contains(word) {
                stems.append(word.prefix(5).reduce(0) { $0 << 8 | UInt64($1) })
            }
        }
        return stems
    }

    private static let common: Set<[UInt8]> = Set(
        ["autres", "parties", "machines", "appareils", "articles", "dispositifs", "produits", "accessoires", "ayant"]
            .map { Array($0.utf8) })
}
