/// All paths of a tree to its leaves, for one row: who is asked on the way, and how each is answered.
struct InteractionPaths {
    struct Step {
        var player: Int
        /// How much of the training weight the player's splits leave.
        var share = 1.0
        /// Whether the row goes the same way at all of them.
        var isKept = true
    }

    private enum Task {
        case visit(Int32)
        case take(player: Int, share: Double, isKept: Bool)
        case put(player: Int, back: Step?)
    }

    private var path: [Step] = []
    /// Where a player's step lies in `path`.
    private var places: [Int: Int] = [:]

    /// Calls `body` with every leaf's value and the steps that lead there; their order says nothing.
    static func forEach(
        in tree: Ensemble.Tree, playerOfSlot: [Int32], slots: [Float], body: (Double, [Step]) -> Void
    ) {
        var paths = InteractionPaths()
        var tasks = [Task.visit(0)]
        while let task = tasks.popLast() {
            switch task {
            case .visit(let position):
                let node = tree.nodes[Int(position)]
                if node.isLeaf {
                    body(node.value, paths.path)
                    continue
                }
                precondition(node.left > position && node.right > position, "a tree whose links lead back")
                let player = Int(playerOfSlot[Int(node.slot)])
                let former = paths.places[player].map { paths.path[$0] }
                let share = PathTree.share(
                    of: tree.nodes[Int(node.left)].cover, beside: tree.nodes[Int(node.right)].cover)
                let isLeft = slots[Int(node.slot)] < node.threshold
                for (child, share, isKept) in [(node.left, share, isLeft), (node.right, 1 - share, !isLeft)] {
                    tasks.append(.put(player: player, back: former))
                    tasks.append(.visit(child))
                    tasks.append(.take(player: player, share: share, isKept: isKept))
                }
            case .take(let player, let share, let isKept): paths.take(player, share, isKept)
            case .put(let player, let former): paths.put(player, back: former)
            }
        }
    }

    private mutating func take(_ player: Int, _ share: Double, _ isKept: Bool) {
        if let place = places[player] {
            path[place].share *= share
            path[place].isKept = path[place].isKept && isKept
        } else {
            places[player] = path.count
            path.append(Step(player: player, share: share, isKept: isKept))
        }
    }

    private mutating func put(_ player: Int, back former: Step?) {
        if let former {
            path[places[player]!] = former
        } else {
            // A player's first step on a path is the last to be taken back.
            path.removeLast()
            places[player] = nil
        }
    }
}
