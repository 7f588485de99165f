import TestKit
import Testing

@testable import Trees

/// CatBoost's own explanations of trees that it grew leaf by leaf or level by level, where they add up to its margins:
/// they don't when leaves were reached by nobody.
@Suite struct GrownExplanationTests {
    @Test(.enabled(if: Fixtures.root != nil), arguments: ["cb_depthwise", "cb_lossguide"])
    func agreesWithCatBoost(name: String) throws {
        try check(CatBoostExpectation(reference: name))
    }
    @Test(arguments: ["depthwise", "lossguide", "lossguide_classes"])
    func agreesWithCatBoostOnOurModels(name: String) throws { try check(CatBoostExpectation(ours: name)) }

    private func check(_ expectation: CatBoostExpectation) throws {
        let model = try expectation.model("json")
        guard case .grown(let ensemble) = model.trees else {
            Issue.record("\(expectation.name) is oblivious")
            return
        }
        let explainer = OrdinaryExplainer(ensemble)
        let cells = explainer.cellCount
        for row in expectation.rows.indices {
            let ours = explainer.explain(expectation.cells(row, model))
            for output in 0..<explainer.outputCount {
                let all = ours[output * cells..<(output + 1) * cells] + [explainer.base[output]]
                #expect(abs(all.reduce(0, +) - expectation.margins[row][output]) < 1e-12)
                guard let shap = expectation.shap else { continue }
                let theirs = shap[row].dropFirst(output * (cells + 1)).prefix(cells + 1)
                guard abs(theirs.reduce(0, +) - expectation.margins[row][output]) < 1e-9 else { continue }
                for (ours, theirs) in zip(all, theirs) { #expect(abs(ours - theirs) <= 1e-12, "row \(row)") }
            }
        }
    }
}
