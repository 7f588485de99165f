/// An open-addressing table of positions in the stack of names.
struct MemberTable {
    /// Where the object's names begin in the stack.
    let first: Int
    private var count = 0
    /// A position counted from the object's first name, plus one; zero is free.
    private var slots = [UInt32](repeating: 0, count: 4 * MemberNames.fewNames)

    init(first: Int) { self.first = first }

    static func hash(_ name: MemberNames.Name) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(start: name.base, count: name.count))
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// False when a name equal to the one at `position` is there already.
    mutating func insert(_ position: Int, among names: UnsafeMutablePointer<MemberNames.Name>) -> Bool {
        if count * 2 >= slots.count { widen(among: names) }
        var slot = Int(truncatingIfNeeded: names[position].digest) & (slots.count - 1)
        while slots[slot] != 0 {
            if names[first + Int(slots[slot]) - 1].isSame(as: names[position]) { return false }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = UInt32(position - first + 1)
        count += 1
        return true
    }

    private mutating func widen(among names: UnsafeMutablePointer<MemberNames.Name>) {
        var wider = [UInt32](repeating: 0, count: slots.count * 2)
        for taken in slots where taken != 0 {
            var slot = Int(truncatingIfNeeded: names[first + Int(taken) - 1].digest) & (wider.count - 1)
            while wider[slot] != 0 { slot = (slot + 1) & (wider.count - 1) }
            wider[slot] = taken
        }
        slots = wider
    }
}
