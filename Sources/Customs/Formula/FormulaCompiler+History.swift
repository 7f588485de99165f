extension FormulaCompiler {
    mutating func emitHistory(
        _ function: HistoryFunction, _ arguments: [FormulaExpression], _ bar: Int?, _ call: FormulaExpression,
        _ segment: inout FormulaSegment
    ) throws(FormulaError) -> FactSchema.Kind {
        var rest = arguments[...]
        var measure: FormulaExpression?
        if function.group == .measured { measure = rest.popFirst() }
        let parameter = try parameter(of: function, &rest)
        guard !rest.isEmpty else {
            throw error(.wrongArguments, "\(function.rawValue) attend au moins une clé, telle que pays_origine", call)
        }
        guard (bar != nil) == (function.group == .shared) else {
            let usage = "\(function.rawValue)(clés | base)"
            let message =
                bar == nil ? "« | » est attendu : \(usage)" : "« | » n’a pas de sens dans \(function.rawValue)"
            throw error(.wrongArguments, message, call)
        }
        var keys: [FormulaPast.Key] = []
        for expression in rest { keys.append(try key(expression)) }
        let profile = try profile(function, measure, keys, bar: bar)
        profiles[call.canonical] = profile
        let need = past.needs.index(of: HistoryNeed(profile: profile, function: function, parameter: parameter))
        segment.append(.history, need, numbers: 1)
        return function == .nouveaute ? .booleen : .nombre
    }

    /// The window, written last.
    private func parameter(
        of function: HistoryFunction, _ arguments: inout ArraySlice<FormulaExpression>
    ) throws(FormulaError) -> Int {
        guard function == .compte || function == .pente, let last = arguments.last, case .number = last.form else {
            return function == .pente ? 12 : 0
        }
        arguments.removeLast()
        return function == .compte
            ? try literal(last, 1...3660, "le nombre de jours")
            : try literal(last, 2...120, "le nombre de mois")
    }

    private mutating func key(_ expression: FormulaExpression) throws(FormulaError) -> FormulaPast.Key {
        if case .call(.prefixe, let arguments, _) = expression.form, arguments.count == 2,
            case .name(let name) = arguments[0].form, case .digits(let steps) = library.backOff[name]
        {
            let length = try literal(arguments[1], 1...64, "la longueur")
            let slot = try sharedSlot(arguments[0])
            if slot.kind == .texte {
                return .init(name: name, slot: slot, backOff: .digits([length] + steps.filter { $0 < length }))
            }
        }
        let slot = try sharedSlot(expression)
        var backOff: FormulaLibrary.BackOff?
        if case .name(let name) = expression.form { backOff = library.backOff[name] }
        if case .digits = backOff, slot.kind != .texte { backOff = nil }
        return .init(name: expression.canonical, slot: slot, backOff: backOff)
    }

    private mutating func profile(
        _ function: HistoryFunction, _ measure: FormulaExpression?, _ keys: [FormulaPast.Key], bar: Int?
    ) throws(FormulaError) -> Int {
        var levels: [FormulaPast.Level]
        switch function.group {
        case .shared:
            // Exact keys, first all of them, then the base.
            let exact = keys.map { key in
                if case .digits(let steps) = key.backOff { steps.first } else { 0 as Int? }
            }
            levels = [exact, exact.enumerated().map { $0.offset < bar ?? 0 ? nil : $0.element }]
        default:
            levels = FormulaPast.levels(of: keys) + [keys.map { _ in nil }]
        }
        let (first, names, fresh) = past.chain(keys, levels)
        if let fresh { pool.appendKeys(at: first, firstLevel: fresh.lowerBound, levelCount: fresh.count) }
        var slot = -1
        if let measure {
            let measured = try sharedSlot(measure)
            guard measured.kind == .nombre else {
                throw error(.wrongType, "un nombre est attendu à mesurer, pas \(measured.kind.shown)", measure)
            }
            slot = measured.index
        }
        let profile = HistoryProfile(
            unit: unit, group: function.group, measure: measure?.canonical,
            levels: function.group == .measured ? Array(names.dropLast()) : names)
        return past.profile(profile, measure: slot, firstKey: first)
    }
}
