/// How the values of a declaration's articles become one. What is missing in an article stays missing in a sum; the other
/// ways look at the articles that have a value.
public enum Aggregation: Sendable, Equatable {
    /// Missing as soon as one article lacks it: a partial sum would be a wrong total.
    case somme
    case max, min, moyenne
    /// The mean, weighted by the articles' values.
    case moyennePondereeCAF
    /// That of the article with the largest value, the first of equals.
    case dominant
    /// How many different values.
    case compteDistinct
    /// Yes as soon as one article says yes; missing when none does and one doesn't know.
    case auMoinsUn
    /// The ratio of the sums of two other features, over the articles that have both.
    case rapport(String, String)

    /// `somme`, `max`, …, `rapport(valeur_declaree; quantite)`.
    init?(_ text: String) {
        switch text {
        case "somme": self = .somme
        case "max": self = .max
        case "min": self = .min
        case "moyenne": self = .moyenne
        case "moyenne_ponderee_caf": self = .moyennePondereeCAF
        case "dominant": self = .dominant
        case "compte_distinct": self = .compteDistinct
        case "au_moins_un": self = .auMoinsUn
        default:
            guard text.hasPrefix("rapport("), text.hasSuffix(")") else { return nil }
            let parts = text.dropFirst(8).dropLast().split(separator: ";").map { $0.filter { $0 != " " } }
            guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
            self = .rapport(parts[0], parts[1])
        }
    }

    static let names = [
        "somme", "max", "min", "moyenne", "moyenne_ponderee_caf", "dominant", "compte_distinct", "au_moins_un",
        "rapport(a; b)",
    ]

    public var text: String {
        switch self {
        case .somme: "somme"
        case .max: "max"
        case .min: "min"
        case .moyenne: "moyenne"
        case .moyennePondereeCAF: "moyenne_ponderee_caf"
        case .dominant: "dominant"
        case .compteDistinct: "compte_distinct"
        case .auMoinsUn: "au_moins_un"
        case .rapport(let a, let b): "rapport(\(a); \(b))"
        }
    }

    /// The other features that it is made of.
    var parts: [String] { if case .rapport(let a, let b) = self { [a, b] } else { [] } }

    /// The kind that comes out of articles of a kind; nil when they can't be so combined.
    func kind(of kind: FactSchema.Kind) -> FactSchema.Kind? {
        switch self {
        case .somme, .moyenne, .moyennePondereeCAF, .rapport: kind == .nombre || kind == .booleen ? .nombre : nil
        case .max, .min: kind == .texte ? nil : kind
        case .dominant: kind
        case .compteDistinct: .nombre
        case .auMoinsUn: kind == .booleen ? .booleen : nil
        }
    }
}
