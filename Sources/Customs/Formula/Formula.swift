/// One formula over one kind of facts: a targeting criterion, a business rule.
///
///     let criterion = try Formula.compile("valeur_caf > 5 000 000 et pays_origine dans @pays_sensibles",
///         schema: schema, expecting: .booleen, library: library)
///     if criterion.holds(for: facts, in: workspace) == true { … }
public struct Formula: Sendable {
    /// The same formula as everybody would write it.
    public let canonical: String
    public let kind: FactSchema.Kind
    /// What it asks of the past.
    public var needs: HistoryNeeds { plan.needs }
    private let plan: FormulaPlan
    private let result: Int

    /// Checks and compiles. `unit` says what the facts are about, when the formula asks the past.
    public static func compile(
        _ text: String, schema: FactSchema, expecting kind: FactSchema.Kind? = nil,
        library: FormulaLibrary = FormulaLibrary(), unit: FeatureUnit = .declaration,
        limits: FormulaLimits = FormulaLimits()
    ) throws(FormulaError) -> Formula {
        var compiler = FormulaCompiler(unit: unit, library: library, limits: limits)
        var inputs = FormulaInputs()
        inputs.declare(schema, from: 0, in: &compiler)
        let (slot, expression) = try compiler.define("", as: text, expecting: kind)
        let plan = inputs.plan(compiler)
        return Formula(canonical: expression.canonical, kind: slot.kind, plan: plan, result: slot.index)
    }

    /// Of a number, a date or, as 1 and 0, a boolean; NaN is missing.
    public func number(
        of facts: Facts, in workspace: FormulaWorkspace, history: any HistoryReader = NoHistory(), on day: Int32? = nil
    ) -> Double {
        guard kind != .texte else { return .nan }
        return evaluate(facts, workspace, history, day).numbers[result]
    }

    /// Of a text, in capitals and without accents; nil is missing.
    public func text(
        of facts: Facts, in workspace: FormulaWorkspace, history: any HistoryReader = NoHistory(), on day: Int32? = nil
    ) -> String? {
        guard kind == .texte else { return nil }
        return evaluate(facts, workspace, history, day).texts[result].string
    }

    /// Of a boolean; nil when it can't be said.
    public func holds(
        for facts: Facts, in workspace: FormulaWorkspace, history: any HistoryReader = NoHistory(), on day: Int32? = nil
    ) -> Bool? {
        guard kind == .booleen else { return nil }
        let value = evaluate(facts, workspace, history, day).numbers[result]
        return value.isNaN ? nil : value == 1
    }

    private func evaluate(
        _ facts: Facts, _ workspace: FormulaWorkspace, _ history: any HistoryReader, _ day: Int32?
    ) -> FormulaFrame {
        workspace.reset()
        let frame = FormulaFrame(plan.size, in: workspace.memory)
        plan.load(facts, from: 0, into: frame, workspace.memory)
        plan.run(on: frame, in: workspace, history: history, day: day)
        return frame
    }
}

/// The fields that formulas may read, by source.
struct FormulaInputs {
    private var fields: [(input: FormulaPlan.Input, kind: FactSchema.Kind)] = []

    /// Of two fields with one name the first declared counts.
    mutating func declare(
        _ schema: FactSchema, from source: Int, in compiler: inout FormulaCompiler,
        where isWanted: (String) -> Bool = { _ in true }
    ) {
        for field in schema.fields where compiler.slots[field.name] == nil && isWanted(field.name) {
            let slot = compiler.declare(field.name, field.kind)
            fields.append((.init(source: source, from: field.slot, to: slot.index), field.kind))
        }
    }

    /// `others` are number slots that someone else than a formula reads.
    func plan(_ compiler: FormulaCompiler, alsoReading others: [Int] = []) -> FormulaPlan {
        var (numbers, texts) = compiler.pool.slotsRead(alsoKeysOf: compiler.past)
        numbers.formUnion(others)
        return FormulaPlan(
            compiler,
            numberInputs: fields.filter { $0.kind != .texte && numbers.contains($0.input.to) }.map(\.input),
            textInputs: fields.filter { $0.kind == .texte && texts.contains($0.input.to) }.map(\.input))
    }
}

extension FormulaPool {
    /// The slots that some step looks at: nothing else needs to be brought in.
    func slotsRead(alsoKeysOf past: FormulaPast) -> (numbers: Set<Int>, texts: Set<Int>) {
        var (numbers, texts): (Set<Int>, Set<Int>) = ([], [])
        for instruction in steps.flatMap({ $0.code }) {
            if instruction.operation == .number { numbers.insert(Int(instruction.operand)) }
            if instruction.operation == .text { texts.insert(Int(instruction.operand)) }
        }
        for part in past.parts {
            if part.isText { texts.insert(part.slot) } else { numbers.insert(part.slot) }
        }
        for place in past.places where place.measure >= 0 { numbers.insert(place.measure) }
        return (numbers, texts)
    }
}
