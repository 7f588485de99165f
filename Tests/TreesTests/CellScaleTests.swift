import TestKit
import Testing

@testable import Trees

/// Numbers that are not `Float`s go through LightGBM's splits as LightGBM sends them, which compares `Double`s.
@Suite struct CellScaleTests {
    /// One split a tree, a leaf of 1 on the left and of 0 on the right: margins count the trees that send a row left.
    private func model(_ thresholds: [Double], decision: Int) throws -> Model {
        let header = HostileTextTests.lightgbm(header: [
            "max_feature_idx": "0", "feature_names": "a", "feature_infos": "[0:1]",
        ])
        let text = String(decoding: header, as: UTF8.self)
        let head = text[..<text.range("Tree=0")!]
        var trees = ""
        for (index, threshold) in thresholds.enumerated() {
            trees += """
                Tree=\(index)
                num_leaves=2
                num_cat=0
                split_feature=0
                threshold=\(threshold)
                decision_type=\(decision)
                left_child=-1
                right_child=-2
                leaf_value=1 0
                leaf_count=1 1
                internal_count=2
                is_linear=0


                """
        }
        return try ModelFile.read(Array("\(head)\(trees)end of trees\n".utf8))
    }

    /// LightGBM's own rule, in the numbers themselves.
    private func goesLeft(_ number: Double, _ threshold: Double, decision: Int) -> Bool {
        let missing = decision >> 2 & 3
        let value = number.isNaN && missing != 2 ? 0 : number
        let limit = Double(Float(1e-35))
        if missing == 1, value >= -limit, value <= limit { return decision & 2 != 0 }
        if missing == 2, value.isNaN { return decision & 2 != 0 }
        return value <= threshold
    }

    private func check(_ thresholds: [Double], _ numbers: [Double]) throws {
        for decision in [0, 4, 6, 8, 10] {
            let model = try model(thresholds, decision: decision)
            let forest = try OrdinaryForest(model.ensemble)
            for number in numbers {
                let expected = thresholds.filter { goesLeft(number, $0, decision: decision) }.count
                let margin = forest.margins(of: model.cells.cells(of: [number]))[0]
                #expect(margin == Double(expected), "\(number) among \(thresholds), decision_type \(decision)")
            }
        }
    }

    private static let odd: [Double] = [
        .nan, .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e-35, -1e-35,
        Double(Float(1e-35)), 1e-30, -1e-30,
        Double(Float(1e-35)).nextUp, -Double(Float(1e-35)).nextUp, 3.5e38, -3.5e38, 1e300, -1e300,
    ]

    @Test(arguments: 0..<12) func numbersBetweenFloats(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let magnitude = [1, 1e-35, 1e-42, 1e9, 1e37, 1e300][Int(seed) % 6]
        var thresholds = (0..<12).map { _ in Double.random(in: -2...2, using: &random) * magnitude }
        // Some in one gap between `Float`s, some on a `Float`, some where zero ends.
        thresholds += thresholds.prefix(3).map { $0.nextUp } + thresholds.suffix(2).map { Double(Float($0)) }
        thresholds = thresholds.filter(\.isFinite) + [0, Double(Float(1e-35)), 1e300]
        if seed.isMultiple(of: 2) { thresholds.append(.infinity) }
        var numbers = Self.odd
        for threshold in thresholds {
            let float = Float(threshold)
            numbers += [threshold, threshold.nextUp, threshold.nextDown]
            numbers += [Double(float), Double(float.nextUp), Double(float.nextDown)]
            numbers += [(Double(float) + Double(float.nextUp)) / 2, (Double(float) + threshold) / 2]
        }
        try check(thresholds, numbers)
    }

    /// Ten-digit tariff codes: 512 of them between two `Float`s.
    @Test func codesOfTenDigits() throws {
        let codes = [8_471_300_000, 8_471_300_010, 8_471_300_090, 8_471_410_000, 8_517_120_011].map { Double($0) }
        let model = try model(codes.map { $0 + 0.5 }, decision: 8)
        #expect(!model.cells.keepsFloats)
        try check(codes.map { $0 + 0.5 }, codes + codes.map { $0 + 1 } + codes.map { $0 - 1 } + Self.odd)
    }

    @Test func oneBoundaryAGapKeepsFloats() throws {
        let model = try model([0.1, 0.2, 0.3, .infinity], decision: 8)
        #expect(model.cells.keepsFloats)
        #expect(model.cells.cells(of: [0.25]) == [0.25])
        #expect(model.cells.cell(of: .nan, feature: 0).isNaN)
    }

    @Test func categoriesLoseTheirFraction() throws {
        let bytes = HostileTextTests.lightgbm([
            "decision_type": "1 8", "threshold": "0 2", "num_cat": "1", "cat_boundaries": "0 2", "cat_threshold": "9 2",
        ])
        let model = try ModelFile.read(bytes)
        let forest = try OrdinaryForest(model.ensemble)
        let left = { (code: Double) in forest.margins(of: model.cells.cells(of: [code, 0]))[0] != 2 }
        #expect([0, 0.99999999999, -0.5, -0.9999999999, 3, 3.9999999999, 33].allSatisfy(left))
        #expect(![1, 2, 4, 2.9999999999, 32, 34, -1, -1.5, 1e9, 1e300, -1e300, .nan, .infinity].contains(where: left))
    }

    /// Codes of eight digits are too many for a `Float` to tell apart.
    @Test func categoriesOfEightDigits() throws {
        let code = 84_713_000
        var words = [String](repeating: "0", count: code / 32 + 1)
        words[code / 32] = "\(1 << (code % 32))"
        words[0] = "2"
        let bytes = HostileTextTests.lightgbm([
            "decision_type": "1 8", "threshold": "0 2", "num_cat": "1", "cat_boundaries": "0 \(words.count)",
            "cat_threshold": words.joined(separator: " "),
        ])
        let model = try ModelFile.read(bytes)
        let forest = try OrdinaryForest(model.ensemble)
        let left = { (code: Int) in forest.margins(of: model.cells.cells(of: [Double(code), 0]))[0] != 2 }
        #expect(left(code) && left(1))
        #expect(!left(code + 1) && !left(code - 1) && !left(0) && !left(-1))
    }
}

extension String {
    /// Where `text` first starts.
    fileprivate func range(_ text: String) -> Index? {
        indices.first { self[$0...].hasPrefix(text) }
    }
}
