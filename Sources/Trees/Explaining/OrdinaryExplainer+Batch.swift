import CLanes

extension OrdinaryExplainer {
    /// Rows that go through a tree while it is at hand: eight times eight lanes.
    private static let blockRows = 64
    private static let lanes = Int(CLANES_EXPLAIN_ROWS)

    /// Deeper trees, more splits in one or more shares of a row would make lanes need too much room.
    static let (laneDepth, laneSplits, laneShares) = (64, 1 << 12, 1 << 16)

    var suitsLanes: Bool {
        tables.depth <= Self.laneDepth && tables.innerCount <= Self.laneSplits
            && outputCount * max(players.count, slotCount) <= Self.laneShares
    }

    /// The contributions of `count` rows that lie one after the other: by row, by output, by feature.
    public func explain(
        rows cells: UnsafePointer<Float>, count: Int, into contributions: UnsafeMutablePointer<Double>
    ) {
        var done = 0
        if suitsLanes, count >= Self.lanes / 2 {
            let block = Block(self)
            while count - done >= Self.lanes / 2 {
                let rows = min(Self.blockRows, count - done)
                explain(
                    block, rows, cells + done * cellCount, into: contributions + done * outputCount * cellCount)
                done += rows
            }
        }
        guard done < count else { return }
        let room = makeRoom()
        for row in done..<count {
            explain(cells + row * cellCount, in: room, into: contributions + row * outputCount * cellCount)
        }
    }

    /// What a block of rows works in: eight rows' slots and shares lie side by side.
    private final class Block {
        let row, slots: UnsafeMutablePointer<Float>
        let frames, shares, factors: UnsafeMutablePointer<Double>
        let alive: UnsafeMutablePointer<Int64>
        private let memory: UnsafeMutableRawPointer

        init(_ explainer: OrdinaryExplainer) {
            let (tables, rows) = (explainer.tables, OrdinaryExplainer.blockRows)
            let sizes = [
                explainer.slotCount * 4, explainer.slotCount * rows * 4,
                (tables.depth + 2) * Int(CLANES_EXPLAIN_FRAME) * 64,
                explainer.outputCount * explainer.players.count * rows * 8,
                tables.unstoredFactors * 8, (1 + 2 * tables.innerCount) * 64,
            ]
            let places = sizes.reduce(into: [0]) { places, size in places.append((places.last! + size + 63) & ~63) }
            memory = .allocate(byteCount: places.last! + 64, alignment: 64)
            row = (memory + places[0]).bindMemory(to: Float.self, capacity: sizes[0] / 4)
            slots = (memory + places[1]).bindMemory(to: Float.self, capacity: sizes[1] / 4)
            frames = (memory + places[2]).bindMemory(to: Double.self, capacity: sizes[2] / 8)
            shares = (memory + places[3]).bindMemory(to: Double.self, capacity: sizes[3] / 8)
            factors = (memory + places[4]).bindMemory(to: Double.self, capacity: sizes[4] / 8)
            alive = (memory + places[5]).bindMemory(to: Int64.self, capacity: sizes[5] / 8)
        }

        deinit { memory.deallocate() }
    }

    private func explain(
        _ block: Block, _ rows: Int, _ cells: UnsafePointer<Float>, into contributions: UnsafeMutablePointer<Double>
    ) {
        let lanes = Self.lanes
        let groups = (rows + lanes - 1) / lanes
        fill(block, rows, cells)
        block.shares.update(repeating: 0, count: groups * lanes * outputCount * players.count)
        for index in tables.trees.indices {
            let tree = tables.trees[index]
            let start = tables.starts.base + tree.firstStart
            for points in 0..<tree.groups {
                let factors = tables.factors(of: tree, group: points, room: block.factors)
                for group in 0..<groups {
                    clanes_explain_rows(
                        tables.paths + index, Int32(min(4, tree.points - 4 * points)), factors, start + 4 * points,
                        block.slots + group * slotCount * lanes, block.frames, block.alive,
                        block.shares + (group * outputCount + tree.output) * players.count * lanes)
                }
            }
        }
        contributions.update(repeating: 0, count: rows * outputCount * cellCount)
        for row in 0..<rows {
            let (group, lane) = (row / lanes, row % lanes)
            for output in 0..<outputCount {
                let shares = block.shares + (group * outputCount + output) * players.count * lanes + lane
                let contributions = contributions + (row * outputCount + output) * cellCount
                for player in 0..<players.count {
                    players.add(shares[player * lanes], of: player, to: contributions)
                }
            }
        }
    }

    /// Fills the slots of whole groups; what the last one lacks repeats the last row.
    private func fill(_ block: Block, _ rows: Int, _ cells: UnsafePointer<Float>) {
        let lanes = Self.lanes
        for place in 0..<(rows + lanes - 1) / lanes * lanes {
            slots.fill(block.row, from: cells + min(place, rows - 1) * cellCount)
            let side = block.slots + place / lanes * slotCount * lanes + place % lanes
            for slot in 0..<slotCount { side[slot * lanes] = block.row[slot] }
        }
    }
}
