/// A model as XGBoost's file has it, read but not yet checked.
struct XGBoostDocument {
    struct Tree {
        var left: [Int32] = [], right: [Int32] = []
        var feature: [Int32] = []
        /// The threshold, or a leaf's value.
        var condition: [Float] = []
        var defaultLeft: [Int32] = []
        var hessian: [Float] = []
        /// 1 where the split is by category; may be missing altogether.
        var splitType: [Int32] = []
        /// The sets of the categorical nodes, one after the other; which nodes, where their sets start, how long.
        var categories: [Int32] = [], categoryNodes: [Int32] = []
        var categoryStarts: [Int32] = [], categoryCounts: [Int32] = []
        var leafSize = "0"
    }

    var version: [Int32] = []
    var objective = ""
    /// Numbers written as texts.
    var baseScore = "", featureCount = "", classCount = "0", targetCount = "1"
    var featureNames: [String] = [], featureTypes: [String] = []
    /// "gbtree", "dart" or "gblinear".
    var booster = ""
    /// By tree: which output it adds to.
    var output: [Int32] = []
    /// By tree, for dart: what its leaves are multiplied by.
    var weight: [Float] = []
    /// By feature: what its codes stand for; empty lists for numbers.
    var categories: [[String]] = []
    var trees: [Tree] = []
}

extension XGBoostDocument {
    init<Reader: DocumentReader & ~Copyable & ~Escapable>(_ reader: inout Reader) throws(ModelError) {
        self.init()
        var document = self
        try reader.members { name, reader throws(ModelError) in
            switch name {
            case "learner": try document.readLearner(&reader)
            case "version": document.version = try reader.integers()
            default: try reader.pass()
            }
        }
        self = document
    }

    private mutating func readLearner<Reader: DocumentReader & ~Copyable & ~Escapable>(
        _ reader: inout Reader
    ) throws(ModelError) {
        var document = self
        try reader.members { name, reader throws(ModelError) in
            switch name {
            case "feature_names": document.featureNames = try Self.texts(&reader)
            case "feature_types": document.featureTypes = try Self.texts(&reader)
            case "gradient_booster": try document.readBooster(&reader)
            case "learner_model_param": try document.readParameters(&reader)
            case "objective":
                try reader.members { name, reader throws(ModelError) in
                    if name == "name" { document.objective = try reader.text() } else { try reader.pass() }
                }
            default: try reader.pass()
            }
        }
        self = document
    }

    private mutating func readParameters<Reader: DocumentReader & ~Copyable & ~Escapable>(
        _ reader: inout Reader
    ) throws(ModelError) {
        var document = self
        try reader.members { name, reader throws(ModelError) in
            switch name {
            case "base_score": document.baseScore = try reader.text()
            case "num_class": document.classCount = try reader.text()
            case "num_feature": document.featureCount = try reader.text()
            case "num_target": document.targetCount = try reader.text()
            default: try reader.pass()
            }
        }
        self = document
    }

    private mutating func readBooster<Reader: DocumentReader & ~Copyable & ~Escapable>(
        _ reader: inout Reader
    ) throws(ModelError) {
        var document = self
        try reader.members { name, reader throws(ModelError) in
            switch name {
            case "name": document.booster = try reader.text()
            case "model": try document.readModel(&reader)
            case "weight_drop": document.weight = try reader.singles()
            case "gbtree":
                try reader.members { name, reader throws(ModelError) in
                    if name == "model" { try document.readModel(&reader) } else { try reader.pass() }
                }
            default: try reader.pass()
            }
        }
        self = document
    }

    private mutating func readModel<Reader: DocumentReader & ~Copyable & ~Escapable>(
        _ reader: inout Reader
    ) throws(ModelError) {
        guard trees.isEmpty else { throw ModelError(.malformed, "trees in two places") }
        var (output, categories, trees): ([Int32], [[String]], [Tree]) = ([], [], [])
        try reader.members { name, reader throws(ModelError) in
            switch name {
            case "tree_info": output = try reader.integers()
            case "cats": categories = try Self.categories(&reader)
            case "trees":
                try reader.elements { reader throws(ModelError) in trees.append(try Self.tree(&reader)) }
            default: try reader.pass()
            }
        }
        (self.output, self.categories, self.trees) = (output, categories, trees)
    }

    private static func tree<Reader: DocumentReader & ~Copyable & ~Escapable>(
        _ reader: inout Reader
    ) throws(ModelError) -> Tree {
        var tree = Tree()
        try reader.members { name, reader throws(ModelError) in
            switch name {
            case "left_children": tree.left = try reader.integers()
            case "right_children": tree.right = try reader.integers()
            case "split_indices": tree.feature = try reader.integers()
            case "split_conditions": tree.condition = try reader.singles()
            case "default_left": tree.defaultLeft = try reader.integers()
            case "sum_hessian": tree.hessian = try reader.singles()
            case "split_type": tree.splitType = try reader.integers()
            case "categories": tree.categories = try reader.integers()
            case "categories_nodes": tree.categoryNodes = try reader.integers()
            case "categories_segments": tree.categoryStarts = try reader.integers()
            case "categories_sizes": tree.categoryCounts = try reader.integers()
            case "base_weights", "loss_changes": try reader.passNumbers()
            case "tree_param":
                try reader.members { name, reader throws(ModelError) in
                    if name == "size_leaf_vector" { tree.leafSize = try reader.text() } else { try reader.pass() }
                }
            default: try reader.pass()
            }
        }
        return tree
    }

    private static func texts<Reader: DocumentReader & ~Copyable & ~Escapable>(
        _ reader: inout Reader
    ) throws(ModelError) -> [String] {
        var texts: [String] = []
        try reader.elements { reader throws(ModelError) in texts.append(try reader.text()) }
        return texts
    }
}
