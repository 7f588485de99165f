import Platform
import TestKit
import Testing

@testable import Trees

@Suite struct CatBoostModelTests {
    @Test(arguments: CatBoostExpectation.ours, ["json", "cbm"])
    func answersAsTheLibraryDoes(name: String, format: String) throws {
        try check(CatBoostExpectation(ours: name), format)
    }

    @Test(
        .enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES names the reference files"),
        arguments: CatBoostExpectation.reference, ["json", "cbm"])
    func answersAsTheLibraryDoesInTheReferenceFolder(name: String, format: String) throws {
        try check(CatBoostExpectation(reference: name), format)
    }

    @Test func bothFormatsSayTheSame() throws {
        for name in CatBoostExpectation.ours {
            let expectation = try CatBoostExpectation(ours: name)
            let (json, binary) = (try expectation.model("json"), try expectation.model("cbm"))
            #expect(json.features == binary.features && json.classes == binary.classes, "\(name)")
            #expect(json.objective == binary.objective && json.link == binary.link, "\(name)")
            #expect(json.version == "1.2.10" && binary.version == json.version, "\(name)")
        }
    }

    @Test func featuresAndClassesAreNamed() throws {
        let model = try CatBoostExpectation(ours: "three_classes").model("json")
        #expect(model.features.map(\.name) == ["value", "ratio", "items", "office", "origin", "dealer"])
        #expect(model.features.map(\.kind) == [.number, .number, .number, .category, .category, .category])
        #expect(model.classes == ["0", "1", "2"] && model.objective == "MultiClass" && model.link == .softmax)
    }

    private func check(_ expectation: CatBoostExpectation, _ format: String) throws {
        let model = try expectation.model(format)
        #expect(expectation.rows.count > 10)
        for row in expectation.rows.indices {
            let cells = expectation.cells(row, model)
            let margins: [Double]
            switch model.trees {
            case .oblivious(let forest):
                margins = forest.margins(of: cells)
                #expect(forest.leaves(of: cells).map(Int.init) == expectation.leaves[row], "row \(row)")
            case .grown(let ensemble):
                let walk = EnsembleWalk(ensemble, cells)
                margins = walk.margins
                // A tree of several outputs stands there once for each.
                let leaves = stride(from: 0, to: walk.leaves.count, by: ensemble.base.count).map { walk.leaves[$0] }
                #expect(leaves == expectation.leaves[row], "row \(row)")
            }
            #expect(margins == expectation.margins[row], "row \(row)")
            let outputs = model.outputs(of: margins)
            #expect(outputs.count == expectation.outputs[row].count)
            // CatBoost has an exponential of its own: of several classes it and ours are each within 2 ulp of the truth.
            let allowed: Double = model.link == .softmax ? 4 : 2
            for (ours, theirs) in zip(outputs, expectation.outputs[row]) {
                #expect(abs(ours - theirs) <= allowed * theirs.ulp, "row \(row)")
            }
        }
        try checkShap(expectation, model)
    }

    private func checkShap(_ expectation: CatBoostExpectation, _ model: CatBoostModel) throws {
        guard case .oblivious(let forest) = model.trees, let shap = expectation.shap else { return }
        let explainer = try forest.explainer()
        for row in expectation.rows.indices {
            let (margins, contributions) = explainer.explain(expectation.cells(row, model))
            #expect(margins == expectation.margins[row])
            let width = forest.cellCount + 1
            for output in 0..<forest.outputCount {
                let theirs = shap[row][output * width..<(output + 1) * width]
                let ours = contributions[output * (width - 1)..<(output + 1) * (width - 1)] + [explainer.base[output]]
                let scale = max(1, theirs.map(\.magnitude).max() ?? 0)
                for (ours, theirs) in zip(ours, theirs) {
                    #expect(abs(ours - theirs) <= 1e-12 * scale, "row \(row), output \(output)")
                }
                #expect(abs(ours.reduce(0, +) - margins[output]) <= 1e-9)
            }
        }
    }
}

/// Walks an ensemble's trees node by node.
struct EnsembleWalk {
    var margins: [Double]
    /// By tree: how many leaves come before, in the order of the nodes.
    var leaves: [Int] = []

    init(_ ensemble: Ensemble, _ cells: [Float]) {
        var slots = [Float](repeating: .nan, count: ensemble.slots.slotCount)
        ensemble.slots.fill(&slots, from: cells)
        margins = [Double](repeating: 0, count: ensemble.base.count)
        for tree in ensemble.trees {
            var place = 0
            while !tree.nodes[place].isLeaf {
                let node = tree.nodes[place]
                place = Int(slots[Int(node.slot)] < node.threshold ? node.left : node.right)
            }
            margins[tree.output] += tree.nodes[place].value
            leaves.append(tree.nodes[..<place].count(where: \.isLeaf))
        }
        for output in margins.indices { margins[output] += ensemble.base[output] }
    }
}
