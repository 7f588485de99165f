import CLanes
import TestKit
import Testing

@testable import Trees

@Suite struct ObliviousPicksTests {
    private typealias Tree = ObliviousPicks.Tree

    @Test func aPartEndsWhenItIsFull() {
        let parts = { (trees: [Tree]) in ObliviousPicks(trees, nobody: 9).parts.map(\.trees) }
        let most = ObliviousPicks.mostNumbers
        #expect(parts([]) == [])
        #expect(parts(.init(repeating: Tree(stride: 8, shares: [0]), count: most / 8)) == [Int32(most / 8)])
        #expect(parts(.init(repeating: Tree(stride: 8, shares: [0]), count: most / 8 + 1)) == [Int32(most / 8), 1])
        #expect(parts([Tree(stride: most - 8, shares: [0]), Tree(stride: 8, shares: [0])]) == [2])
        #expect(parts([Tree(stride: most - 8, shares: [0]), Tree(stride: 16, shares: [0])]) == [1, 1])
        #expect(parts(.init(repeating: Tree(stride: 2 * most, shares: [0]), count: 3)) == [1, 1, 1])
        // Trees without a table take no room.
        #expect(parts(.init(repeating: Tree(stride: 0, shares: []), count: Int(CLANES_PART) + 1)) == [256, 1])
    }

    @Test func aPartHasRoomForItsLargestTree() {
        #expect(ObliviousPicks([], nobody: 0).partNumbers == 8)
        #expect(ObliviousPicks([Tree(stride: 40, shares: [0])], nobody: 1).partNumbers == 48)
        // The most that a tree may have.
        let large = Tree(stride: 40960, shares: (0..<40960).map { $0 })
        let order = ObliviousPicks([large, Tree(stride: 8, shares: [0])], nobody: 40960)
        #expect(order.partNumbers == 40968 && order.parts.map(\.quads) == [10240, 1])
    }

    /// Every number is picked once, for its share, in the order of the trees; all else picks zeros or is nobody's.
    @Test(arguments: 0..<20 as Range<UInt64>) func everyNumberGoesToItsShare(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let shares = Int32.random(in: 1...40, using: &random)
        let trees = (0..<Int.random(in: 1...700, using: &random)).map { _ in
            let own = (0..<shares).shuffled(using: &random).prefix(.random(in: 0...8, using: &random))
            return Tree(stride: 8 * .random(in: 1...3, using: &random), shares: Array(own))
        }
        let order = ObliviousPicks(trees, nobody: shares)
        var (quad, pick, next) = (0, 0, 0)
        for part in order.parts {
            #expect(part.first_tree == next)
            next += Int(part.trees)
            var expected = [[UInt16]](repeating: [], count: Int(shares) + 1)
            var place = 8
            for tree in trees[Int(part.first_tree)..<next] {
                for (number, share) in tree.shares.enumerated() { expected[Int(share)].append(UInt16(place + number)) }
                place += tree.stride
            }
            var picked = [[UInt16]](repeating: [], count: Int(shares) + 1)
            for _ in 0..<part.quads {
                let (s, count) = (order.quads[quad].shares, order.quads[quad].count)
                for _ in 0..<count {
                    for (lane, share) in [s.0, s.1, s.2, s.3].enumerated() where order.picks[pick + lane] != 0 {
                        picked[Int(share)].append(order.picks[pick + lane])
                    }
                    pick += 4
                }
                quad += 1
            }
            #expect(picked == expected)
        }
        #expect(next == trees.count && quad == order.quads.count && pick == order.picks.count)
    }
}
