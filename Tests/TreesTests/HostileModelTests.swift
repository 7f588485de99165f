import TestKit
import Testing

@testable import Trees

/// Whatever a file says, reading it ends with a model that can be asked or with a `ModelError`.
@Suite struct HostileModelTests {
    static let files = [
        "xgb_category.json", "xgb_category.ubj", "xgb_frame.ubj", "lgb_category.txt", "lgb_frame.txt",
    ]

    @Test(arguments: files)
    func cutAnywhere(_ file: String) throws {
        let bytes = try OwnModels.bytes(file)
        for count in stride(from: 0, to: bytes.count - 1, by: 7) {
            let part = Array(bytes.prefix(count))
            if file.hasSuffix("txt") {
                try? Self.ask(part)
            } else {
                #expect(throws: ModelError.self) { try ModelFile.read(part) }
            }
        }
    }

    @Test(arguments: files)
    func changedAnywhere(_ file: String) throws {
        let bytes = try OwnModels.bytes(file)
        var random = SeededGenerator(seed: 3)
        for _ in 0..<400 {
            var changed = bytes
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let position = Int.random(in: changed.indices, using: &random)
                changed[position] = [0x2d, 0x39, 0x31, 0, 0xff, UInt8.random(in: 0...255, using: &random)]
                    .randomElement(using: &random)!
            }
            try? Self.ask(changed)
        }
    }

    /// Anything but a `ModelError` fails the test.
    private static func ask(_ bytes: [UInt8]) throws {
        do throws(ModelError) {
            let model = try ModelFile.read(bytes)
            let forest = try OrdinaryForest(model.ensemble)
            for number in [0, -1, 3.5, 1e300, .nan, .infinity] {
                let cells = model.cells.cells(of: Array(repeating: number, count: model.cells.cellCount))
                #expect(forest.margins(of: cells).count == forest.outputCount)
            }
        } catch { #expect(!error.detail.isEmpty) }
    }

    // MARK: - XGBoost

    /// One tree of three nodes, with some of its members replaced.
    private static func xgboost(_ changes: [String: String] = [:], parameters: String = "", more: String = "")
        -> [UInt8]
    {
        var members = [
            "left_children": "[1,-1,-1]", "right_children": "[2,-1,-1]", "split_indices": "[0,0,0]",
            "split_conditions": "[1.5,-1,1]", "default_left": "[1,0,0]", "sum_hessian": "[2,1,1]",
        ]
        members.merge(changes) { $1 }
        let tree = members.map { "\"\($0)\":\($1)" }.joined(separator: ",")
        let sizes = parameters.isEmpty ? "\"num_feature\":\"2\",\"num_class\":\"0\"" : parameters
        return Array(
            """
            {"learner":{"gradient_booster":{"model":{"tree_info":[0],"trees":[{\(tree)}]},"name":"gbtree"},\
            "learner_model_param":{"base_score":"5E-1",\(sizes)},"objective":{"name":"binary:logistic"}\(more)},\
            "version":[3,2,0]}
            """.utf8)
    }

    @Test func theSmallestModel() throws {
        let model = try ModelFile.read(Self.xgboost())
        let forest = try OrdinaryForest(model.ensemble)
        #expect(forest.margins(of: [1, 0]) == [-1] && forest.margins(of: [1.5, 0]) == [1])
        #expect(forest.margins(of: [.nan, 0]) == [-1])
    }

    @Test(arguments: [
        // A node that leads to itself, back, to a node of another, out of the tree.
        ["left_children": "[0,-1,-1]"], ["left_children": "[1,0,-1]", "right_children": "[2,2,-1]"],
        ["left_children": "[2,-1,-1]"], ["left_children": "[3,-1,-1]"], ["right_children": "[-1,-1,-1]"],
        ["left_children": "[-2,-1,-1]"], ["right_children": "[2147483647,-1,-1]"],
        ["split_indices": "[2,0,0]"], ["split_indices": "[-1,0,0]"],
        ["split_conditions": "[NaN,-1,1]"], ["split_conditions": "[1,NaN,1]"], ["split_conditions": "[1,Infinity,1]"],
        ["sum_hessian": "[NaN,1,1]"], ["sum_hessian": "[2,1]"], ["default_left": "[1]"],
        ["split_type": "[1,0,0]"], ["split_type": "[1]"],
        [
            "split_type": "[1,0,0]", "categories": "[3,3]", "categories_nodes": "[0]", "categories_segments": "[0]",
            "categories_sizes": "[2]",
        ],
        [
            "split_type": "[1,0,0]", "categories": "[16777216]", "categories_nodes": "[0]",
            "categories_segments": "[0]",
            "categories_sizes": "[1]",
        ],
        ["categories": "[3]", "categories_nodes": "[0]", "categories_segments": "[1]", "categories_sizes": "[1]"],
        [
            "categories": "[3]", "categories_nodes": "[0,1]", "categories_segments": "[0,0]",
            "categories_sizes": "[1,1]",
        ],
    ])
    func contradictions(_ changes: [String: String]) {
        let failure = #expect(throws: ModelError.self) { try ModelFile.read(Self.xgboost(changes)) }
        #expect(failure?.reason == .inconsistent)
    }

    @Test(arguments: [
        "\"num_feature\":\"99999999999\"", "\"num_feature\":\"65537\"", "\"num_feature\":\"2\",\"num_class\":\"4097\"",
    ])
    func sizesBeyondTheLimits(_ parameters: String) {
        let failure = #expect(throws: ModelError.self) { try ModelFile.read(Self.xgboost(parameters: parameters)) }
        #expect(failure?.reason == .tooLarge)
    }

    @Test func sizesAtTheLimits() throws {
        let parameters = "\"num_feature\":\"65536\",\"num_class\":\"4096\""
        let model = try ModelFile.read(Self.xgboost(parameters: parameters))
        #expect(model.features.count == 65_536 && model.ensemble.base.count == 4096)
    }

    @Test func nestingIsBounded() {
        let deep = { (levels: Int) in
            ",\"x\":" + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(throws: Never.self) { try ModelFile.read(Self.xgboost(more: deep(62))) }
        #expect(throws: ModelError.self) { try ModelFile.read(Self.xgboost(more: deep(63))) }
        #expect(throws: ModelError.self) { try ModelFile.read(Self.xgboost(more: deep(100_000))) }
        let ubj = Array("{L".utf8) + [0, 0, 0, 0, 0, 0, 0, 1] + Array("x".utf8)
        #expect(throws: ModelError.self) {
            try ModelFile.read(ubj + [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))
        }
    }

    @Test func membersMayNotComeTwice() {
        #expect(throws: ModelError.self) {
            try ModelFile.read(Self.xgboost(more: ",\"objective\":{\"name\":\"binary:hinge\"}"))
        }
    }

    @Test func otherBoostersAreNamed() {
        let text = String(decoding: Self.xgboost(), as: UTF8.self).split(separator: "gbtree").joined(
            separator: "gblinear")
        let failure = #expect(throws: ModelError.self) { try ModelFile.read(Array(text.utf8)) }
        #expect(failure?.reason == .unsupported && failure?.detail == "booster gblinear")
    }

    /// Announcing a gigabyte takes a few bytes; believing it would take the gigabyte.
    @Test(arguments: ["[$d#L", "[$l#L", "[$L#L", "[#L", "SL"])
    func announcedGigabytes(_ head: String) {
        let name = Array("{L".utf8) + [0, 0, 0, 0, 0, 0, 0, 7] + Array("version".utf8)
        for size: [UInt8] in [
            [0, 0, 0, 0, 0x40, 0, 0, 0], [0x7f] + [UInt8](repeating: 0xff, count: 7),
            [UInt8](repeating: 0xff, count: 8),
        ] {
            #expect(throws: ModelError.self) { try ModelFile.read(name + Array(head.utf8) + size) }
        }
    }

    /// A chain of a hundred thousand nodes: nothing recurses.
    @Test func deepChains() throws {
        let splits = 100_000
        // Nodes 0, 2, 4… are splits, the others leaves; the last is a leaf too.
        let nodes = (0..<2 * splits + 1).map { $0 % 2 == 0 && $0 < 2 * splits }
        let column = { (value: (Int) -> String) in "[" + nodes.indices.map(value).joined(separator: ",") + "]" }
        let bytes = Self.xgboost([
            "left_children": column { nodes[$0] ? "\($0 + 1)" : "-1" },
            "right_children": column { nodes[$0] ? "\($0 + 2)" : "-1" },
            "split_indices": column { _ in "0" }, "split_conditions": column { "\($0)" },
            "default_left": column { _ in "0" }, "sum_hessian": column { _ in "1" },
        ])
        let forest = try OrdinaryForest(ModelFile.read(bytes).ensemble)
        #expect(forest.margins(of: [.nan, 0]) == [Double(2 * splits)])
        #expect(forest.margins(of: [-1, 0]) == [1])
    }
}
