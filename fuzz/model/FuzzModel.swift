import Trees

/// Where a row ends when it walks node by node.
private func walk(_ ensemble: Ensemble, _ cells: [Float]) -> (leaves: [Int32], margins: [Double]) {
    var slots = [Float](repeating: 0, count: max(ensemble.slots.slotCount, 1))
    ensemble.slots.fill(&slots, from: cells)
    var (leaves, margins): ([Int32], [Double]) = ([], ensemble.base)
    for tree in ensemble.trees {
        var position = 0
        while !tree.nodes[position].isLeaf {
            let node = tree.nodes[position]
            precondition(Int(min(node.left, node.right)) > position, "links lead forward")
            precondition(!slots[Int(node.slot)].isNaN && !node.threshold.isNaN, "nothing is NaN")
            position = Int(slots[Int(node.slot)] < node.threshold ? node.left : node.right)
        }
        leaves.append(Int32(position))
        let value = tree.nodes[position].value
        let sum = margins[tree.output]
        margins[tree.output] = ensemble.precision == .single ? Double(Float(sum) + Float(value)) : sum + value
    }
    return (leaves, margins)
}

/// A file is refused with a `ModelError` or becomes a forest that answers as a plain walk over its trees does.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzModel(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let model = try? ModelFile.read(bytes), let forest = try? OrdinaryForest(model.ensemble) else { return 0 }
    // Without features every row is the same; with very many, one row is enough.
    let numbers = [0, 1.5, .nan, -3, 1e300, 20.1]
    guard model.cells.cellCount < 1000 else { return 0 }
    var (rows, expected): ([Float], [Double]) = ([], [])
    for number in numbers {
        let cells = model.cells.cells(of: Array(repeating: number, count: model.cells.cellCount))
        let (leaves, margins) = walk(model.ensemble, cells)
        precondition(forest.leaves(of: cells) == leaves, "leaves differ")
        precondition(forest.margins(of: cells) == margins, "margins differ")
        precondition(!model.outputs(of: margins).isEmpty, "no output")
        rows += cells
        expected += margins
    }
    var together = [Double](repeating: 0, count: expected.count)
    forest.margins(rows: rows + [0], count: numbers.count, into: &together)
    precondition(together == expected, "a batch differs")
    return 0
}
