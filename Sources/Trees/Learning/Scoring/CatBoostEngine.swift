/// CatBoost's models, of either kind of trees.
struct CatBoostEngine: ForestEngine {
    private enum Forest: Sendable {
        case oblivious(ObliviousForest)
        case grown(Ensemble, OrdinaryForest)
    }
    private let model: CatBoostModel
    private let forest: Forest
    let features: [ScoringForest.Feature]

    init(_ model: CatBoostModel) throws(ModelError) {
        self.model = model
        switch model.trees {
        case .oblivious(let forest): self.forest = .oblivious(forest)
        case .grown(let ensemble): forest = .grown(ensemble, try OrdinaryForest(ensemble))
        }
        features = model.features.map { ScoringForest.Feature(name: $0.name, isText: $0.kind == .category) }
    }

    var library: String { "catboost" }
    var libraryVersion: String { model.version }
    var cellCount: Int {
        switch forest {
        case .oblivious(let forest): forest.cellCount
        case .grown(_, let forest): forest.cellCount
        }
    }
    var outputCount: Int {
        switch forest {
        case .oblivious(let forest): forest.outputCount
        case .grown(_, let forest): forest.outputCount
        }
    }
    var isBinary: Bool { if case .logistic = model.link { outputCount == 1 } else { false } }

    /// An integer is the category of its digits, as the library has it.
    func cell(of number: Double, feature: Int) -> Float {
        guard features[feature].isText else { return Float(number) }
        if number.isNaN { return Cell.category("") }
        return Cell.category(Int(exactly: number).map(String.init) ?? "\(number)")
    }

    func cell(of text: String, feature: Int) -> Float { features[feature].isText ? Cell.category(text) : .nan }

    func margins(of cells: UnsafePointer<Float>, into margins: UnsafeMutablePointer<Double>) {
        switch forest {
        case .oblivious(let forest): forest.margins(of: cells, into: margins)
        case .grown(_, let forest): forest.margins(of: cells, into: margins)
        }
    }

    func margins(rows cells: UnsafePointer<Float>, count: Int, into margins: UnsafeMutablePointer<Double>) {
        switch forest {
        case .oblivious(let forest): forest.margins(rows: cells, count: count, into: margins)
        case .grown(_, let forest): forest.margins(rows: cells, count: count, into: margins)
        }
    }

    func outputs(ofMargins margins: [Double]) -> [Double] { model.outputs(of: margins) }

    func explainer() throws(ModelError) -> any ForestExplainer {
        switch forest {
        case .oblivious(let forest): try forest.explainer()
        case .grown(let ensemble, let forest):
            ExplainedForest(forest: forest, explainer: OrdinaryExplainer(ensemble))
        }
    }
}
