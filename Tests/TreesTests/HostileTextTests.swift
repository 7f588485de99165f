import Testing

@testable import Trees

/// LightGBM's text, with what it never writes.
@Suite struct HostileTextTests {
    /// Two splits and three leaves, with some of the lines replaced.
    static func lightgbm(_ changes: [String: String] = [:], header: [String: String] = [:]) -> [UInt8] {
        var head = [
            "version": "v4", "num_tree_per_iteration": "1", "max_feature_idx": "1", "objective": "regression",
            "feature_names": "a b", "feature_infos": "[0:1] none",
        ]
        head.merge(header) { $1 }
        var tree = [
            "num_leaves": "3", "num_cat": "0", "split_feature": "0 1", "threshold": "1.5 2", "decision_type": "8 8",
            "left_child": "1 -1", "right_child": "-2 -3", "leaf_value": "1 2 3", "leaf_count": "1 1 1",
            "internal_count": "3 2", "is_linear": "0",
        ]
        tree.merge(changes) { $1 }
        let lines = { (pairs: [String: String]) in pairs.map { "\($0)=\($1)\n" }.joined() }
        return Array("tree\n\(lines(head))\nTree=0\n\(lines(tree))\n\nend of trees\n".utf8)
    }

    @Test func theSmallestModel() throws {
        let forest = try OrdinaryForest(ModelFile.read(Self.lightgbm()).ensemble)
        #expect(forest.margins(of: [1.5, 2]) == [1] && forest.margins(of: [1.5, 2.5]) == [3])
        #expect(forest.margins(of: [1.6, 2]) == [2] && forest.margins(of: [.nan, 2]) == [2])
        let lines = String(decoding: Self.lightgbm(), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let model = try ModelFile.read(Array(lines.joined(separator: "\r\n").utf8))
        #expect(model.ensemble.trees.count == 1)
    }

    @Test(arguments: [
        ["left_child": "0 -1"], ["left_child": "1 0"], ["right_child": "1 -3"], ["right_child": "-2 -4"],
        ["right_child": "-2 2"], ["right_child": "-1 -3"], ["split_feature": "0 2"], ["split_feature": "0 -1"],
        ["split_feature": "0"], ["threshold": "nan 1"], ["leaf_value": "1 2 inf"], ["leaf_value": "1 2"],
        ["num_leaves": "4"], ["num_leaves": "0"], ["num_leaves": "-3"], ["decision_type": "12 8"],
        ["decision_type": "16 8"], ["decision_type": "-1 8"], ["decision_type": "1 8"],
        ["decision_type": "1 8", "threshold": "0 2", "cat_boundaries": "0 2", "cat_threshold": "1"],
        ["decision_type": "1 8", "threshold": "0 2", "cat_boundaries": "1 0", "cat_threshold": "1"],
        ["decision_type": "1 8", "threshold": "1 2", "cat_boundaries": "0 1", "cat_threshold": "1"],
        ["decision_type": "1 1", "threshold": "0 0", "cat_boundaries": "0 1", "cat_threshold": "1"],
        ["decision_type": "1 8", "threshold": "0.5 2", "cat_boundaries": "0 1", "cat_threshold": "1"],
        ["decision_type": "1 8", "threshold": "0 2", "cat_boundaries": "0 1", "cat_threshold": "4294967296"],
        [
            "decision_type": "1 8", "threshold": "0 2", "split_feature": "0 0", "cat_boundaries": "0 1",
            "cat_threshold": "3",
        ],
    ])
    func contradictions(_ changes: [String: String]) {
        let failure = #expect(throws: ModelError.self) { try ModelFile.read(Self.lightgbm(changes)) }
        #expect(failure?.reason == .inconsistent)
    }

    @Test(arguments: [
        ["threshold": "1.5 two"], ["left_child": "1 9999999999999999999"], ["left_child": "1 -"],
        ["num_leaves": "3 3"], ["num_leaves": ""],
    ])
    func whatIsNoNumber(_ changes: [String: String]) {
        let failure = #expect(throws: ModelError.self) { try ModelFile.read(Self.lightgbm(changes)) }
        #expect(failure?.reason == .malformed)
    }

    @Test func whatIsNotSupported() {
        for bytes in [
            Self.lightgbm(["is_linear": "1"]), Self.lightgbm(header: ["objective": "my_own"]),
            Self.lightgbm(header: ["version": "v1"]),
        ] {
            let failure = #expect(throws: ModelError.self) { try ModelFile.read(bytes) }
            #expect(failure?.reason == .unsupported)
        }
    }

    @Test func sizesAreBounded() throws {
        let names = { (count: Int) in (0..<count).map { "f\($0)" }.joined(separator: " ") }
        let header = { (count: Int) in
            [
                "max_feature_idx": "\(count - 1)", "feature_names": names(count),
                "feature_infos": Array(repeating: "none", count: count).joined(separator: " "),
            ]
        }
        #expect(try ModelFile.read(Self.lightgbm(header: header(65_536))).features.count == 65_536)
        let failure = #expect(throws: ModelError.self) { try ModelFile.read(Self.lightgbm(header: header(65_537))) }
        #expect(failure?.reason == .tooLarge)
        #expect(throws: ModelError.self) {
            try ModelFile.read(Self.lightgbm(header: ["num_tree_per_iteration": "4097"]))
        }
        #expect(throws: ModelError.self) { try ModelFile.read(Self.lightgbm(header: ["num_tree_per_iteration": "0"])) }
    }

    /// Splits that a file has in any order are put in order, as long as they are a tree.
    @Test func splitsBeforeTheirParents() throws {
        let bytes = Self.lightgbm([
            "num_leaves": "4", "split_feature": "0 0 0", "threshold": "5 1 9", "decision_type": "8 8 8",
            "left_child": "2 -1 1", "right_child": "-4 -2 -3", "leaf_value": "1 2 3 4", "leaf_count": "1 1 1 1",
            "internal_count": "4 2 3",
        ])
        let forest = try OrdinaryForest(ModelFile.read(bytes).ensemble)
        #expect([0, 2, 5, 6].map { forest.margins(of: [$0, 0])[0] } == [1, 2, 2, 4])
    }
}
