import Platform

/// Checks expressions and writes their code, for all formulas that share one set of slots.
struct FormulaCompiler {
    /// A field, a feature or an intermediate result.
    struct Slot: Equatable {
        let kind: FactSchema.Kind
        let index: Int
    }

    let library: FormulaLibrary
    let unit: FeatureUnit
    let limits: FormulaLimits
    private(set) var slots: [String: Slot] = [:]
    /// Names that exist, but not for this unit, and what to say of them.
    var elsewhere: [String: String] = [:]
    private(set) var numberCount = 0
    private(set) var textCount = 0
    private(set) var deepest = (numbers: 1, texts: 1)
    var pool = FormulaPool()
    var past = FormulaPast()
    /// Intermediate results, by canonical text: computed once however many formulas need them.
    private var shared: [String: Slot] = [:]
    /// Names that intermediate results read: what they mean may not change any more.
    private var fixedNames: Set<String> = []
    private var sharing = 0
    /// The profile that a history call asks, by the call's canonical text.
    var profiles: [String: Int] = [:]
    /// The text being compiled, to tell columns.
    private var lexer = FormulaLexer("")

    init(unit: FeatureUnit, library: FormulaLibrary, limits: FormulaLimits = FormulaLimits()) {
        (self.unit, self.library, self.limits) = (unit, library, limits)
    }

    /// A slot that someone else fills.
    mutating func declare(_ name: String, _ kind: FactSchema.Kind) -> Slot {
        let slot = newSlot(kind)
        if slots[name] == nil { slots[name] = slot }
        return slot
    }

    /// A slot that `text` fills, under `name` from now on; a field of that name is hidden.
    mutating func define(
        _ name: String, as text: String, expecting kind: FactSchema.Kind?
    ) throws(FormulaError) -> (slot: Slot, expression: FormulaExpression) {
        let expression = try FormulaParser.parse(text, limits: limits)
        lexer = FormulaLexer(text)
        let slot = try step(expression, expecting: kind)
        // A feature that is the field itself changes nothing for those who read it before.
        if expression.form == .name(name) { return (slot, expression) }
        if fixedNames.contains(name), slots[name] != nil {
            throw FormulaError(
                .unknownName, "« \(name) » a déjà été lu comme champ par une fonction d’historique ou de texte",
                column: 1)
        }
        slots[name] = slot
        return (slot, expression)
    }

    /// The slot of an expression that may be wanted again.
    mutating func sharedSlot(_ expression: FormulaExpression) throws(FormulaError) -> Slot {
        if case .name(let name) = expression.form {
            fixedNames.insert(name)
            return try slot(named: name, at: expression.offset)
        }
        let text = expression.canonical
        if let slot = shared[text] { return slot }
        sharing += 1
        defer { sharing -= 1 }
        let slot = try step(expression, expecting: nil, isShared: true)
        shared[text] = slot
        return slot
    }

    private mutating func newSlot(_ kind: FactSchema.Kind) -> Slot {
        if kind == .texte {
            defer { textCount += 1 }
            return Slot(kind: kind, index: textCount)
        }
        defer { numberCount += 1 }
        return Slot(kind: kind, index: numberCount)
    }

    private mutating func step(
        _ expression: FormulaExpression, expecting expected: FactSchema.Kind?, isShared: Bool = false
    ) throws(FormulaError) -> Slot {
        var segment = FormulaSegment()
        let kind = try emit(expression, &segment, isShared: isShared)
        if let expected, expected != kind {
            throw error(
                .wrongType, "la formule donne \(kind.shown), alors que \(expected.shown) est attendu", expression)
        }
        let slot = newSlot(kind)
        pool.append(segment.code, into: slot)
        deepest = (max(deepest.numbers, segment.deepest.numbers), max(deepest.texts, segment.deepest.texts))
        return slot
    }

    mutating func slot(named name: String, at offset: Int) throws(FormulaError) -> Slot {
        if sharing > 0 { fixedNames.insert(name) }
        if let slot = slots[name] { return slot }
        let column = lexer.column(of: offset)
        if let reason = elsewhere[name] { throw FormulaError(.unknownName, "« \(name) » \(reason)", column: column) }
        let near = Spelling.nearest(name, among: slots.keys.sorted() + library.constants.keys.sorted())
        throw FormulaError(.unknownName, "nom inconnu « \(name) »", column: column, suggestion: near)
    }

    func error(
        _ code: FormulaError.Code, _ message: String, _ expression: FormulaExpression, _ hint: String? = nil
    ) -> FormulaError {
        FormulaError(code, message, column: lexer.column(of: expression.offset), suggestion: hint)
    }
}

extension FormulaCompiler {
    /// Writes the code that pushes the expression's value, and says of which kind it is.
    mutating func emit(
        _ expression: FormulaExpression, _ segment: inout FormulaSegment, isShared: Bool = false
    ) throws(FormulaError) -> FactSchema.Kind {
        let start = segment.code.count
        let kind = try emitForm(expression, &segment, isShared)
        if kind != .texte, segment.isPure(from: start) {
            let value = pool.value(of: Array(segment.code[start...]), depth: segment.deepest.numbers)
            segment.replace(from: start, byConstant: pool.constant(value))
        }
        return kind
    }

