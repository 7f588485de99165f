public import Customs

/// What criteria are asked of: a chapter's features and, beside them, what its package says of the declaration as a
/// whole.
public enum CriterionFacts {
    /// The rank of the isolation score, from 0 to 1; missing where there is none.
    public static let isolation = "isolement"

    public static func schema(_ features: FeatureSet) -> FactSchema {
        FactSchema(features.schema.fields.map { ($0.name, $0.kind) } + [(isolation, .nombre)])
    }

    /// - Parameter values: under the features' own schema.
    public static func facts(_ values: Facts, isolation rank: Double?) -> Facts {
        var facts = values
        facts.numbers.append(rank ?? .nan)
        return facts
    }
}

extension Assessment {
    /// Nil when no pack could compute any.
    public var criterionFacts: Facts? {
        features.map { CriterionFacts.facts($0.values, isolation: isolation?.rank) }
    }
}
