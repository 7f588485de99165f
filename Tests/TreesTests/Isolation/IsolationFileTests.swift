import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct IsolationFileTests {
    private static let grown = Result {
        try #require(try IsolationSamples.grown(IsolationSamples.table(rows: 300)))
    }

    private static func file(_ changes: [String: String] = [:]) -> [UInt8] {
        var members = [
            "format": "\"inspectia-isolement-1\"", "colonnes": "[\"x\",\"y\"]", "echantillon": "4",
            "rangs": "[0.3,0.5]", "noeuds": "[0,-2,1,-1,-1]", "seuils": "[1.5,2]", "absents": "\"gd\"",
        ]
        members.merge(changes) { $1 }
        let text =
            ["format", "colonnes", "echantillon", "rangs"].map { "\"\($0)\":\(members[$0] ?? "")" }
            .joined(separator: ",")
        let tree = ["noeuds", "seuils", "absents"].map { "\"\($0)\":\(members[$0] ?? "")" }.joined(separator: ",")
        return Array("{\(text),\"arbres\":[{\(tree)}]}".utf8)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let grown = try Self.grown.get()
        let bytes = grown.jsonBytes()
        let read = try Isolation(reading: bytes)
        #expect(read == grown && read.jsonBytes() == bytes)
        #expect(bytes.count < 400_000)
        let small = try Isolation(reading: Self.file())
        #expect(small.columns == ["x", "y"] && small.trees[0].missingGoesLeft == [true, false])
        #expect(small.jsonBytes().count > 0)
    }

    @Test(arguments: [
        ["format": "\"inspectia-isolement-2\""], ["colonnes": "[]"], ["colonnes": "[\"x\",\"x\"]"],
        ["colonnes": "[\"x\"]"], ["echantillon": "1"], ["echantillon": "3"], ["echantillon": "5"],
        ["echantillon": "-4"], ["echantillon": "1e9"], ["echantillon": "9223372036854775807"], ["rangs": "[0.3]"],
        ["rangs": "[0.5,0.3]"], ["rangs": "[0,0.5]"], ["rangs": "[0.3,1]"], ["rangs": "[0.3,null]"],
        ["noeuds": "[]"], ["noeuds": "[0,-2,1,-1]"], ["noeuds": "[0,-2,1,-1,-1,-1]"], ["noeuds": "[0,-2,2,-1,-1]"],
        ["noeuds": "[-4]"], ["noeuds": "[-4,0,1,-1,-1]"], ["noeuds": "[0,1,-2,-1]"], ["noeuds": "[0,-2,1,-1,-2]"],
        ["noeuds": "[0,-2147483648,1,-1,-1]"], ["noeuds": "[0,-9999999999,1,-1,-1]"], ["noeuds": "[0,-2,1.5,-1,-1]"],
        ["noeuds": "[0,-1,1,-1,0,-1,-1]", "seuils": "[1,2,3]", "absents": "\"ggg\""],
        ["seuils": "[1]"], ["seuils": "[1,2,3]"], ["seuils": "[1,1e39]"], ["seuils": "[1,null]"],
        ["seuils": "[1,\"2\"]"], ["absents": "\"g\""], ["absents": "\"gdg\""], ["absents": "\"gx\""], ["absents": "2"],
    ])
    func contradictionsAreRefused(_ changes: [String: String]) {
        let failure = #expect(throws: LearningError.self) { try Isolation(reading: Self.file(changes)) }
        #expect(failure?.reason == .badPackage || failure?.reason == .tooLarge)
        #expect(failure?.subject == Isolation.fileName)
    }

    @Test func limitsHoldExactly() throws {
        let limits = IsolationLimits.standard
        func tree(_ columns: Int) -> IsolationTree {
            IsolationTree(nodes: [Int32(columns - 1), -1, -1], thresholds: [0], missingGoesLeft: [true])
        }
        func make(trees: Int = 1, columns: Int = 1, ranks: Int = 2) throws -> Isolation {
            try Isolation(
                columns: (0..<columns).map { "c\($0)" }, sample: 2,
                trees: [IsolationTree](repeating: tree(columns), count: trees),
                ranks: [Double](repeating: 0.5, count: ranks))
        }
        #expect(throws: Never.self) { try make(trees: limits.trees.upperBound) }
        #expect(throws: LearningError.self) { try make(trees: limits.trees.upperBound + 1) }
        #expect(throws: LearningError.self) { try make(trees: 0) }
        #expect(throws: Never.self) { try make(columns: limits.columns.upperBound) }
        #expect(throws: LearningError.self) { try make(columns: limits.columns.upperBound + 1) }
        #expect(throws: Never.self) { try make(ranks: limits.ranks.upperBound) }
        #expect(throws: LearningError.self) { try make(ranks: limits.ranks.upperBound + 1) }
        for (sample, isSound) in [(limits.sample.upperBound, true), (limits.sample.upperBound + 1, false)] {
            let tree = IsolationTree(nodes: [-Int32(sample)])
            let made = try? Isolation(columns: ["x"], sample: sample, trees: [tree], ranks: [0.4, 0.5])
            #expect((made != nil) == isSound)
        }
        // As deep as rows that halve, and no deeper.
        let chain = IsolationTree(nodes: [0, -1, 0, -1, -2], thresholds: [0, 1], missingGoesLeft: [true, true])
        #expect(chain.walk(sample: 4, columns: 1))
        let deeper = IsolationTree(
            nodes: [0, -1, 0, -1, 0, -1, -1], thresholds: [0, 1, 2], missingGoesLeft: [true, true, true])
        #expect(!deeper.walk(sample: 4, columns: 1))
        let spaces = [UInt8](repeating: 0x20, count: limits.bytes)
        #expect { try Isolation(reading: spaces + [0x20]) } throws: { ($0 as? LearningError)?.reason == .tooLarge }
        #expect { try Isolation(reading: spaces) } throws: { ($0 as? LearningError)?.reason == .badPackage }
    }

    /// What is still a forest judges any row without a crash.
    @Test(arguments: 0..<30)
    func aDamagedFileIsReadOrRefused(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bytes = try seed % 2 == 0 ? Self.file() : Self.grown.get().jsonBytes()
        for _ in 0..<(seed % 2 == 0 ? 200 : 10) {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] =
                    Array("0123456789-.,[]{}\"egd".utf8).randomElement(using: &random) ?? 0
            }
            if Int.random(in: 0..<8, using: &random) == 0 {
                damaged.removeLast(Int.random(in: 1...damaged.count, using: &random))
            }
            guard let isolation = try? Isolation(reading: damaged) else { continue }
            let judged = IsolationScorer(isolation).judge(
                isolation.columns.map { _ in .random(in: -3...3, using: &random) })
            #expect(judged.score > 0 && judged.score < 1 && 0...1 ~= judged.rank)
            #expect(judged.shares.allSatisfy { $0.isFinite })
        }
    }
}
