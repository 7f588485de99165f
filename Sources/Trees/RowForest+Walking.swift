/// The numbers that leaves are added up in.
protocol LeafValue: BinaryFloatingPoint, Sendable, BitwiseCopyable {
    static func values(of forest: RowForest) -> UnsafePointer<Self>
}
extension Float: LeafValue {
    static func values(of forest: RowForest) -> UnsafePointer<Float> { forest.singles.base }
}
extension Double: LeafValue {
    static func values(of forest: RowForest) -> UnsafePointer<Double> { forest.doubles.base }
}

// Every index below was made by `RowLayout` and stays inside the arrays by construction: hence no bounds checks.
extension RowForest {
    /// The places, in a group's leaves, where the row ends in its eight trees.
    private typealias Places = (Int, Int, Int, Int, Int, Int, Int, Int)

    func sum<Value: LeafValue>(
        _ keys: UnsafePointer<Int32>, base: [Double], as type: Value.Type, into margins: UnsafeMutablePointer<Double>
    ) {
        let values = Value.values(of: self)
        if base.count == 1 {
            var sum = Value(base[0])
            var tree = 0
            while tree < treeCount {
                let group = groups.base[tree / Self.width]
                let places = end(of: group, keys)
                let leaves = values + group.leaf
                if tree + Self.width <= treeCount {
                    sum += leaves[places.0]
                    sum += leaves[places.1]
                    sum += leaves[places.2]
                    sum += leaves[places.3]
                    sum += leaves[places.4]
                    sum += leaves[places.5]
                    sum += leaves[places.6]
                    sum += leaves[places.7]
                } else {
                    Self.each(places, treeCount - tree) { _, place in sum += leaves[place] }
                }
                tree += Self.width
            }
            margins[0] = Double(sum)
            return
        }
        // Margins hold the sums meanwhile: every one is a `Value`, so none is rounded by that.
        for k in 0..<base.count { margins[k] = Double(Value(base[k])) }
        for tree in stride(from: 0, to: treeCount, by: Self.width) {
            let group = groups.base[tree / Self.width]
            let leaves = values + group.leaf
            Self.each(end(of: group, keys), treeCount - tree) { lane, place in
                let output = Int(outputs.base[tree + lane])
                margins[output] = Double(Value(margins[output]) + leaves[place])
            }
        }
    }

    func leaves(_ keys: UnsafePointer<Int32>) -> [Int32] {
        var found: [Int32] = []
        found.reserveCapacity(treeCount)
        for tree in stride(from: 0, to: treeCount, by: Self.width) {
            let group = groups.base[tree / Self.width]
            Self.each(end(of: group, keys), treeCount - tree) { _, place in
                found.append(positions.base[group.leaf + place])
            }
        }
        return found
    }

    @inline(__always)
    private static func each(_ places: Places, _ count: Int, _ visit: (Int, Int) -> Void) {
        visit(0, places.0)
        if count > 1 { visit(1, places.1) }
        if count > 2 { visit(2, places.2) }
        if count > 3 { visit(3, places.3) }
        if count > 4 { visit(4, places.4) }
        if count > 5 { visit(5, places.5) }
        if count > 6 { visit(6, places.6) }
        if count > 7 { visit(7, places.7) }
    }

    @inline(__always)
    private func end(of group: Group, _ keys: UnsafePointer<Int32>) -> Places {
        group.isHeap ? heapEnd(of: group, keys) : linkedEnd(of: group, keys)
    }

    @inline(__always)
    private func heapEnd(of group: Group, _ keys: UnsafePointer<Int32>) -> Places {
        let nodes = nodes.base + group.node
        let first = Self.width
        var p = (first, first, first, first, first, first, first, first)
        @inline(__always) func step(_ place: Int, _ lane: Int) -> Int {
            let node = nodes[place &+ lane]
            let isRight = keys[Int(node.packed)] >= node.key
            return place &+ place &+ (isRight ? RowForest.width : 0)
        }
        var depth = group.depth
        while depth > 0 {
            p.0 = step(p.0, 0)
            p.1 = step(p.1, 1)
            p.2 = step(p.2, 2)
            p.3 = step(p.3, 3)
            p.4 = step(p.4, 4)
            p.5 = step(p.5, 5)
            p.6 = step(p.6, 6)
            p.7 = step(p.7, 7)
            depth &-= 1
        }
        let bottom = Self.width << Int(group.depth)
        return (
            p.0 &- bottom, p.1 &- bottom &+ 1, p.2 &- bottom &+ 2, p.3 &- bottom &+ 3, p.4 &- bottom &+ 4,
            p.5 &- bottom &+ 5, p.6 &- bottom &+ 6, p.7 &- bottom &+ 7
        )
    }

    @inline(__always)
    private func linkedEnd(of group: Group, _ keys: UnsafePointer<Int32>) -> Places {
        let nodes = nodes.base + group.node
        let (shift, mask) = (slotBits, (1 as UInt32) &<< slotBits &- 1)
        var p: Places = (0, 1, 2, 3, 4, 5, 6, 7)
        @inline(__always) func step(_ place: Int) -> Int {
            let node = nodes[place]
            let isRight = keys[Int(node.packed & mask)] >= node.key
            return Int(node.packed &>> shift) &+ (isRight ? 1 : 0)
        }
        var depth = group.depth
        while depth > 0 {
            let old = p
            p.0 = step(p.0)
            p.1 = step(p.1)
            p.2 = step(p.2)
            p.3 = step(p.3)
            p.4 = step(p.4)
            p.5 = step(p.5)
            p.6 = step(p.6)
            p.7 = step(p.7)
            // All have come to their leaf: in a lopsided tree, usually long before the bottom.
            if p.0 == old.0, p.1 == old.1, p.2 == old.2, p.3 == old.3, p.4 == old.4, p.5 == old.5, p.6 == old.6,
                p.7 == old.7
            {
                break
            }
            depth &-= 1
        }
        return p
    }
}
