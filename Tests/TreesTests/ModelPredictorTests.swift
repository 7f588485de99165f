import JSON
import TestKit
import Testing

@testable import Trees

/// What `model predict` answers, against the libraries' own answers in the reference folder.
@Suite(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES names no folder"))
struct ModelPredictorTests {
    static let names = [
        "xgb_binary", "xgb_categorical", "xgb_multi", "xgb_regression", "xgb_dart", "xgb17_binary", "lgb_binary",
        "lgb_categorical", "lgb_multi", "lgb_rf", "cb_numeric", "cb_ctr", "cb_ctr_combo", "cb_multi", "cb_depthwise",
        "cb_onehot", "cb_regression",
    ]

    @Test(arguments: names)
    func answersAreTheLibrarys(_ name: String) throws {
        let expected = try JSONValue(parsing: Fixtures.bytes("models/\(name).expected.json"))
        let rows = try #require(expected["rows"])
        for file in (expected["files"]?.array ?? []).compactMap(\.string) {
            let predictor = try ModelPredictor(path: try #require(Fixtures.path("models/\(file)")))
            let values = try RowsFile.read(rows.jsonBytes(), columns: predictor.columns)
            let answer = try JSONValue(parsing: predictor.json(values, explains: true))
            check(answer["margin"], expected["margin"], tolerance: name.hasPrefix("xgb") ? 0 : 1e-12)
            check(answer["shap"], expected["shap"], tolerance: name.hasPrefix("xgb") ? 2e-5 : 1e-9)
            // Every explanation adds up to its margin.
            let width = predictor.columns.count + 1
            for (margin, shap) in zip(flat(answer["margin"]), chunks(flat(answer["shap"]), width)) {
                #expect(abs(shap.reduce(0, +) - margin) <= 1e-5 * max(1, abs(margin)))
            }
        }
    }

    private func check(_ found: JSONValue?, _ expected: JSONValue?, tolerance: Double) {
        let (found, expected) = (flat(found), flat(expected))
        #expect(found.count == expected.count && !found.isEmpty)
        let worst = zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? .infinity
        #expect(worst <= tolerance, "\(worst)")
    }

    private func flat(_ value: JSONValue?) -> [Double] {
        guard let value else { return [] }
        return value.array.map { $0.flatMap { flat($0) } } ?? value.double.map { [$0] } ?? []
    }

    private func chunks(_ values: [Double], _ width: Int) -> [[Double]] {
        stride(from: 0, to: values.count, by: width).map { Array(values[$0..<min($0 + width, values.count)]) }
    }
}
