/// Each slot's distinct thresholds in ascending order, and for every question of the forest which of them it is.
///
/// A forest asks for few thresholds many times, so they are told apart by hashing and only the distinct ones sorted.
struct ThresholdTable {
    private struct Entry {
        var slot: Int32
        var key: Int32
    }
    private var entries: [Entry] = []
    /// Open addressing: positions in `entries`, -1 where free. Its size is a power of two.
    private var places: [Int32]
    /// By question, in the order of the trees and of their nodes: its entry, later that entry's rank in its slot.
    private(set) var ranks: [Int32] = []
    /// By slot.
    private(set) var thresholds: [[Float]]

    init(_ ensemble: Ensemble, slotCount: Int) {
        places = [Int32](repeating: -1, count: 1024)
        thresholds = [[Float]](repeating: [], count: slotCount)
        ranks.reserveCapacity(ensemble.trees.reduce(0) { $0 + $1.nodes.count / 2 })
        for tree in ensemble.trees {
            for node in tree.nodes where !node.isLeaf {
                ranks.append(entry(Entry(slot: node.slot, key: OrderedKey.of(node.threshold))))
            }
        }
        sort()
    }

    private mutating func entry(_ wanted: Entry) -> Int32 {
        var place = home(wanted)
        while places[place] >= 0 {
            let found = entries[Int(places[place])]
            if found.key == wanted.key, found.slot == wanted.slot { return places[place] }
            place = (place + 1) & (places.count - 1)
        }
        places[place] = Int32(entries.count)
        entries.append(wanted)
        if entries.count * 2 > places.count { grow() }
        return Int32(entries.count - 1)
    }

    private func home(_ entry: Entry) -> Int {
        let mixed =
            (UInt64(UInt32(bitPattern: entry.slot)) << 32 | UInt64(UInt32(bitPattern: entry.key)))
            &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: (mixed ^ mixed >> 29) &* 0xbf58_476d_1ce4_e5b9 >> 20) & (places.count - 1)
    }

    private mutating func grow() {
        places = [Int32](repeating: -1, count: places.count * 2)
        for (index, entry) in entries.enumerated() {
            var place = home(entry)
            while places[place] >= 0 { place = (place + 1) & (places.count - 1) }
            places[place] = Int32(index)
        }
    }

    private mutating func sort() {
        let order = entries.indices.sorted {
            (entries[$0].slot, entries[$0].key) < (entries[$1].slot, entries[$1].key)
        }
        var rankOfEntry = [Int32](repeating: 0, count: entries.count)
        for index in order {
            let slot = Int(entries[index].slot)
            rankOfEntry[index] = Int32(thresholds[slot].count)
            thresholds[slot].append(OrderedKey.value(of: entries[index].key))
        }
        for question in ranks.indices { ranks[question] = rankOfEntry[Int(ranks[question])] }
        (entries, places) = ([], [])
    }
}
