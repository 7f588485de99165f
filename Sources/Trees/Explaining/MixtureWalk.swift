/// Walks a row and a background row through a tree together, to every leaf that a mixture of the two can reach, and
/// shares the leaf's value between the players who led there.
///
/// Where the two go the same way nothing is decided. Where they part, the player decides: on the row's side they must
/// have joined, on the other they must not have. A leaf that `a` must have joined and `b` must not is reached in a
/// (a-1)! b! / (a+b)! of all orders right when a given one of the `a` joins, and left in a! (b-1)! / (a+b)! of them
/// when one of the `b` does.
final class MixtureWalk: Sendable {
    private struct Node {
        var threshold: Float
        /// Negative in a leaf.
        var slot: Int32
        var left, right, player: Int32
        var value: Double
    }

    let roots: [(node: Int32, output: Int)]
    private let nodes: FixedArray<Node>
    /// Of all trees, most.
    private let depth: Int

    init(_ ensemble: Ensemble) {
        let playerOfSlot = ensemble.slots.playerOfSlot
        precondition(playerOfSlot.count == ensemble.slots.slotCount)
        precondition(ensemble.trees.reduce(0) { $0 + $1.nodes.count } < Int32.max)
        var (nodes, roots, deepest) = ([Node](), [(node: Int32, output: Int)](), 0)
        for tree in ensemble.trees {
            let first = Int32(nodes.count)
            roots.append((first, tree.output))
            var depths = [Int](repeating: 0, count: tree.nodes.count)
            for (position, node) in tree.nodes.enumerated() {
                if node.isLeaf {
                    nodes.append(Node(threshold: 0, slot: -1, left: 0, right: 0, player: 0, value: node.value))
                    continue
                }
                precondition(node.left > position && node.right > position, "a tree whose links lead back")
                (depths[Int(node.left)], depths[Int(node.right)]) = (depths[position] + 1, depths[position] + 1)
                deepest = max(deepest, depths[position] + 1)
                nodes.append(
                    Node(
                        threshold: node.threshold, slot: node.slot, left: first + node.left, right: first + node.right,
                        player: playerOfSlot[Int(node.slot)], value: 0))
            }
        }
        (self.roots, self.nodes, depth) = (roots, FixedArray(nodes), deepest)
    }

    func value(from root: Int32, _ slots: UnsafePointer<Float>) -> Double {
        var node = nodes.base + Int(root)
        while node.pointee.slot >= 0 {
            let isLeft = slots[Int(node.pointee.slot)] < node.pointee.threshold
            node = nodes.base + Int(isLeft ? node.pointee.left : node.pointee.right)
        }
        return node.pointee.value
    }

    private enum Side { static let (open, row, other) = (UInt8(0), UInt8(1), UInt8(2)) }

    /// A background's side that is still to be walked, and what held where it parts from the row's.
    fileprivate struct Branch {
        var node, player: Int32
        var decided, joined, absent: Int
        var weight: Double
    }

    /// What a walk works in. One thread at a time uses it.
    final class Room {
        /// By player; all open between walks.
        fileprivate let sides: UnsafeMutablePointer<UInt8>
        fileprivate let decided: UnsafeMutablePointer<Int32>
        fileprivate let branches: UnsafeMutablePointer<Branch>

        init(_ walk: MixtureWalk, playerCount: Int) {
            sides = .allocate(capacity: playerCount + 1)
            sides.initialize(repeating: Side.open, count: playerCount + 1)
            decided = .allocate(capacity: walk.depth + 1)
            branches = .allocate(capacity: walk.depth + 1)
        }

        deinit {
            sides.deallocate()
            decided.deallocate()
            branches.deallocate()
        }
    }

    /// Adds what each player makes of the difference between the row's leaf and the other's.
    func add(
        from root: Int32, _ row: UnsafePointer<Float>, _ other: UnsafePointer<Float>, _ room: Room,
        to shares: UnsafeMutablePointer<Double>
    ) {
        let (sides, decided, branches) = (room.sides, room.decided, room.branches)
        var (count, joined, absent, pending) = (0, 0, 0, 0)
        // joined! · absent! / (joined + absent + 1)!
        var weight = 1.0
        var node = nodes.base + Int(root)
        while true {
            while node.pointee.slot >= 0 {
                let slot = Int(node.pointee.slot), player = Int(node.pointee.player)
                let rowSide = row[slot] < node.pointee.threshold ? node.pointee.left : node.pointee.right
                let otherSide = other[slot] < node.pointee.threshold ? node.pointee.left : node.pointee.right
                if rowSide != otherSide, sides[player] == Side.open {
                    branches[pending] = Branch(
                        node: otherSide, player: Int32(player), decided: count, joined: joined, absent: absent,
                        weight: weight)
                    pending += 1
                    sides[player] = Side.row
                    decided[count] = Int32(player)
                    count += 1
                    weight *= Double(joined + 1) / Double(joined + absent + 2)
                    joined += 1
                    node = nodes.base + Int(rowSide)
                } else {
                    node = nodes.base + Int(sides[player] == Side.other ? otherSide : rowSide)
                }
            }
            let share = node.pointee.value * weight * Double(joined + absent + 1)
            for place in 0..<count {
                let player = Int(decided[place])
                shares[player] += sides[player] == Side.row ? share / Double(joined) : -share / Double(absent)
            }
            guard pending > 0 else { break }
            pending -= 1
            let branch = branches[pending]
            while count > branch.decided {
                count -= 1
                sides[Int(decided[count])] = Side.open
            }
            (joined, absent, weight) = (branch.joined, branch.absent, branch.weight)
            sides[Int(branch.player)] = Side.other
            decided[count] = branch.player
            count += 1
            weight *= Double(absent + 1) / Double(joined + absent + 2)
            absent += 1
            node = nodes.base + Int(branch.node)
        }
        for place in 0..<count { sides[Int(decided[place])] = Side.open }
    }
}
