/// A package at work: a row's values in, its probability out, with nothing else needed. One for all threads.
public final class PackageScorer: Sendable {
    public let manifest: PackageManifest
    public let encoder: RowEncoder
    public let forest: ScoringForest
    /// Nil when the package has none.
    public let isolation: IsolationScorer?

    public init(_ package: ModelPackage) throws(LearningError) {
        manifest = package.manifest
        encoder = RowEncoder(package.manifest.columns)
        do throws(ModelError) { forest = try ScoringForest(reading: package.forest) } catch {
            throw LearningError(.badPackage, package.manifest.forestFile, detail: error.description)
        }
        isolation = try package.manifest.isolation == nil ? nil : Self.isolation(of: package)
        guard forest.cellCount == encoder.cellCount, forest.isBinary else {
            let detail = "\(forest.cellCount) cells of the forest, \(encoder.cellCount) of the columns"
            throw LearningError(.badPackage, package.manifest.forestFile, detail: detail)
        }
    }

    /// It looks at numbers that the model looks at too.
    private static func isolation(of package: ModelPackage) throws(LearningError) -> IsolationScorer {
        let isolation = try Isolation(reading: package.isolation)
        let numbers = Set(package.manifest.columns.filter(\.encoding.takesNumbers).map(\.name))
        guard numbers.isSuperset(of: isolation.columns) else { throw LearningError(.badPackage, Isolation.fileName) }
        return IsolationScorer(isolation)
    }

    public struct Score: Equatable, Sendable {
        public let margin: Double
        public let probability: Double
    }

    /// One row: a value for each of the manifest's columns. Nothing is allocated for up to 256 cells.
    public func score(_ row: [RowEncoder.Value]) -> Score {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, encoder.cellCount)) { cells in
            let base = cells.baseAddress!
            encoder.fill(base, forest: forest) { row[$0] }
            var margin = 0.0
            forest.margins(ofCells: base, into: &margin)
            return Score(margin: margin, probability: manifest.calibration.probability(ofMargin: margin))
        }
    }

    /// The row's cells, filled column by column.
    public func cells(_ value: (_ column: Int) -> RowEncoder.Value) -> [Float] {
        [Float](unsafeUninitializedCapacity: encoder.cellCount) { cells, count in
            if let base = cells.baseAddress { encoder.fill(base, forest: forest, value) }
            count = encoder.cellCount
        }
    }

    /// One row's margin, and every column's part in it; with `base` they add up to it.
    public func explain(
        cells: [Float]
    ) throws(ModelError) -> (margin: Double, base: Double, columns: [Double]) {
        let (margins, parts) = try forest.explain(cells: cells)
        return (margins[0], try forest.bases()[0], encoder.groups.map { parts[$0].reduce(0, +) })
    }

    /// Rows that were encoded already, one after the other.
    public func margins(ofCells cells: [Float]) -> [Double] { forest.margins(ofCells: cells) }

    public func probability(ofMargin margin: Double) -> Double { manifest.calibration.probability(ofMargin: margin) }
}

extension RowEncoder {
    /// As `fill(_:from:)`, with numbers rounded as the forest's library compares them.
    func fill(_ cells: UnsafeMutablePointer<Float>, forest: ScoringForest, _ value: (Int) -> Value) {
        fill(cells, value)
        for column in columns.indices where columns[column].encoding.takesNumbers {
            let offset = offsets[column]
            switch value(column) {
            case .number(let value): cells[offset] = forest.cell(of: value, feature: offset)
            case .text(let text): cells[offset] = forest.cell(of: text, feature: offset)
            }
        }
    }
}
