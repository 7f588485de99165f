/// A model as its file tells it: the trees, and what they mean.
public struct Model: Sendable {
    public enum Library: String, Sendable { case xgboost, lightgbm, catboost }

    public struct Feature: Sendable, Equatable {
        public var name: String
        public var isCategory = false
        /// What the codes 0, 1, 2… stand for, when the file says it: texts, or numbers as they are written there.
        public var categories: [String] = []

        public init(name: String, isCategory: Bool = false, categories: [String] = []) {
            (self.name, self.isCategory, self.categories) = (name, isCategory, categories)
        }
    }

    public var library: Library
    /// Of the library, as far as the file tells it: "3.2.0", "v4".
    public var version: String
    /// As the library calls it: "binary:logistic".
    public var objective: String
    public var link: Link
    /// The margins are divided by it before they are linked: the iterations of a forest whose answer is their mean.
    public var divisor = 1.0
    public var features: [Feature]
    /// How a row's numbers become its cells.
    public var cells: CellScale
    public var ensemble: Ensemble

    /// What the library answers for these margins: one number an output, or the chosen one's number.
    public func outputs(of margins: [Double]) -> [Double] {
        let mean = divisor == 1 ? margins : margins.map { $0 / divisor }
        return link.outputs(of: mean, isSingle: ensemble.precision == .single)
    }
}
