import Glibc
import JSON

/// XGBoost's models, in JSON and UBJSON, as versions 1.0 to 3.x write them.
enum XGBoostReader {
    static func json(_ bytes: [UInt8]) throws(ModelError) -> Model {
        var reader = JSONReader(bytes.span.bytes, limits: JSONLimits(depth: ModelLimits.depth))
        let document = try XGBoostDocument(&reader)
        do throws(JSONError) { try reader.finish() } catch { throw ModelError(error) }
        return try model(document)
    }

    static func ubj(_ bytes: [UInt8]) throws(ModelError) -> Model {
        var reader = UBJReader(bytes)
        let document = try XGBoostDocument(&reader)
        try reader.finish()
        return try model(document)
    }

    static func model(_ document: consuming XGBoostDocument) throws(ModelError) -> Model {
        guard document.booster == "gbtree" || document.booster == "dart" else {
            throw ModelError(.unsupported, "booster \(document.booster.prefix(64))")
        }
        let objective = try XGBoostObjective(document.objective)
        let featureCount = try count(document.featureCount, "num_feature", limit: ModelLimits.features)
        let classes = try count(document.classCount, "num_class", limit: ModelLimits.outputs)
        let targets = try count(document.targetCount, "num_target", limit: ModelLimits.outputs)
        let outputs = max(1, classes, targets)
        var table = SlotTable(features: featureCount)
        var trees: [Ensemble.Tree] = []
        trees.reserveCapacity(document.trees.count)
        guard document.output.count == document.trees.count else {
            throw ModelError(.inconsistent, "\(document.trees.count) trees, \(document.output.count) outputs")
        }
        guard document.booster == "gbtree" || document.weight.count == document.trees.count else {
            throw ModelError(.inconsistent, "\(document.trees.count) trees, \(document.weight.count) weights")
        }
        for index in document.trees.indices {
            // What has become nodes leaves its memory to those of the next trees.
            var tree = XGBoostDocument.Tree()
            swap(&tree, &document.trees[index])
            let output = Int(document.output[index])
            guard output >= 0, output < outputs else { throw ModelError(.inconsistent, "output \(output)") }
            let weight = document.booster == "dart" ? document.weight[index] : 1
            let nodes = try XGBoostTree(tree, weight: weight, featureCount).nodes(&table)
            trees.append(try Ensemble.Tree(output: output, checking: nodes))
        }
        let base = try base(document, objective, outputs)
        let slots = table.finish(&trees)
        return Model(
            library: .xgboost, version: document.version.map { String($0) }.joined(separator: "."),
            objective: document.objective, link: objective.link,
            features: try features(document, featureCount),
            cells: CellScale(Array(repeating: .nearest, count: featureCount)),
            ensemble: Ensemble(slots: slots, trees: trees, base: base, precision: .single))
    }

    private static func count(_ text: String, _ name: String, limit: Int) throws(ModelError) -> Int {
        guard let count = Int(text), count >= 0 else { throw ModelError(.malformed, "\(name): \(text.prefix(64))") }
        guard count <= limit else { throw ModelError(.tooLarge, "\(name): \(count)") }
        return count
    }

    /// One number as text, or from version 3.1 on "[…]", one for each output or one for all.
    private static func base(
        _ document: XGBoostDocument, _ objective: XGBoostObjective, _ outputs: Int
    ) throws(ModelError) -> [Double] {
        let text = document.baseScore
        let scores: [Float]
        if text.hasPrefix("[") {
            do throws(JSONError) {
                let bytes = Array(text.utf8)
                var reader = JSONReader(bytes.span.bytes)
                scores = try reader.floats()
                try reader.finish()
            } catch { throw ModelError(.malformed, "base_score: \(text.prefix(64))") }
        } else {
            scores = Float(text).map { [$0] } ?? []
        }
        guard scores.count == 1 || scores.count == outputs, scores.allSatisfy(\.isFinite) else {
            throw ModelError(.malformed, "base_score: \(text.prefix(64))")
        }
        let margins = scores.map { Double(objective.margin(ofScore: $0)) }
        guard margins.allSatisfy(\.isFinite) else { throw ModelError(.inconsistent, "base_score: \(text.prefix(64))") }
        return margins.count == outputs ? margins : Array(repeating: margins[0], count: outputs)
    }

    private static func features(_ document: XGBoostDocument, _ count: Int) throws(ModelError) -> [Model.Feature] {
        let (names, types) = (document.featureNames, document.featureTypes)
        guard names.isEmpty || names.count == count, types.isEmpty || types.count == count,
            document.categories.isEmpty || document.categories.count == count
        else { throw ModelError(.inconsistent, "\(count) features, \(names.count) names, \(types.count) types") }
        return (0..<count).map { feature in
            Model.Feature(
                name: names.isEmpty ? "f\(feature)" : names[feature],
                isCategory: !types.isEmpty && types[feature] == "c",
                categories: document.categories.isEmpty ? [] : document.categories[feature])
        }
    }
}
