/// What `ScoringForest` needs of a library's model.
protocol ForestEngine: Sendable {
    var library: String { get }
    var libraryVersion: String { get }
    var isBinary: Bool { get }
    /// One a cell.
    var features: [ScoringForest.Feature] { get }
    var cellCount: Int { get }
    var outputCount: Int { get }
    func cell(of number: Double, feature: Int) -> Float
    func cell(of text: String, feature: Int) -> Float
    func margins(of cells: UnsafePointer<Float>, into margins: UnsafeMutablePointer<Double>)
    func margins(rows cells: UnsafePointer<Float>, count: Int, into margins: UnsafeMutablePointer<Double>)
    func outputs(ofMargins margins: [Double]) -> [Double]
    func explainer() throws(ModelError) -> any ForestExplainer
}

/// What explains its answers.
protocol ForestExplainer: Sendable {
    /// By output.
    var base: [Double] { get }
    /// Margins by row and output; contributions by row, output and cell.
    func explain(
        rows cells: UnsafePointer<Float>, count: Int, margins: UnsafeMutablePointer<Double>,
        contributions: UnsafeMutablePointer<Double>)
}

extension ObliviousExplainer: ForestExplainer {}

/// An ordinary forest that answers and explains.
struct ExplainedForest: ForestExplainer {
    let forest: OrdinaryForest
    let explainer: OrdinaryExplainer

    var base: [Double] { explainer.base }

    func explain(
        rows cells: UnsafePointer<Float>, count: Int, margins: UnsafeMutablePointer<Double>,
        contributions: UnsafeMutablePointer<Double>
    ) {
        forest.margins(rows: cells, count: count, into: margins)
        explainer.explain(rows: cells, count: count, into: contributions)
    }
}

/// XGBoost's and LightGBM's.
struct OrdinaryEngine: ForestEngine {
    private let model: Model
    private let forest: OrdinaryForest
    /// By feature: the numbers of its texts, when the file tells them.
    private let codes: [LevelTable?]
    let features: [ScoringForest.Feature]

    init(_ model: Model) throws(ModelError) {
        self.model = model
        forest = try OrdinaryForest(model.ensemble)
        codes = model.features.map { $0.isCategory && !$0.categories.isEmpty ? LevelTable($0.categories) : nil }
        features = zip(model.features, codes).map { ScoringForest.Feature(name: $0.name, isText: $1 != nil) }
    }

    var library: String { model.library.rawValue }
    var libraryVersion: String { model.version }
    var cellCount: Int { forest.cellCount }
    var outputCount: Int { forest.outputCount }
    var isBinary: Bool { if case .logistic = model.link { outputCount == 1 } else { false } }

    func cell(of number: Double, feature: Int) -> Float { model.cells.cell(of: number, feature: feature) }

    func cell(of text: String, feature: Int) -> Float {
        guard let number = codes[feature]?.number(of: text) else { return .nan }
        return cell(of: Double(number), feature: feature)
    }

    func margins(of cells: UnsafePointer<Float>, into margins: UnsafeMutablePointer<Double>) {
        forest.margins(of: cells, into: margins)
    }

    func margins(rows cells: UnsafePointer<Float>, count: Int, into margins: UnsafeMutablePointer<Double>) {
        forest.margins(rows: cells, count: count, into: margins)
    }

    func outputs(ofMargins margins: [Double]) -> [Double] { model.outputs(of: margins) }

    func explainer() -> any ForestExplainer {
        ExplainedForest(forest: forest, explainer: OrdinaryExplainer(model.ensemble))
    }
}