    private mutating func emitForm(
        _ expression: FormulaExpression, _ segment: inout FormulaSegment, _ isShared: Bool
    ) throws(FormulaError) -> FactSchema.Kind {
        switch expression.form {
        case .number(let value):
            segment.append(.constant, pool.constant(value), numbers: 1)
            return .nombre
        case .boolean(let value):
            segment.append(.constant, pool.constant(value ? 1 : 0), numbers: 1)
            return .booleen
        case .text(let text):
            segment.append(.textConstant, try constant(text, expression), texts: 1)
            return .texte
        case .name(let name):
            if slots[name] == nil, let value = library.constants[name] {
                segment.append(.constant, pool.constant(value), numbers: 1)
                return .nombre
            }
            return push(try slot(named: name, at: expression.offset), &segment)
        case .list(let name):
            throw error(
                .wrongType, "« @\(name) » est une liste : elle s’emploie après « dans » ou en argument", expression)
        case .negated(let operand):
            try require(.nombre, operand, &segment)
            segment.append(.negate)
            return .nombre
        case .not(let operand):
            try require(.booleen, operand, &segment)
            segment.append(.not)
            return .booleen
        case .binary(let sign, let left, let right):
            return try emitBinary(sign, left, right, expression, &segment)
        case .within(let value, let elements, let isNegated):
            try emitWithin(value, elements, &segment)
            if isNegated { segment.append(.not) }
            return .booleen
        case .call(let function, let arguments, let bar):
            // What is dear is computed once, in a step of its own.
            guard isShared || !function.isShared else { return push(try sharedSlot(expression), &segment) }
            return try emitCall(function, arguments, bar, expression, &segment)
        }
    }

    private func push(_ slot: Slot, _ segment: inout FormulaSegment) -> FactSchema.Kind {
        if slot.kind == .texte {
            segment.append(.text, slot.index, texts: 1)
        } else {
            segment.append(.number, slot.index, numbers: 1)
        }
        return slot.kind
    }

    mutating func constant(_ text: String, _ expression: FormulaExpression) throws(FormulaError) -> Int {
        guard let place = pool.constant(text) else {
            throw error(.wrongLiteral, "texte vide : pour tester une valeur absente, écrivez absent(…)", expression)
        }
        return place
    }

    mutating func require(
        _ expected: FactSchema.Kind, _ expression: FormulaExpression, _ segment: inout FormulaSegment
    ) throws(FormulaError) {
        let kind = try emit(expression, &segment)
        guard kind == expected else {
            throw error(.wrongType, "\(expected.shown) est attendu ici, pas \(kind.shown)", expression)
        }
    }

    private mutating func emitBinary(
        _ sign: FormulaExpression.Operator, _ left: FormulaExpression, _ right: FormulaExpression,
        _ expression: FormulaExpression, _ segment: inout FormulaSegment
    ) throws(FormulaError) -> FactSchema.Kind {
        if sign == .and || sign == .or {
            try require(.booleen, left, &segment)
            let jump = segment.jump(sign == .and ? .jumpIfFalse : .jumpIfTrue)
            try require(.booleen, right, &segment)
            segment.append(sign == .and ? .and : .or, numbers: -1)
            segment.land(jump)
            return .booleen
        }
        let kinds = (try emit(left, &segment), try emit(right, &segment))
        guard let (operation, kind) = Self.operation(sign, kinds.0, kinds.1) else {
            let message = "« \(sign.rawValue) » ne s’applique pas à \(kinds.0.shown) et \(kinds.1.shown)"
            throw error(.wrongType, message, expression)
        }
        if kinds.0 == .texte {
            segment.append(operation, numbers: 1, texts: -2)
        } else {
            segment.append(operation, numbers: -1)
        }
        return kind
    }

    private static func operation(
        _ sign: FormulaExpression.Operator, _ left: FactSchema.Kind, _ right: FactSchema.Kind
    ) -> (FormulaInstruction.Operation, FactSchema.Kind)? {
        switch (sign, left, right) {
        case (.plus, .nombre, .nombre): (.add, .nombre)
        case (.plus, .date, .nombre): (.add, .date)
        case (.minus, .nombre, .nombre), (.minus, .date, .date): (.subtract, .nombre)
        case (.minus, .date, .nombre): (.subtract, .date)
        case (.times, .nombre, .nombre): (.multiply, .nombre)
        case (.over, .nombre, .nombre): (.divide, .nombre)
        case (.power, .nombre, .nombre): (.power, .nombre)
        case (.equal, .texte, .texte): (.textEqual, .booleen)
        case (.unequal, .texte, .texte): (.textUnequal, .booleen)
        case (.equal, _, _) where left == right: (.equal, .booleen)
        case (.unequal, _, _) where left == right: (.unequal, .booleen)
        case (.less, .nombre, .nombre), (.less, .date, .date): (.less, .booleen)
        case (.lessOrEqual, .nombre, .nombre), (.lessOrEqual, .date, .date): (.lessOrEqual, .booleen)
        case (.greater, .nombre, .nombre), (.greater, .date, .date): (.greater, .booleen)
        case (.greaterOrEqual, .nombre, .nombre), (.greaterOrEqual, .date, .date): (.greaterOrEqual, .booleen)
        default: nil
        }
    }
}

extension FactSchema.Kind {
    /// As a French phrase with its article.
    var shown: String {
        switch self {
        case .nombre: "un nombre"
        case .texte: "un texte"
        case .booleen: "un oui ou non"
        case .date: "une date"
        }
    }
}
