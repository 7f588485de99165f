/// A declaration of the imagined world: as it is written, beside what is true.
struct TwinDeclaration: Sendable {
    struct Article: Sendable {
        var code: String
        var origin: String
        var description: String
        var unit: String
        var packages = 0
        var grossWeight = 0.0, netWeight = 0.0
        var quantity = 0.0
        var fob = 0.0, caf = 0.0
        /// The duty in % by which it is liquidated.
        var duty = 0.0
        var liquidation = 0.0
        /// Which good it really is.
        let good: Int
    }

    var year = 0
    var office: String
    var number = 0
    var day: Int
    var regime: String
    var provenance: String
    let trader: Int
    let broker: Int
    var articles: [Article]
    /// How it is false; nil when it is true, mistakes apart.
    var scheme: TwinScheme?
    /// What the State loses by it, in FCFA.
    var evaded = 0.0
    var outcome: Outcome?

    struct Outcome: Sendable {
        let day: Int
        let evidence: TwinEvidence
        /// What the control found; nil when it found nothing.
        let found: TwinScheme?
        let recovered: Double
    }

    var totalCAF: Double { articles.reduce(0) { $0 + $1.caf } }
}
