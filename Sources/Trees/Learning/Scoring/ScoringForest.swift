import Platform

/// A forest of any library, ready to answer for rows.
///
/// It joins what the libraries' readers give: names and types of the features, how a value becomes a cell, and the
/// forest laid out for speed. Immutable, one for all threads.
public final class ScoringForest: Sendable {
    public struct Feature: Sendable, Equatable {
        public let name: String
        /// Whether its values are texts; else they are numbers.
        public let isText: Bool
    }

    private let engine: any ForestEngine
    /// One a cell.
    public let features: [Feature]
    public let cellCount: Int
    public let outputCount: Int
    private let explaining: Once<Result<any ForestExplainer, ModelError>>

    public convenience init(reading bytes: [UInt8]) throws(ModelError) {
        switch ModelFormat(of: bytes) {
        case .catboostJSON?, .catboostBinary?: try self.init(CatBoostEngine(CatBoostModel(reading: bytes)))
        default: try self.init(OrdinaryEngine(ModelFile.read(bytes)))
        }
    }

    public convenience init(path: String) throws(ModelError) {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try File.read(path, limit: ModelLimits.fileBytes) } catch {
            throw ModelError(.unreadable, error.message)
        }
        try self.init(reading: bytes)
    }

    private init(_ engine: any ForestEngine) throws(ModelError) {
        self.engine = engine
        (features, cellCount, outputCount) = (engine.features, engine.cellCount, engine.outputCount)
        guard features.count == cellCount else {
            throw ModelError(.inconsistent, "\(features.count) features, \(cellCount) cells")
        }
        explaining = Once { Result { () throws(ModelError) in try engine.explainer() } }
    }

    public var library: String { engine.library }
    public var libraryVersion: String { engine.libraryVersion }
    /// Whether its answer is the probability of one kind of rows: what a package can be made of.
    public var isBinary: Bool { engine.isBinary }

    /// A number's cell, rounded as the library compares.
    public func cell(of number: Double, feature: Int) -> Float { engine.cell(of: number, feature: feature) }

    /// A text's cell. One that the model does not know is what its library makes of it, or missing.
    public func cell(of text: String, feature: Int) -> Float { engine.cell(of: text, feature: feature) }

    /// The margins of rows whose cells lie one after the other; by row, by output.
    public func margins(ofCells cells: [Float]) -> [Double] {
        values(cells, perRow: outputCount) { engine.margins(rows: $0, count: $1, into: $2) }
    }

    /// One row's margins. Nothing is allocated for models of a usual size.
    @inline(__always)
    public func margins(ofCells cells: UnsafePointer<Float>, into margins: UnsafeMutablePointer<Double>) {
        engine.margins(of: cells, into: margins)
    }

    /// What the library answers for one row's margins.
    public func outputs(ofMargins margins: [Double]) -> [Double] { engine.outputs(ofMargins: margins) }

    /// Margins by row and output, and every cell's part in them: by row, by output, by cell. With `bases` the parts add
    /// up to the margins. What explains is made when it is first asked for.
    public func explain(cells: [Float]) throws(ModelError) -> (margins: [Double], contributions: [Double]) {
        let explainer = try explaining.value.get()
        var contributions: [Double] = []
        let margins = values(cells, perRow: outputCount) { rows, count, margins in
            contributions = values(cells, perRow: outputCount * cellCount) {
                explainer.explain(rows: $0, count: $1, margins: margins, contributions: $2)
            }
        }
        return (margins, contributions)
    }

    /// By output: the mean margin of the training rows.
    public func bases() throws(ModelError) -> [Double] { try explaining.value.get().base }

    private func values(
        _ cells: [Float], perRow width: Int,
        _ fill: (UnsafePointer<Float>, Int, UnsafeMutablePointer<Double>) -> Void
    ) -> [Double] {
        let rows = cellCount > 0 ? cells.count / cellCount : 0
        precondition(rows * cellCount == cells.count, "rows of another model")
        return [Double](unsafeUninitializedCapacity: rows * width) { values, count in
            cells.withUnsafeBufferPointer { cells in
                guard let cells = cells.baseAddress, let values = values.baseAddress, rows > 0 else { return }
                fill(cells, rows, values)
            }
            count = rows * width
        }
    }
}
