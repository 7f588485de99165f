import TestKit
import Testing

@testable import Trees

@Suite struct LeafValuesTests {
    private static func sums(_ depth: Int, _ random: inout SeededGenerator) -> LeafSums {
        var sums = LeafSums(1 << depth)
        for leaf in 0..<1 << depth where Int.random(in: 0..<4, using: &random) > 0 {
            sums.gradients[leaf] = Double.random(in: -9...9, using: &random)
            sums.hessians[leaf] = Double.random(in: 0.1...5, using: &random)
            sums.weights[leaf] = 1
        }
        return sums
    }

    @Test func valueIsANewtonStep() {
        var sums = LeafSums(2)
        (sums.gradients, sums.hessians, sums.weights) = ([3, 0], [2, 0], [5, 0])
        let rule = LeafValues(learningRate: 0.1, lambda: 4, leastHessian: 0)
        #expect(rule.values(of: sums, senses: [0]) == [0.05, 0])
    }

    @Test func aSmallLeafAnswersWithThoseAroundIt() {
        var sums = LeafSums(4)
        (sums.gradients, sums.hessians) = ([4, 1, 2, -6], [4, 4, 1, 4])
        sums.weights = [1, 1, 1, 1]
        let rule = LeafValues(learningRate: 1, lambda: 0, leastHessian: 2)
        // Leaf 2 differs from leaf 0 in the last level: together 6 / 5.
        #expect(rule.values(of: sums, senses: [0, 0]) == [1, 0.25, 1.2, -1.5])
    }

    @Test(arguments: 1...60) func valuesFollowTheSenses(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let depth = Int.random(in: 1...6, using: &random)
        let senses = (0..<depth).map { _ in Int.random(in: -1...1, using: &random) }
        let rule = LeafValues(learningRate: 1, lambda: 1, leastHessian: 0)
        let sums = Self.sums(depth, &random)
        let values = rule.values(of: sums, senses: senses)
        for (level, sense) in senses.enumerated() where sense != 0 {
            for leaf in values.indices where leaf >> level & 1 == 0 {
                #expect(Double(sense) * (values[leaf | 1 << level] - values[leaf]) >= 0)
            }
        }
        // What is in order already stays as it is.
        let free = rule.values(of: sums, senses: senses.map { _ in 0 })
        if senses.allSatisfy({ $0 == 0 }) { #expect(values == free) }
    }
}
