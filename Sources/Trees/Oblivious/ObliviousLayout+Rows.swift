import CLanes

extension ObliviousLayout {
    /// One row's slots, on the stack while they are few.
    @inline(__always)
    func withSlots<Result>(of cells: UnsafePointer<Float>, _ body: (UnsafeMutablePointer<Float>) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(slotCount, 1)) { memory in
            let row = memory.baseAddress!
            slots.fill(row, from: cells)
            return body(row)
        }
    }

    @inline(__always)
    func margins(of cells: UnsafePointer<Float>, into margins: UnsafeMutablePointer<Double>) {
        withSlots(of: cells) { row in
            for output in 0..<outputs { margins[output] = 0 }
            clanes_oblivious_row(forest, row, margins)
        }
        for output in 0..<outputs { margins[output] = scale * margins[output] + bias[output] }
    }

    func withLeaves(of cells: UnsafePointer<Float>, _ body: (UnsafeMutablePointer<UInt16>) -> Void) {
        withSlots(of: cells) { row in
            withUnsafeTemporaryAllocation(of: UInt16.self, capacity: trees + 8) { memory in
                clanes_oblivious_leaves(forest, row, memory.baseAddress!)
                body(memory.baseAddress!)
            }
        }
    }

    /// Up to 512 rows at a time. One is made for a batch, and holds all that the batch needs.
    struct Batch {
        /// Rows come in blocks, and blocks in batches.
        static var block: Int { Int(CLANES_BLOCK) }
        static var most: Int { 8 * block }

        let layout: ObliviousLayout
        /// By block, then by slot, then by row. A block that is not full repeats its last row.
        let slots: UnsafeMutablePointer<Float>
        let ranks: UnsafeMutablePointer<UInt8>
        /// By block, then by output, then by row.
        let sums: UnsafeMutablePointer<Double>
        fileprivate(set) var firstRow = 0
        fileprivate(set) var rows = 0

        var blocks: Int { (rows + Self.block - 1) / Self.block }

        fileprivate init(_ layout: ObliviousLayout, rows: Int) {
            let most = min((rows + Self.block - 1) / Self.block * Self.block, Self.most)
            self.layout = layout
            slots = .allocate(capacity: most * layout.slotCount + 1)
            ranks = .allocate(capacity: most * max(layout.columns, 1))
            sums = .allocate(capacity: most * layout.outputs + 1)
        }

        fileprivate func deallocate() {
            slots.deallocate()
            ranks.deallocate()
            sums.deallocate()
        }

        fileprivate mutating func take(_ cells: UnsafePointer<Float>, _ range: Range<Int>) {
            (firstRow, rows) = (range.lowerBound, range.count)
            for block in 0..<blocks { fill(block, from: cells) }
            for number in 0..<blocks * Self.block * layout.outputs { sums[number] = 0 }
        }

        private func fill(_ block: Int, from cells: UnsafePointer<Float>) {
            let (size, cellCount) = (Self.block, layout.slots.cellCount)
            let first = cells + (firstRow + block * size) * cellCount
            let last = min(rows - block * size, size) - 1
            let columns = slots + block * size * layout.slotCount
            layout.numbers.withUnsafeBufferPointer { numbers in
                for (slot, number) in numbers.enumerated() {
                    let column = columns + slot * size
                    let source = first + Int(number.cell)
                    for row in 0..<size {
                        let cell = source[min(row, last) * cellCount]
                        column[row] = cell.isNaN ? number.missing : cell
                    }
                }
            }
            let known = layout.numbers.count
            guard known < layout.slotCount else { return }
            for row in 0..<size {
                layout.withSlots(of: first + min(row, last) * cellCount) { filled in
                    for slot in known..<layout.slotCount { columns[slot * size + row] = filled[slot] }
                }
            }
        }

        func sum() { clanes_oblivious_blocks(layout.forest, Int32(blocks), slots, ranks, sums) }

        func finish(into margins: UnsafeMutablePointer<Double>) {
            let (outputs, scale) = (layout.outputs, layout.scale)
            let first = margins + firstRow * outputs
            for output in 0..<outputs {
                let bias = layout.bias[output]
                for row in 0..<rows {
                    let place = (row / Self.block * outputs + output) * Self.block + row % Self.block
                    first[row * outputs + output] = scale * sums[place] + bias
                }
            }
        }
    }

    func withBatches(of cells: UnsafePointer<Float>, count: Int, _ body: (Batch) -> Void) {
        guard count > 0 else { return }
        var batch = Batch(self, rows: count)
        defer { batch.deallocate() }
        for first in stride(from: 0, to: count, by: Batch.most) {
            batch.take(cells, first..<min(first + Batch.most, count))
            body(batch)
        }
    }

    /// How many of `count` rows to take in blocks, which cost the same however few of their rows are meant: not a
    /// small rest, and none when a batch would take too much memory. `numbers` are kept for each row besides.
    func blocked(_ count: Int, numbers: Int = 0) -> Int {
        guard max(slotCount, columns, numbers) <= 1 << 14 else { return 0 }
        let tail = count % Batch.block
        return tail < 16 ? count - tail : count
    }
}
