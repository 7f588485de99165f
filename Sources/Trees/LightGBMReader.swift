/// LightGBM's models, from its text format of versions v2 to v4.
enum LightGBMReader {
    static func text(_ bytes: [UInt8]) throws(ModelError) -> Model { try model(try LightGBMDocument(bytes)) }

    static func model(_ document: LightGBMDocument) throws(ModelError) -> Model {
        guard ["v2", "v3", "v4"].contains(document.version) else {
            throw ModelError(.unsupported, "version \(document.version.prefix(64))")
        }
        let count = document.featureCount
        guard count <= ModelLimits.features else { throw ModelError(.tooLarge, "\(count) features") }
        let outputs = document.treesPerIteration
        guard outputs >= 1 else { throw ModelError(.malformed, "num_tree_per_iteration: \(outputs)") }
        guard outputs <= ModelLimits.outputs else { throw ModelError(.tooLarge, "\(outputs) outputs") }
        guard document.trees.count.isMultiple(of: outputs) else {
            throw ModelError(.inconsistent, "\(document.trees.count) trees for \(outputs) outputs")
        }
        for tree in document.trees { try LightGBMTree.check(tree, featureCount: count) }

        let scales = try LightGBMScales(document)
        var table = SlotTable(features: count)
        var trees: [Ensemble.Tree] = []
        for (index, tree) in document.trees.enumerated() {
            let nodes = try LightGBMTree(tree, scales).nodes(&table)
            trees.append(try Ensemble.Tree(output: index % outputs, checking: nodes))
        }
        let slots = table.finish(&trees, zeros: scales.zeros)
        return Model(
            library: .lightgbm, version: document.version, objective: document.objective.first ?? "",
            link: try link(document.objective),
            divisor: document.isAverage ? Double(max(1, trees.count / outputs)) : 1,
            features: try features(document, scales), cells: CellScale(scales.features),
            ensemble: Ensemble(
                slots: slots, trees: trees, base: Array(repeating: 0, count: outputs), precision: .double))
    }

    /// Without an objective, the user had one of their own: LightGBM then answers the margins.
    private static func link(_ objective: [String]) throws(ModelError) -> Link {
        switch objective.first ?? "none" {
        case "binary", "multiclassova": return .logistic(scale: try sigmoid(objective))
        case "cross_entropy", "xentropy": return .logistic(scale: 1)
        case "cross_entropy_lambda", "xentlambda": return .softplus
        case "multiclass", "softmax": return .softmax
        case "poisson", "gamma", "tweedie": return .exponential
        case "regression", "regression_l2", "l2", "mean_squared_error", "mse", "l2_root", "root_mean_squared_error":
            return objective.contains("sqrt") ? .signedSquare : .identity
        case "regression_l1", "l1", "mae", "huber", "fair", "quantile", "mape", "lambdarank", "rank_xendcg", "none",
            "custom":
            return .identity
        case let name: throw ModelError(.unsupported, "objective \(name.prefix(64))")
        }
    }

    private static func sigmoid(_ objective: [String]) throws(ModelError) -> Double {
        guard let parameter = objective.first(where: { $0.hasPrefix("sigmoid:") }) else { return 1 }
        guard let value = Double(parameter.dropFirst("sigmoid:".count)), value.isFinite, value > 0 else {
            throw ModelError(.malformed, "objective: \(parameter.prefix(64))")
        }
        return value
    }

    private static func features(
        _ document: LightGBMDocument, _ scales: LightGBMScales
    ) throws(ModelError) -> [Model.Feature] {
        let count = document.featureCount
        guard document.featureNames.count == count,
            document.featureRanges.isEmpty || document.featureRanges.count == count
        else { throw ModelError(.inconsistent, "\(count) features, \(document.featureNames.count) names") }
        var features = (0..<count).map { feature in
            let range = document.featureRanges.isEmpty ? "none" : document.featureRanges[feature]
            return Model.Feature(
                name: document.featureNames[feature],
                isCategory: scales.isCategory[feature] || range != "none" && !range.hasPrefix("["))
        }
        // The file lists the columns' categories without saying whose they are: known only when all columns are.
        let categories = features.indices.filter { features[$0].isCategory }
        if categories.count == document.categories.count {
            for (feature, values) in zip(categories, document.categories) { features[feature].categories = values }
        }
        return features
    }
}
