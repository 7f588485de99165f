import Customs
import Decisions
import JSON

/// Which settled cases are nearest to a declaration, in what made the model say what it said of it.
struct SimilarCases {
    /// A feature that is compared.
    struct Feature: Sendable {
        let name: String
        let isText: Bool
        let isFlag: Bool
        /// Its place among the numbers, or among the texts.
        let slot: Int
        let weight: Double

        func value(_ numbers: [Double], _ texts: [String], at place: Int) -> CaseValue {
            if isText {
                guard texts.indices.contains(place), !texts[place].isEmpty else { return .missing }
                return .word(texts[place])
            }
            guard numbers.indices.contains(place), !numbers[place].isNaN else { return .missing }
            return isFlag ? .word(numbers[place] == 1 ? "oui" : "non") : .number(numbers[place])
        }

        func shown(_ value: CaseValue) -> Explanation.Value {
            switch value {
            case .missing: .missing
            case .number(let number): .number(number)
            case .word(let word): isFlag ? .boolean(word == "oui") : .text(word)
            }
        }
    }

    struct Neighbour {
        let one: SimilarStore.Case
        let distance: Double
        let values: [CaseValue]
        /// By feature: whether both cases are all but the same in it.
        let agrees: [Bool]
    }

    /// As many features as a person takes in at a glance.
    static let strongest = 8
    /// Two numbers with fewer than a tenth of the known cases between them are all but the same.
    private static let near = 0.1

    let features: [Feature]
    let own: [CaseValue]

    /// Nil where no model spoke: then nothing tells what counts.
    init?(_ stored: SimilarStore.Features) throws(JSONError) {
        guard !stored.shap.isEmpty else { return nil }
        var (numbers, texts) = (0, 0)
        var features: [Feature] = []
        for (place, field) in (try JSONValue(parsing: stored.fields).array ?? []).enumerated() {
            let kind = field["genre"]?.string.flatMap { FactSchema.Kind(rawValue: $0) } ?? .nombre
            let isText = kind == .texte
            let slot = isText ? texts : numbers
            if isText { texts += 1 } else { numbers += 1 }
            guard let name = field["nom"]?.string, stored.shap.indices.contains(place) else { continue }
            let weight = stored.shap[place].magnitude
            guard weight > 0, weight.isFinite else { continue }
            features.append(
                Feature(name: name, isText: isText, isFlag: kind == .booleen, slot: slot, weight: weight))
        }
        features.sort { ($1.weight, $0.name) < ($0.weight, $1.name) }
        self.features = Array(features.prefix(Self.strongest))
        own = self.features.map { $0.value(stored.numbers, stored.texts, at: $0.slot) }
    }

    /// Their places among the stored numbers and texts.
    var numberSlots: [Int] { features.filter { !$0.isText }.map(\.slot) }
    var textSlots: [Int] { features.filter(\.isText).map(\.slot) }

    /// The nearest `count` that were found to be in order, and the nearest frauds.
    func nearest(_ count: Int, among cases: [SimilarStore.Case]) -> (conforme: [Neighbour], fraud: [Neighbour]) {
        let values = cases.map { one in
            var (number, text) = (0, 0)
            return features.map { feature in
                defer { if feature.isText { text += 1 } else { number += 1 } }
                return feature.value(one.numbers, one.texts, at: feature.isText ? text : number)
            }
        }
        let metric = CaseMetric(weights: features.map(\.weight), cases: values + [own])
        let neighbours = zip(cases, values).map { one, values in
            Neighbour(
                one: one, distance: metric.distance(own, values), values: values,
                agrees: features.indices.map { metric.difference($0, own[$0], values[$0]) <= Self.near })
        }.sorted { a, b in a.distance != b.distance ? a.distance < b.distance : a.one.id > b.one.id }
        return (
            Array(neighbours.lazy.filter { $0.one.result == "conforme" }.prefix(count)),
            Array(neighbours.lazy.filter { $0.one.result == "fraude" }.prefix(count))
        )
    }
}
