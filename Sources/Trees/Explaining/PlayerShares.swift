/// Which features share what a player contributes.
struct PlayerShares: Sendable {
    let cellCount: Int
    let count: Int
    private let starts: FixedArray<Int32>
    private let features: FixedArray<Int32>

    init(_ slots: any SlotSource) {
        let players = slots.players
        (cellCount, count) = (slots.cellCount, players.count)
        precondition(players.allSatisfy { $0.allSatisfy { $0 >= 0 && $0 < slots.cellCount } })
        starts = FixedArray(
            players.reduce(into: [Int32(0)]) { starts, features in starts.append(starts.last! + Int32(features.count)) }
        )
        features = FixedArray(players.flatMap(\.self))
    }

    func features(of player: Int) -> UnsafeBufferPointer<Int32> {
        let (start, end) = (Int(starts.base[player]), Int(starts.base[player + 1]))
        return UnsafeBufferPointer(start: features.base + start, count: end - start)
    }

    /// Adds a player's share to its features, each the same part of it.
    func add(_ share: Double, of player: Int, to contributions: UnsafeMutablePointer<Double>) {
        let features = features(of: player)
        if features.count == 1 {
            contributions[Int(features[0])] += share
        } else {
            for feature in features { contributions[Int(feature)] += share / Double(features.count) }
        }
    }
}
