import JSON

/// A model as LightGBM's text has it, read but not yet checked.
struct LightGBMDocument {
    struct Tree {
        var leafCount = 0, categoryCount = 0
        /// By internal node.
        var feature: [Int] = [], threshold: [Double] = [], decision: [Int] = []
        /// A node's position, or the complement of a leaf's.
        var left: [Int] = [], right: [Int] = []
        var nodeRows: [Int] = []
        /// By leaf.
        var value: [Double] = [], leafRows: [Int] = []
        /// The categorical splits' sets, as bits, and where each starts.
        var boundaries: [Int] = [], words: [Int] = []
        var isLinear = false
    }

    var version = ""
    /// The name and its parameters; empty for an objective of the user's own.
    var objective: [String] = []
    var treesPerIteration = 1
    var featureCount = 0
    var isAverage = false
    var featureNames: [String] = []
    /// "[min:max]" for numbers, "a:b:c" for categories, "none" for what is not used.
    var featureRanges: [String] = []
    var trees: [Tree] = []
    /// What the codes of each categorical column stood for, when trained from a data frame.
    var categories: [[String]] = []

    init(_ bytes: [UInt8]) throws(ModelError) {
        var lines = LightGBMLines(bytes)
        guard try lines.next()?.name == "tree" else { throw ModelError(.malformed, "no header", at: 0) }
        try readHeader(&lines)
        var isComplete = false
        while let line = try lines.next() {
            if line.name == "Tree", line.isPair {
                guard !isComplete, try lines.int(line.value) == trees.count else {
                    throw ModelError(.malformed, "a tree out of turn", at: line.value.lowerBound)
                }
                trees.append(try Self.tree(&lines))
            } else if line.name == "end of trees" {
                isComplete = true
            } else if line.name.hasPrefix("pandas_categorical:") {
                try readCategories(lines, until: line.value.upperBound)
            }
        }
        guard isComplete else { throw ModelError(.malformed, "the trees do not end", at: bytes.count) }
    }

    private mutating func readHeader(_ lines: inout LightGBMLines) throws(ModelError) {
        var names: Set<Substring> = []
        var hasFeatureCount = false
        while let line = try lines.next(), !line.name.isEmpty {
            guard names.insert(line.name).inserted else {
                throw ModelError(.malformed, "twice in the header: \(line.name)", at: line.value.lowerBound)
            }
            switch line.name {
            case "version": version = try lines.text(line.value)
            case "objective": objective = try lines.words(line.value)
            case "num_tree_per_iteration": treesPerIteration = try lines.int(line.value)
            case "max_feature_idx": (featureCount, hasFeatureCount) = (try lines.int(line.value) + 1, true)
            case "average_output": isAverage = true
            case "feature_names": featureNames = try lines.words(line.value)
            case "feature_infos": featureRanges = try lines.words(line.value)
            default: break
            }
        }
        guard hasFeatureCount, featureCount >= 0 else { throw ModelError(.malformed, "no max_feature_idx") }
    }

    /// The lines of a tree, up to the blank one.
    private static func tree(_ lines: inout LightGBMLines) throws(ModelError) -> Tree {
        var tree = Tree()
        var names: Set<Substring> = []
        while let line = try lines.next(), !line.name.isEmpty {
            guard names.insert(line.name).inserted else {
                throw ModelError(.malformed, "twice in a tree: \(line.name)", at: line.value.lowerBound)
            }
            switch line.name {
            case "num_leaves": tree.leafCount = try lines.int(line.value)
            case "num_cat": tree.categoryCount = try lines.int(line.value)
            case "split_feature": tree.feature = try lines.ints(line.value)
            case "threshold": tree.threshold = try lines.doubles(line.value)
            case "decision_type": tree.decision = try lines.ints(line.value)
            case "left_child": tree.left = try lines.ints(line.value)
            case "right_child": tree.right = try lines.ints(line.value)
            case "internal_count": tree.nodeRows = try lines.ints(line.value)
            case "leaf_value": tree.value = try lines.doubles(line.value)
            case "leaf_count": tree.leafRows = try lines.ints(line.value)
            case "cat_boundaries": tree.boundaries = try lines.ints(line.value)
            case "cat_threshold": tree.words = try lines.ints(line.value)
            case "is_linear": tree.isLinear = try lines.int(line.value) != 0
            default: break
            }
        }
        return tree
    }

    /// "pandas_categorical:" and a JSON text on the same line.
    private mutating func readCategories(_ lines: LightGBMLines, until end: Int) throws(ModelError) {
        let start = lines.bytes[..<end].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        let text = Array(lines.bytes[(start + "pandas_categorical:".utf8.count)..<end])
        if text == Array("null".utf8) { return }
        var found: [[String]] = []
        var reader = JSONReader(text.span.bytes)
        try reader.elements { reader throws(ModelError) in
            var values: [String] = []
            try reader.elements { reader throws(ModelError) in values.append(try reader.label()) }
            found.append(values)
        }
        categories = found
    }
}
