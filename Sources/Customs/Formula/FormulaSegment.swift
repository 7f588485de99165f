/// The code of one expression while it is written, and how high its stacks grow.
struct FormulaSegment {
    private(set) var code: [FormulaInstruction] = []
    private var height = (numbers: 0, texts: 0)
    private(set) var deepest = (numbers: 0, texts: 0)

    /// `numbers` and `texts` are what the step adds to the heights of the stacks.
    mutating func append(
        _ operation: FormulaInstruction.Operation, _ operand: Int = 0, numbers: Int = 0, texts: Int = 0
    ) {
        code.append(FormulaInstruction(operation: operation, operand: Int32(clamping: operand)))
        height = (height.numbers + numbers, height.texts + texts)
        deepest = (max(deepest.numbers, height.numbers), max(deepest.texts, height.texts))
    }

    /// A jump whose way is not known yet.
    mutating func jump(_ operation: FormulaInstruction.Operation, numbers: Int = 0, texts: Int = 0) -> Int {
        append(operation, numbers: numbers, texts: texts)
        return code.count - 1
    }

    /// Lets the jump come out here.
    mutating func land(_ jump: Int) { code[jump].operand = Int32(clamping: code.count - jump - 1) }

    /// From where a branch comes out, the way to here.
    mutating func end(_ branch: Int) {
        let landing = branch + 1 + Int(code[branch].operand)
        code[branch].extra = UInt16(clamping: code.count - landing)
    }

    /// A branch whose missing result is a text.
    mutating func leavesText(_ branch: Int) {
        code[branch] = FormulaInstruction(operation: .branchText, operand: code[branch].operand)
    }

    /// What the other branch will push again.
    mutating func forget(_ kind: FactSchema.Kind) {
        if kind == .texte { height.texts -= 1 } else { height.numbers -= 1 }
    }

    /// Whether what was written from `start` on depends on nothing.
    func isPure(from start: Int) -> Bool {
        code.count > start + 1
            && code[start...].allSatisfy { $0.operation.rawValue <= FormulaInstruction.Operation.lastPure.rawValue }
    }

    mutating func replace(from start: Int, byConstant place: Int) {
        code.removeSubrange(start...)
        code.append(FormulaInstruction(operation: .constant, operand: Int32(clamping: place)))
    }
}
