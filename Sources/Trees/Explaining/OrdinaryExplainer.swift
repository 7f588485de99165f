import CLanes

/// Explains a forest's margins exactly: each feature's Shapley value, for every output, when what is not known of a row
/// is averaged by the training rows that came through each node.
///
/// For every row the contributions to an output and its `base` add up to the margin, but for rounding; the margin is
/// that of leaves added up as doubles. What a player of several features contributes is shared by them equally.
/// Building it lays out every tree anew, once: keep it for as long as the forest.
public final class OrdinaryExplainer: Sendable {
    /// What each output is expected to be when nothing is known of a row.
    public let base: [Double]
    public let cellCount: Int
    public let outputCount: Int

    let slots: any SlotSource
    let slotCount: Int
    let players: PlayerShares
    let tables: PathTables

    /// The forest's links lead from parents to children that come later, and its slots exist: readers see to that.
    public init(_ ensemble: Ensemble) {
        slots = ensemble.slots
        (cellCount, slotCount) = (slots.cellCount, slots.slotCount)
        outputCount = ensemble.base.count
        players = PlayerShares(slots)
        tables = PathTables(ensemble)
        base = zip(ensemble.base, tables.expected).map { $0 + $1 }
    }

    /// How many bytes its tables take.
    public var tableBytes: Int { tables.bytes }

    /// What explaining one row after the other works in. One thread at a time uses it.
    public final class Room {
        let slots: UnsafeMutablePointer<Float>
        let vectors, factors, shares: UnsafeMutablePointer<Double>
        let lefts, alive: UnsafeMutablePointer<UInt8>
        private let memory: UnsafeMutableRawPointer

        fileprivate init(_ explainer: OrdinaryExplainer) {
            let inner = explainer.tables.innerCount
            let sizes = [
                explainer.slotCount * 4, (2 + 4 * inner) * 32, explainer.tables.unstoredFactors * 8,
                explainer.outputCount * explainer.players.count * 32, inner, 1 + 2 * inner,
            ]
            let places = sizes.reduce(into: [0]) { places, size in places.append((places.last! + size + 63) & ~63) }
            memory = .allocate(byteCount: places.last! + 64, alignment: 64)
            slots = (memory + places[0]).bindMemory(to: Float.self, capacity: sizes[0] / 4)
            let numbers = (1...3).map { [memory] in
                (memory + places[$0]).bindMemory(to: Double.self, capacity: sizes[$0] / 8)
            }
            (vectors, factors, shares) = (numbers[0], numbers[1], numbers[2])
            lefts = (memory + places[4]).bindMemory(to: UInt8.self, capacity: sizes[4])
            alive = (memory + places[5]).bindMemory(to: UInt8.self, capacity: sizes[5])
        }

        deinit { memory.deallocate() }
    }

    public func makeRoom() -> Room { Room(self) }

    /// One row's contributions, by output and feature: `cells` has `cellCount` numbers, `contributions` room for
    /// `outputCount` times as many. Nothing is allocated.
    public func explain(
        _ cells: UnsafePointer<Float>, in room: Room, into contributions: UnsafeMutablePointer<Double>
    ) {
        slots.fill(room.slots, from: cells)
        let count = outputCount * players.count
        room.shares.update(repeating: 0, count: count * 4)
        for index in tables.trees.indices {
            let tree = tables.trees[index]
            let start = tables.starts.base + tree.firstStart
            for group in 0..<tree.groups {
                clanes_explain_row(
                    tables.paths + index, tables.factors(of: tree, group: group, room: room.factors),
                    start + 4 * group, room.slots, room.vectors, room.lefts, room.alive,
                    room.shares + tree.output * players.count * 4)
            }
        }
        contributions.update(repeating: 0, count: outputCount * cellCount)
        for output in 0..<outputCount {
            for player in 0..<players.count {
                let points = room.shares + (output * players.count + player) * 4
                let share = points[0] + points[1] + (points[2] + points[3])
                players.add(share, of: player, to: contributions + output * cellCount)
            }
        }
    }

    /// One row's contributions, by output and feature.
    public func explain(_ cells: [Float]) -> [Double] {
        precondition(cells.count == cellCount, "a row of another model")
        return [Double](unsafeUninitializedCapacity: outputCount * cellCount) { contributions, count in
            count = outputCount * cellCount
            // Without features there is nothing to contribute.
            guard count > 0 else { return }
            cells.withUnsafeBufferPointer {
                explain($0.baseAddress!, in: makeRoom(), into: contributions.baseAddress!)
            }
        }
    }
}
