import Trees

/// Whatever a file says, it is refused with an error, or it is a model that answers: for one row as for many, with
/// contributions that add up.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCatBoost(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let model = try? CatBoostModel(reading: bytes) else { return 0 }
    let cells = model.features.indices.map { Float($0 % 7) - 3 }
    switch model.trees {
    case .oblivious(let forest): check(forest, cells)
    case .grown(let ensemble): check(ensemble, cells)
    }
    return 0
}

private func check(_ forest: ObliviousForest, _ cells: [Float]) {
    // Anything larger is right too, but slow.
    guard forest.cellCount <= 256, forest.outputCount <= 16, forest.treeCount <= 64 else { return }
    let margins = forest.margins(of: cells)
    for (tree, leaf) in forest.leaves(of: cells).enumerated() {
        precondition(Int(leaf) < 1 << 16 && tree < forest.treeCount)
    }
    let rows = [[Float]](repeating: cells, count: 65).flatMap { $0 }
    var together = [Double](repeating: 0, count: 65 * forest.outputCount)
    forest.margins(rows: rows, count: 65, into: &together)
    for (place, margin) in together.enumerated() {
        precondition(margin.bitPattern == margins[place % forest.outputCount].bitPattern, "rows differ")
    }
    guard let explainer = try? forest.explainer() else { return }
    let (same, contributions) = explainer.explain(cells)
    for output in margins.indices {
        precondition(same[output].bitPattern == margins[output].bitPattern, "margins differ")
        let own = contributions[output * cells.count..<(output + 1) * cells.count]
        let size = own.reduce(explainer.base[output].magnitude) { $0 + $1.magnitude }
        let sum = own.reduce(explainer.base[output], +)
        // Values may be so great that they overflow.
        guard size < 1e200 else { continue }
        precondition(abs(sum - margins[output]) <= 1e-9 * max(1, size), "contributions do not add up")
    }
}

/// Links lead forwards, to nodes that are there, and each to its own.
private func check(_ ensemble: Ensemble, _ cells: [Float]) {
    var slots = [Float](repeating: .nan, count: ensemble.slots.slotCount)
    ensemble.slots.fill(&slots, from: cells)
    precondition(slots.allSatisfy { !$0.isNaN })
    for tree in ensemble.trees {
        precondition(ensemble.base.indices.contains(tree.output) && !tree.nodes.isEmpty)
        var isChild = [Bool](repeating: false, count: tree.nodes.count)
        for (place, node) in tree.nodes.enumerated() where !node.isLeaf {
            precondition(slots.indices.contains(Int(node.slot)) && !node.threshold.isNaN)
            for child in [Int(node.left), Int(node.right)] {
                precondition(child > place && child < tree.nodes.count && !isChild[child])
                isChild[child] = true
            }
        }
    }
}
