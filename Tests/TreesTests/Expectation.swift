import JSON
import Testing

@testable import Trees

/// What a library answered for rows of a model of its own: `<name>.expected.json`, as both the reference folder and our
/// own small files have it.
struct Expectation {
    let files: [String]
    /// NaN where the row has nothing.
    let rows: [[Double]]
    /// By row, one number an output.
    let margins: [[Double]], outputs: [[Double]]
    /// By row and tree; the library's own numbers.
    let leaves: [[Int]]

    init(_ bytes: [UInt8]) throws {
        let document = try JSONValue(parsing: bytes)
        files = (document["files"]?.array ?? []).compactMap(\.string)
        rows = Self.table(document["rows"])
        (margins, outputs) = (Self.table(document["margin"]), Self.table(document["output"]))
        leaves = Self.table(document["leaf"]).map { $0.map { Int($0) } }
    }

    private static func table(_ value: JSONValue?) -> [[Double]] {
        (value?.array ?? []).map { row in row.array.map { $0.map(number) } ?? [number(row)] }
    }

    private static func number(_ value: JSONValue) -> Double {
        switch value {
        case .null: .nan
        case .string(let text): Double(text) ?? .nan
        case .number(let text): Double(text) ?? .nan
        default: value.double ?? .nan
        }
    }
}

extension Expectation {
    /// Checks everything that the library answered against the model that was read from one of its files.
    func check(_ model: Model, _ file: String) throws {
        let forest = try OrdinaryForest(model.ensemble)
        let cells = rows.map { model.cells.cells(of: $0) }
        var together = [Double](repeating: 0, count: rows.count * forest.outputCount)
        forest.margins(rows: cells.flatMap { $0 }, count: rows.count, into: &together)
        for (index, row) in cells.enumerated() {
            let margins = forest.margins(of: row)
            #expect(margins == self.margins[index], "\(file), row \(index)")
            let inBatch = Array(together[index * forest.outputCount..<(index + 1) * forest.outputCount])
            #expect(inBatch == margins, "\(file), row \(index) in a batch")
            let leaves = forest.leaves(of: row).enumerated().map { leafNumber($0, Int($1), model) }
            #expect(leaves == self.leaves[index], "\(file), row \(index)")
            checkOutputs(model.outputs(of: margins), outputs[index], model, "\(file), row \(index)")
        }
    }

    /// LightGBM counts leaves alone; our nodes have its splits before them.
    private func leafNumber(_ tree: Int, _ position: Int, _ model: Model) -> Int {
        model.library == .lightgbm ? position - model.ensemble.trees[tree].nodes.count / 2 : position
    }

    private func checkOutputs(_ ours: [Double], _ theirs: [Double], _ model: Model, _ place: String) {
        if model.library == .xgboost {
            #expect(ours == theirs, "\(place)")
        } else {
            #expect(ours.count == theirs.count, "\(place)")
            for (ours, theirs) in zip(ours, theirs) { #expect(abs(ours - theirs) <= 2 * theirs.ulp, "\(place)") }
        }
    }
}
