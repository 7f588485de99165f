/// The compiled formulas of one unit, in the order in which they need each other.
struct FormulaPlan: Sendable {
    /// A field that some formula reads, and where it comes from.
    struct Input: Sendable {
        let source: Int
        let from: Int
        let to: Int
    }

    let data: FormulaData
    let size: FormulaFrame.Size
    let needs: HistoryNeeds
    private let numberInputs: [Input]
    private let textInputs: [Input]

    init(_ compiler: FormulaCompiler, numberInputs: [Input], textInputs: [Input]) {
        data = compiler.pool.finish(compiler.past)
        size = .init(
            numbers: compiler.numberCount, texts: compiler.textCount, keys: compiler.past.keyCount,
            numberDepth: compiler.deepest.numbers, textDepth: compiler.deepest.texts)
        needs = compiler.past.needs
        (self.numberInputs, self.textInputs) = (numberInputs, textInputs)
    }

    /// Brings the facts of one source into their slots. What the facts lack stays missing.
    func load(_ facts: Facts, from source: Int, into frame: FormulaFrame, _ memory: FormulaMemory) {
        for input in numberInputs where input.source == source && input.from < facts.numbers.count {
            let value = facts.numbers[input.from]
            frame.numbers[input.to] = value.isFinite ? value : .nan
        }
        for input in textInputs where input.source == source && input.from < facts.texts.count {
            if let text = facts.texts[input.from] { frame.texts[input.to] = memory.fold(text) }
        }
    }

    /// Computes every slot that a formula fills.
    func run(
        on frame: FormulaFrame, in workspace: FormulaWorkspace, history: any HistoryReader, day: Int32?
    ) {
        let machine = FormulaMachine(
            data: data.addresses, frame: frame, scratch: workspace.scratch, history: history, day: day)
        for step in machine.data.steps {
            switch step.kind {
            case .number:
                machine.run(step.code)
                frame.numbers[step.target] = frame.numberStack[0]
            case .text:
                machine.run(step.code)
                frame.texts[step.target] = frame.textStack[0]
            case .keys: machine.hash(step)
            }
        }
        // The code that ran lies in it.
        withExtendedLifetime(data) {}
    }
}

extension FormulaMachine {
    /// The hashes of one chain, a level at a time.
    func hash(_ step: FormulaData.Step) {
        for k in 0..<step.levelCount {
            let level = data.levels[step.firstLevel &+ k]
            frame.keys[step.target &+ k] = hash(level)
        }
    }

    /// 0 when a key is missing, or a code has fewer digits than the level asks for.
    private func hash(_ level: FormulaData.KeyLevel) -> UInt64 {
        var hash = HistoryHash(seed: level.seed)
        for k in level.firstPart..<level.firstPart &+ level.partCount {
            let part = data.parts[k]
            if part.isText {
                let text = part.digits > 0 ? frame.texts[part.slot].prefix(part.digits) : frame.texts[part.slot]
                if text.isMissing { return 0 }
                hash.combine(text.bytes)
            } else {
                let number = frame.numbers[part.slot]
                if number.isNaN { return 0 }
                hash.combine(number)
            }
        }
        return hash.finish()
    }
}
