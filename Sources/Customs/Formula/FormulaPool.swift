/// Gathers what compiled formulas will share, while they are compiled.
struct FormulaPool {
    private(set) var memory = FormulaMemory()
    private var constants: [Double] = []
    private var texts: [TextSpan] = []
    private var numberLists: [UnsafeBufferPointer<Double>] = []
    private var textLists: [TextList] = []
    private var wordLists: [WordList] = []
    private var tables: [TextTable] = []
    private var trigrams: [TrigramList] = []
    private var attributes: [AttributeMatcher] = []
    private(set) var steps: [FormulaData.Step] = []
    /// Places of what was asked for before.
    private var known: [String: Int] = [:]

    mutating func constant(_ value: Double) -> Int {
        if let place = constants.firstIndex(where: { $0.bitPattern == value.bitPattern }) { return place }
        constants.append(value)
        return constants.count - 1
    }

    /// Nil for a text of which nothing is left once it is folded.
    mutating func constant(_ text: String) -> Int? {
        let span = memory.fold(text)
        guard !span.isMissing else { return nil }
        if let place = texts.firstIndex(where: { $0.isEqual(to: span) }) { return place }
        texts.append(span)
        return texts.count - 1
    }

    mutating func missingText() -> Int {
        if let place = texts.firstIndex(where: \.isMissing) { return place }
        texts.append(.missing)
        return texts.count - 1
    }

    mutating func numbers(_ values: [Double]) -> Int {
        numberLists.append(memory.keep(values))
        return numberLists.count - 1
    }

    mutating func texts(_ values: [String], named name: String) -> Int {
        place(name, "texts") { pool in
            pool.textLists.append(TextList(values.map { pool.memory.fold($0) }, in: pool.memory))
            return pool.textLists.count - 1
        }
    }

    mutating func words(_ values: [String], named name: String) -> Int {
        place(name, "words") { pool in
            pool.wordLists.append(WordList(values.map { pool.memory.fold($0) }, in: pool.memory))
            return pool.wordLists.count - 1
        }
    }

    mutating func trigrams(_ values: [String], named name: String) -> Int {
        place(name, "trigrams") { pool in
            pool.trigrams.append(TrigramList(values.map { pool.memory.fold($0) }, in: pool.memory))
            return pool.trigrams.count - 1
        }
    }

    mutating func table(_ rows: [String: Double], named name: String) -> Int {
        place(name, "table") { pool in
            let ordered = rows.sorted { $0.key < $1.key }.map { (key: pool.memory.fold($0.key), value: $0.value) }
            pool.tables.append(TextTable(ordered, in: pool.memory))
            return pool.tables.count - 1
        }
    }

    mutating func attribute(_ attribute: Attribute) -> Int {
        place(attribute.name, "attribute") { pool in
            pool.attributes.append(AttributeMatcher(attribute, in: pool.memory))
            return pool.attributes.count - 1
        }
    }

    private mutating func place(_ name: String, _ use: String, _ make: (inout FormulaPool) -> Int) -> Int {
        let key = "\(use) \(name)"
        if let place = known[key] { return place }
        let place = make(&self)
        known[key] = place
        return place
    }

    mutating func append(_ code: [FormulaInstruction], into slot: FormulaCompiler.Slot) {
        steps.append(
            .init(kind: slot.kind == .texte ? .text : .number, target: slot.index, code: memory.keep(code)))
    }

    mutating func appendKeys(at target: Int, firstLevel: Int, levelCount: Int) {
        let nothing = UnsafeBufferPointer<FormulaInstruction>(start: nil, count: 0)
        steps.append(
            .init(kind: .keys, target: target, code: nothing, firstLevel: firstLevel, levelCount: levelCount))
    }

    /// What pure code gives.
    func value(of code: [FormulaInstruction], depth: Int) -> Double {
        let room = FormulaMemory()
        let frame = FormulaFrame(.init(numbers: 0, texts: 0, keys: 0, numberDepth: depth, textDepth: 0), in: room)
        let machine = FormulaMachine(
            data: addresses(FormulaPast(), in: room), frame: frame, scratch: FormulaScratch(), history: NoHistory(),
            day: nil)
        machine.run(room.keep(code))
        return frame.numberStack[0]
    }

    func finish(_ past: FormulaPast) -> FormulaData { FormulaData(addresses(past, in: memory), in: memory) }

    private func addresses(_ past: FormulaPast, in memory: FormulaMemory) -> FormulaData.Addresses {
        .init(
            constants: memory.keep(constants), texts: memory.keep(texts), numberLists: memory.keep(numberLists),
            textLists: memory.keep(textLists), wordLists: memory.keep(wordLists), tables: memory.keep(tables),
            trigrams: memory.keep(trigrams), attributes: memory.keep(attributes), steps: memory.keep(steps),
            levels: memory.keep(past.levels), parts: memory.keep(past.parts), profiles: memory.keep(past.places),
            needs: memory.keep(past.needs.needs.map(\.profile)))
    }
}
