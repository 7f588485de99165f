import Trees

/// Two slots a number, for the two sides that a missing one may be on, and one for the sum of the first two numbers,
/// which is a player of its own.
struct TestSlots: SlotSource {
    let cellCount: Int

    var slotCount: Int { 2 * cellCount + 1 }
    var playerOfSlot: [Int32] { (0..<slotCount).map { Int32($0 / 2) } }
    var players: [[Int32]] { (0..<Int32(cellCount)).map { [$0] } + [[0, 1]] }

    func fill(_ slots: UnsafeMutablePointer<Float>, from cells: UnsafePointer<Float>) {
        for cell in 0..<cellCount {
            slots[2 * cell] = cells[cell].isNaN ? -.infinity : cells[cell]
            slots[2 * cell + 1] = cells[cell].isNaN ? .infinity : cells[cell]
        }
        let sum = cells[0] + cells[1]
        slots[2 * cellCount] = sum.isNaN ? -.infinity : sum
    }

    func slots(of cells: [Float]) -> [Float] {
        var slots = [Float](repeating: 0, count: slotCount)
        fill(&slots, from: cells)
        return slots
    }
}
