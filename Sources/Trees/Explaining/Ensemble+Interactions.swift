extension Ensemble {
    /// More values than these nobody reads: they are one output's of 1,024 features.
    static let interactionValues = 1 << 20

    /// One row's interaction values, by output, feature and feature: a matrix an output, symmetric but for rounding,
    /// whose rows add up to the features' contributions, as `OrdinaryExplainer` gives them. A feature's own entry is
    /// what it contributes alone.
    ///
    /// Every path of d players takes d² / 2 steps at each of d / 2 points.
    public func interactions(of cells: [Float]) throws(ModelError) -> [Double] {
        precondition(cells.count == slots.cellCount, "a row of another model")
        // Features and players are far fewer than what would overflow when squared.
        let widest = max(slots.cellCount, slots.players.count)
        guard widest * widest <= Self.interactionValues / max(base.count, 1) else {
            throw ModelError(.tooLarge, "interactions of \(widest) features or players in \(base.count) outputs")
        }
        let filled = [Float](unsafeUninitializedCapacity: slots.slotCount) { filled, count in
            count = slots.slotCount
            guard count > 0, !cells.isEmpty else { return }
            cells.withUnsafeBufferPointer { slots.fill(filled.baseAddress!, from: $0.baseAddress!) }
        }
        let playerOfSlot = slots.playerOfSlot
        var matrices = base.map { _ in InteractionMatrix(playerCount: slots.players.count) }
        for tree in trees {
            InteractionPaths.forEach(in: tree, playerOfSlot: playerOfSlot, slots: filled) { value, steps in
                matrices[tree.output].add(value, steps)
            }
        }
        let players = PlayerShares(slots)
        return matrices.flatMap { $0.byFeature(players) }
    }
}

/// The interactions of players in one output.
private struct InteractionMatrix {
    private let playerCount: Int
    /// What a player contributes, and what each pair does, by player and player.
    private var shares: [Double]
    private var pairs: [Double]
    private var rules: [Int: GaussLegendre] = [:]

    init(playerCount: Int) {
        self.playerCount = playerCount
        shares = [Double](repeating: 0, count: playerCount)
        pairs = [Double](repeating: 0, count: playerCount * playerCount)
    }

    mutating func add(_ value: Double, _ steps: [InteractionPaths.Step]) {
        // Whom nobody in training followed there, without whom the row cannot: no coalition comes through.
        if steps.contains(where: { $0.share == 0 && !$0.isKept }) { return }
        let points = GaussLegendre.pointCount(players: steps.count)
        let rule = rules[points] ?? GaussLegendre(count: points)
        rules[points] = rule
        var gains = [Double](repeating: 0, count: steps.count)
        for (point, weight) in zip(rule.points, rule.weights) {
            var product = value * weight
            for (place, step) in steps.enumerated() {
                let factor = (1 - point) * step.share + (step.isKept ? point : 0)
                gains[place] = step.isKept ? (1 - step.share) / factor : -1 / (1 - point)
                product *= factor
            }
            for (place, step) in steps.enumerated() {
                let gain = product * gains[place]
                shares[step.player] += gain
                for other in 0..<place {
                    let half = gain * gains[other] / 2
                    pairs[step.player * playerCount + steps[other].player] += half
                    pairs[steps[other].player * playerCount + step.player] += half
                }
            }
        }
    }

    /// A player's pairs are shared equally by the pairs of their features.
    func byFeature(_ players: PlayerShares) -> [Double] {
        let cellCount = players.cellCount
        var matrix = [Double](repeating: 0, count: cellCount * cellCount)
        for one in 0..<playerCount {
            let row = pairs[one * playerCount..<(one + 1) * playerCount]
            let alone = shares[one] - row.reduce(0, +)
            let features = players.features(of: one)
            for other in 0..<playerCount {
                let others = players.features(of: other)
                let share = (one == other ? alone : row[one * playerCount + other])
                let part = share / Double(features.count * others.count)
                for feature in features {
                    for partner in others { matrix[Int(feature) * cellCount + Int(partner)] += part }
                }
            }
        }
        return matrix
    }
}
