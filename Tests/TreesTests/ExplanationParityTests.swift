import JSON
import TestKit
import Testing

@testable import Trees

/// The libraries' own explanations of their models.
@Suite struct ExplanationParityTests {
    private static let xgboost = [
        "xgb_binary.json", "xgb_binary_weighted_base.json", "xgb_categorical.json", "xgb_multi.json",
        "xgb_regression.json", "xgb_dart.json", "xgb_forest.json", "xgb17_binary.json", "xgb17_categorical.json",
    ]
    private static let lightgbm = [
        "lgb_binary.txt", "lgb_zero_as_missing.txt", "lgb_no_missing.txt", "lgb_categorical.txt", "lgb_multi.txt",
        "lgb_rf.txt", "lgb_xentropy.txt",
    ]

    /// XGBoost adds up in single precision.
    @Test(.enabled(if: Fixtures.root != nil), arguments: xgboost) func agreesWithXGBoost(file: String) throws {
        try check(file) { 2e-6 * max(1, abs($0)) }
    }
    @Test(.enabled(if: Fixtures.root != nil), arguments: lightgbm) func agreesWithLightGBM(file: String) throws {
        try check(file) { _ in 1e-12 }
    }

    private func check(_ file: String, within tolerance: (Double) -> Double) throws {
        let model = try ModelFile.read(Fixtures.bytes("models/\(file)"))
        let name = String(file.prefix { $0 != "." })
        let document = try JSONValue(parsing: Fixtures.bytes("models/\(name).expected.json"))
        let rows = document["rows"]!.array!.map { $0.array!.map(number) }
        let theirs = document["shap"]!.array!.map(flat)
        let explainer = OrdinaryExplainer(model.ensemble)
        let (cells, size) = (explainer.cellCount, explainer.outputCount * explainer.cellCount)
        var batch = [Double](repeating: .nan, count: rows.count * size)
        explainer.explain(rows: rows.flatMap { model.cells.cells(of: $0) }, count: rows.count, into: &batch)
        for (index, row) in rows.enumerated() {
            let single = explainer.explain(model.cells.cells(of: row))
            for output in 0..<explainer.outputCount {
                let expected = theirs[index].dropFirst(output * (cells + 1)).prefix(cells + 1)
                for all in [single, Array(batch[index * size..<(index + 1) * size])] {
                    let ours = all[output * cells..<(output + 1) * cells] + [explainer.base[output]]
                    for (ours, expected) in zip(ours, expected) {
                        #expect(abs(ours - expected) <= tolerance(expected), "\(file), row \(index)")
                    }
                }
            }
        }
    }

    private func flat(_ value: JSONValue) -> [Double] { value.array.map { $0.flatMap(flat) } ?? [number(value)] }

    private func number(_ value: JSONValue) -> Double {
        if case .string(let text) = value { return Double(text) ?? .nan }
        return value.double ?? .nan
    }
}
