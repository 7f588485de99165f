internal import CLanes
internal import Platform

extension OrdinaryForest {
    /// The margins of `count` rows: `cells` holds them one after the other, `margins` takes `outputCount` a row. The
    /// first call also lays out the forest for it, and others wait meanwhile.
    public func margins(
        rows cells: UnsafePointer<Float>, count: Int, into margins: UnsafeMutablePointer<Double>
    ) {
        guard count > 4, case let lanes = lanes.value, lanes.isComplete else {
            for row in 0..<count {
                self.margins(of: cells + row * cellCount, into: margins + row * outputCount)
            }
            return
        }
        switch precision {
        case .single: addBlocks(lanes, cells, count, margins, as: Float.self, add: Self.addSingles)
        case .double: addBlocks(lanes, cells, count, margins, as: Double.self, add: Self.addDoubles)
        }
    }

    /// What a call works in, in one piece of memory; every part starts on a cache line.
    private struct Room<Value> {
        let memory: UnsafeMutableRawPointer
        /// One row's slots; then 64 values of each slot; then 64 bytes of each plane.
        let row: UnsafeMutablePointer<Float>, values: UnsafeMutablePointer<Float>
        let planes: UnsafeMutablePointer<UInt8>, reach: UnsafeMutablePointer<UInt8>
        let sums: UnsafeMutablePointer<Value>

        init(slots: Int, planes planeCount: Int, reach reachCount: Int, outputs: Int) {
            let rows = LaneForest.rows
            let rowBytes = (slots * 4 + 63) & ~63
            let parts = [rowBytes, slots * rows * 4, planeCount * rows, reachCount * rows, outputs * rows * 8]
            memory = .allocate(byteCount: parts.reduce(64, +), alignment: 64)
            var next = memory
            func part<Element>(_ bytes: Int, of type: Element.Type) -> UnsafeMutablePointer<Element> {
                defer { next += bytes }
                return next.bindMemory(to: type, capacity: bytes / MemoryLayout<Element>.stride)
            }
            row = part(parts[0], of: Float.self)
            values = part(parts[1], of: Float.self)
            planes = part(parts[2], of: UInt8.self)
            reach = part(parts[3], of: UInt8.self)
            sums = part(parts[4], of: Value.self)
        }
    }

    private func addBlocks<Value: LeafValue>(
        _ lanes: LaneForest, _ cells: UnsafePointer<Float>, _ count: Int, _ margins: UnsafeMutablePointer<Double>,
        as type: Value.Type,
        add: (LaneForest, UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<Value>) -> Void
    ) {
        let room = Room<Value>(
            slots: slotCount, planes: lanes.planeCount, reach: lanes.reachCount, outputs: outputCount)
        defer { room.memory.deallocate() }
        let width = LaneForest.rows
        for first in stride(from: 0, to: count, by: width) {
            let rows = min(width, count - first)
            rank(lanes, cells + first * cellCount, rows, room.row, room.values, room.planes)
            for output in 0..<outputCount {
                for row in 0..<width { room.sums[output * width + row] = Value(base[output]) }
            }
            add(lanes, room.planes, room.reach, room.sums)
            for row in 0..<rows {
                for output in 0..<outputCount {
                    margins[(first + row) * outputCount + output] = Double(room.sums[output * width + row])
                }
            }
        }
    }

    /// Fills the planes of a block; what a short block lacks repeats its first row.
    private func rank(
        _ lanes: LaneForest, _ cells: UnsafePointer<Float>, _ rows: Int, _ slots: UnsafeMutablePointer<Float>,
        _ values: UnsafeMutablePointer<Float>, _ planes: UnsafeMutablePointer<UInt8>
    ) {
        let width = LaneForest.rows
        for row in 0..<width {
            self.slots.fill(slots, from: cells + (row < rows ? row : 0) * cellCount)
            for slot in 0..<slotCount { values[slot * width + row] = slots[slot] }
        }
        for slot in 0..<slotCount {
            let scale = lanes.scales.base[slot]
            clanes_rank(
                values + slot * width, lanes.thresholds.base + scale.first, scale.steps,
                planes + Int(scale.plane) * width, scale.planeCount)
        }
    }

    private static func addSingles(
        _ lanes: LaneForest, _ planes: UnsafePointer<UInt8>, _ reach: UnsafeMutablePointer<UInt8>,
        _ sums: UnsafeMutablePointer<Float>
    ) {
        clanes_add_singles(
            lanes.trees.base, lanes.trees.count, lanes.nodes.base, lanes.singles.base, planes, reach, sums)
    }

    private static func addDoubles(
        _ lanes: LaneForest, _ planes: UnsafePointer<UInt8>, _ reach: UnsafeMutablePointer<UInt8>,
        _ sums: UnsafeMutablePointer<Double>
    ) {
        clanes_add_doubles(
            lanes.trees.base, lanes.trees.count, lanes.nodes.base, lanes.doubles.base, planes, reach, sums)
    }
}
