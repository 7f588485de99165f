internal import Platform

/// An `Ensemble` laid out for speed: immutable, one for all threads.
///
/// It is kept in two forms. For one row (`RowGroup`) eight trees are walked at once, without a branch that depends on
/// the row. For many rows (`LaneTree`) sixty-four rows go through one tree at once, in the bytes of vector registers.
/// Both take the leaves' values in the order of the trees and add them in the library's precision: the sums are its own,
/// bit for bit.
public final class OrdinaryForest: Sendable {
    public let cellCount: Int
    public let outputCount: Int
    let slots: any SlotSource
    let slotCount: Int
    let base: [Double]
    let precision: Ensemble.Precision
    let rows: RowForest
    /// Laid out when the first batch comes: half of the work of laying out, which single rows never need. Until then the
    /// ensemble stays in memory.
    let lanes: Once<LaneForest>

    /// Throws when a tree has more nodes than a link can tell.
    public init(_ ensemble: Ensemble) throws(ModelError) {
        slots = ensemble.slots
        (cellCount, slotCount) = (slots.cellCount, slots.slotCount)
        (base, outputCount, precision) = (ensemble.base, ensemble.base.count, ensemble.precision)
        rows = try RowForest(ensemble, slotCount: slotCount)
        lanes = Once { [slotCount] in LaneForest(ensemble, slotCount: slotCount) }
    }

    public var treeCount: Int { rows.treeCount }

    /// One row's margins: `cells` has `cellCount`, `margins` room for `outputCount`.
    public func margins(of cells: UnsafePointer<Float>, into margins: UnsafeMutablePointer<Double>) {
        withSlots { slots in
            self.slots.fill(slots, from: cells)
            let keys = OrderedKey.replace(slots, count: slotCount)
            switch precision {
            case .single: rows.sum(keys, base: base, as: Float.self, into: margins)
            case .double: rows.sum(keys, base: base, as: Double.self, into: margins)
            }
        }
    }

    /// Room for a row's slots: on the stack, unless there are thousands.
    @inline(__always)
    private func withSlots(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        // Swift takes up to a kilobyte of temporary memory from the stack, and more from the heap.
        if slotCount <= 256 || slotCount > 4096 {
            withUnsafeTemporaryAllocation(of: Float.self, capacity: max(slotCount, 1)) { body($0.baseAddress!) }
        } else {
            var room = InlineArray<4096, Float>(repeating: 0)
            var span = room.mutableSpan
            span.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
        }
    }

    public func margins(of cells: [Float]) -> [Double] {
        precondition(cells.count == cellCount, "a row of another model")
        return [Double](unsafeUninitializedCapacity: outputCount) { margins, count in
            cells.withUnsafeBufferPointer { cells in
                // An empty array has no address; a forest without cells reads none.
                let cells = cells.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Float>.alignment)!
                self.margins(of: cells, into: margins.baseAddress!)
            }
            count = outputCount
        }
    }

    /// For each tree the position, in `Ensemble.Tree.nodes`, of the leaf where the row ends.
    public func leaves(of cells: [Float]) -> [Int32] {
        precondition(cells.count == cellCount, "a row of another model")
        var slots = [Float](repeating: 0, count: max(slotCount, 1))
        return slots.withUnsafeMutableBufferPointer { slots in
            cells.withUnsafeBufferPointer { cells in
                let cells = cells.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Float>.alignment)!
                self.slots.fill(slots.baseAddress!, from: cells)
            }
            return rows.leaves(OrderedKey.replace(slots.baseAddress!, count: slotCount))
        }
    }
}
