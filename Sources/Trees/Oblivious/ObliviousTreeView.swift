/// One tree of a forest, seen as a game: whose doing each level is.
struct ObliviousTreeView {
    let depth: Int
    let outputs: Int
    /// The forest's players that have a level here, each once.
    let players: [Int32]
    /// By level, from the lowest bit: a position in `players`.
    let playerOfLevel: [Int]
    /// By leaf, then by output.
    let values: UnsafePointer<Double>
    /// The first of the tree's leaves among all of the forest.
    let firstLeaf: Int

    var leafCount: Int { 1 << depth }

    init(_ layout: ObliviousLayout, tree: Int) {
        depth = Int(layout.depths[tree])
        outputs = layout.outputs
        firstLeaf = Int(layout.firstLeaf[tree])
        values = layout.leaves.base + firstLeaf * layout.outputs
        var (players, positions): ([Int32], [Int]) = ([], [])
        for level in 0..<depth {
            let slot = Int(layout.splitSlots[tree * layout.splitsPerTree + level])
            let player = layout.players.ofSlot[slot]
            if !players.contains(player) { players.append(player) }
            positions.append(players.firstIndex(of: player)!)
        }
        (self.players, playerOfLevel) = (players, positions)
    }

    /// The bits of a leaf's number that are the doing of a set of players, given as bits.
    func levels(of set: Int) -> Int {
        var mask = 0
        for level in 0..<depth where set >> playerOfLevel[level] & 1 == 1 { mask |= 1 << level }
        return mask
    }
}

/// The weight that Shapley's formula gives to a set of a size, when there are `count` players in all: for what one
/// player adds to it, and for what two add together.
struct ShapleyWeights {
    private let one: [Double]
    private let two: [Double]

    init(count: Int) {
        // size! (count - size - 1)! / count! is 1 / (count · binomial(count - 1, size)).
        func weights(_ others: Int) -> [Double] {
            guard others >= 0 else { return [] }
            var (binomial, weights): (Double, [Double]) = (1, [])
            for size in 0...others {
                weights.append(1 / (Double(others + 1) * binomial))
                binomial = binomial * Double(others - size) / Double(size + 1)
            }
            return weights
        }
        one = weights(count - 1)
        two = weights(count - 2)
    }

    /// Of what one player adds to a set without it.
    func single(_ size: Int) -> Double { one[size] }
    /// Of what two players add together to a set without both.
    func pair(_ size: Int) -> Double { two[size] }

    /// What the value of a set counts for a player that is in it.
    func inside(_ size: Int) -> Double { one[size - 1] }
    /// And for one that is not, with its sign; 0 when nobody is outside.
    func outside(_ size: Int) -> Double { size < one.count ? -one[size] : 0 }
}
