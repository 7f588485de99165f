import Platform

extension FormulaFunction {
    /// Dear enough to be computed once however often it is written.
    var isShared: Bool {
        switch self {
        case .attribut, .similarite, .contient, .contientMot: true
        default: history != nil
        }
    }

    /// Functions of one number that give a number.
    fileprivate var simple: FormulaInstruction.Operation? {
        switch self {
        case .abs: .absolute
        case .log: .logarithm
        case .log1p: .logarithm1p
        case .racine: .squareRoot
        case .plancher: .floor
        case .plafond: .ceiling
        default: nil
        }
    }

    fileprivate var datePart: FormulaInstruction.Operation? {
        switch self {
        case .annee: .year
        case .mois: .month
        case .jour: .day
        case .jourSemaine: .weekday
        default: nil
        }
    }
}

extension FormulaCompiler {
    mutating func emitCall(
        _ function: FormulaFunction, _ arguments: [FormulaExpression], _ bar: Int?,
        _ call: FormulaExpression, _ segment: inout FormulaSegment
    ) throws(FormulaError) -> FactSchema.Kind {
        if let history = function.history { return try emitHistory(history, arguments, bar, call, &segment) }
        guard bar == nil else { throw error(.wrongArguments, "« | » n’a de sens que dans part et entropie", call) }
        if let operation = function.simple {
            try expect(1...1, arguments, call)
            try require(.nombre, arguments[0], &segment)
            segment.append(operation)
            return .nombre
        }
        if let part = function.datePart {
            try expect(1...1, arguments, call)
            try require(.date, arguments[0], &segment)
            segment.append(part)
            return .nombre
        }
        switch function {
        case .min, .max: return try emitExtreme(function == .min ? .minimum : .maximum, arguments, call, &segment)
        case .arrondi, .reste, .date, .joursEntre: return try emitArithmetic(function, arguments, call, &segment)
        case .si: return try emitChoice(arguments, call, &segment)
        case .premier: return try emitFirst(arguments, call, &segment)
        case .absent:
            try expect(1...1, arguments, call)
            let kind = try emit(arguments[0], &segment)
            if kind == .texte {
                segment.append(.isMissingText, numbers: 1, texts: -1)
            } else {
                segment.append(.isMissing)
            }
            return .booleen
        default: return try emitText(function, arguments, call, &segment)
        }
    }

    func expect(
        _ count: ClosedRange<Int>, _ arguments: [FormulaExpression], _ call: FormulaExpression
    ) throws(FormulaError) {
        guard !count.contains(arguments.count) else { return }
        let wanted = count.count == 1 ? "\(count.lowerBound)" : "au moins \(count.lowerBound)"
        throw error(.wrongArguments, "\(wanted) argument(s) attendu(s), \(arguments.count) reçu(s)", call)
    }

    /// A whole number written out.
    func literal(
        _ expression: FormulaExpression, _ range: ClosedRange<Int>, _ what: String
    ) throws(FormulaError) -> Int {
        guard case .number(let value) = expression.form, let number = Int(exactly: value), range.contains(number) else {
            let message = "\(what) est un nombre entier écrit de \(range.lowerBound) à \(range.upperBound)"
            throw error(.wrongLiteral, message, expression)
        }
        return number
    }

    private mutating func emitExtreme(
        _ operation: FormulaInstruction.Operation, _ arguments: [FormulaExpression], _ call: FormulaExpression,
        _ segment: inout FormulaSegment
    ) throws(FormulaError) -> FactSchema.Kind {
        try expect(2...limits.nodes, arguments, call)
        let kind = try emit(arguments[0], &segment)
        guard kind == .nombre || kind == .date else {
            throw error(.wrongType, "un nombre ou une date est attendu ici, pas \(kind.shown)", arguments[0])
        }
        for argument in arguments.dropFirst() {
            try require(kind, argument, &segment)
            segment.append(operation, numbers: -1)
        }
        return kind
    }

    private mutating func emitArithmetic(
        _ function: FormulaFunction, _ arguments: [FormulaExpression], _ call: FormulaExpression,
        _ segment: inout FormulaSegment
    ) throws(FormulaError) -> FactSchema.Kind {
        switch function {
        case .arrondi:
            try expect(1...2, arguments, call)
            let decimals = arguments.count == 2 ? try literal(arguments[1], 0...9, "le nombre de décimales") : 0
            try require(.nombre, arguments[0], &segment)
            segment.append(.round, decimals)
            return .nombre
        case .reste:
            try expect(2...2, arguments, call)
            for argument in arguments { try require(.nombre, argument, &segment) }
            segment.append(.remainder, numbers: -1)
            return .nombre
        case .joursEntre:
            try expect(2...2, arguments, call)
            for argument in arguments.reversed() { try require(.date, argument, &segment) }
            segment.append(.subtract, numbers: -1)
            return .nombre
        default:
            try expect(1...1, arguments, call)
            guard case .text(let text) = arguments[0].form, let date = CivilDate(iso: text) else {
                throw error(.wrongLiteral, "une date s’écrit date(\"2026-01-31\")", call)
            }
            segment.append(.constant, pool.constant(Double(date.daysSinceEpoch)), numbers: 1)
            return .date
        }
    }

    /// `si(condition; valeur; sinon)`; without the last, missing.
    private mutating func emitChoice(
        _ arguments: [FormulaExpression], _ call: FormulaExpression, _ segment: inout FormulaSegment
    ) throws(FormulaError) -> FactSchema.Kind {
        try expect(2...3, arguments, call)
        try require(.booleen, arguments[0], &segment)
        let branch = segment.jump(.branchNumber, numbers: -1)
        let kind = try emit(arguments[1], &segment)
        if kind == .texte { segment.leavesText(branch) }
        let over = segment.jump(.jump)
        segment.land(branch)
        segment.forget(kind)
        if arguments.count == 3 {
            try require(kind, arguments[2], &segment)
        } else if kind == .texte {
            segment.append(.textConstant, pool.missingText(), texts: 1)
        } else {
            segment.append(.constant, pool.constant(.nan), numbers: 1)
        }
        segment.land(over)
        segment.end(branch)
        return kind
    }

    private mutating func emitFirst(
        _ arguments: [FormulaExpression], _ call: FormulaExpression, _ segment: inout FormulaSegment
    ) throws(FormulaError) -> FactSchema.Kind {
        try expect(2...limits.nodes, arguments, call)
        let kind = try emit(arguments[0], &segment)
        var jumps: [Int] = []
        for argument in arguments.dropFirst() {
            jumps.append(segment.jump(kind == .texte ? .jumpIfKnownText : .jumpIfKnown))
            segment.forget(kind)
            try require(kind, argument, &segment)
        }
        for jump in jumps { segment.land(jump) }
        return kind
    }
}
