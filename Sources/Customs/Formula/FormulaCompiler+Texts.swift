import Platform

extension FormulaCompiler {
    mutating func emitText(
        _ function: FormulaFunction, _ arguments: [FormulaExpression], _ call: FormulaExpression,
        _ segment: inout FormulaSegment
    ) throws(FormulaError) -> FactSchema.Kind {
        switch function {
        case .longueur, .nombre:
            try expect(1...1, arguments, call)
            try require(.texte, arguments[0], &segment)
            segment.append(function == .longueur ? .length : .toNumber, numbers: 1, texts: -1)
            return .nombre
        case .prefixe:
            try expect(2...2, arguments, call)
            let length = try literal(arguments[1], 1...64, "la longueur")
            try require(.texte, arguments[0], &segment)
            segment.append(.prefix, length)
            return .texte
        case .attribut:
            return try emitAttribute(arguments, call, &segment)
        case .selon:
            try expect(2...2, arguments, call)
            try require(.texte, arguments[0], &segment)
            segment.append(.table, try table(arguments[1]), numbers: 1, texts: -1)
            return .nombre
        case .similarite:
            try expect(2...2, arguments, call)
            try require(.texte, arguments[0], &segment)
            if case .list = arguments[1].form {
                let (values, name) = try texts(arguments[1...], arguments[1])
                segment.append(.nearest, pool.trigrams(values, named: name), numbers: 1, texts: -1)
            } else {
                try require(.texte, arguments[1], &segment)
                segment.append(.similarity, numbers: 1, texts: -2)
            }
            return .nombre
        default:
            try expect(2...limits.nodes, arguments, call)
            try require(.texte, arguments[0], &segment)
            let (values, name) = try texts(arguments[1...], call)
            switch function {
            case .commencePar: segment.append(.begins, pool.texts(values, named: name), numbers: 1, texts: -1)
            case .contientMot: segment.append(.containsWhole, pool.words(values, named: name), numbers: 1, texts: -1)
            default: segment.append(.contains, pool.words(values, named: name), numbers: 1, texts: -1)
            }
            return .booleen
        }
    }

    mutating func emitWithin(
        _ value: FormulaExpression, _ elements: [FormulaExpression], _ segment: inout FormulaSegment
    ) throws(FormulaError) {
        let kind = try emit(value, &segment)
        switch kind {
        case .texte:
            let (values, name) = try texts(elements[...], value)
            segment.append(.inTexts, pool.texts(values, named: name), numbers: 1, texts: -1)
        case .nombre:
            segment.append(.inNumbers, pool.numbers(try numbers(elements)))
        default:
            throw error(.wrongType, "« dans » s’applique à un nombre ou à un texte, pas à \(kind.shown)", value)
        }
    }

    /// The texts of a named list, or those written; and a name under which they are found again.
    private func texts(
        _ elements: ArraySlice<FormulaExpression>, _ call: FormulaExpression
    ) throws(FormulaError) -> (values: [String], name: String) {
        if let only = elements.first, elements.count == 1, case .list(let name) = only.form {
            guard case .texts(let values) = try list(name, only) else {
                throw error(.wrongType, "« @\(name) » est une liste de nombres, une liste de textes est attendue", only)
            }
            return (values, "@\(name)")
        }
        var values: [String] = []
        for element in elements {
            guard case .text(let text) = element.form, !FoldedText.fold(text).isEmpty else {
                throw error(.wrongLiteral, "un texte écrit entre guillemets est attendu", element)
            }
            values.append(text)
        }
        return (values, elements.map(\.canonical).joined(separator: ";"))
    }

    private func numbers(_ elements: [FormulaExpression]) throws(FormulaError) -> [Double] {
        if let only = elements.first, elements.count == 1, case .list(let name) = only.form {
            guard case .numbers(let values) = try list(name, only) else {
                throw error(.wrongType, "« @\(name) » est une liste de textes, une liste de nombres est attendue", only)
            }
            return values
        }
        var values: [Double] = []
        for element in elements {
            guard case .number(let value) = element.form else {
                throw error(.wrongLiteral, "un nombre écrit est attendu", element)
            }
            values.append(value)
        }
        return values
    }

    private func list(_ name: String, _ expression: FormulaExpression) throws(FormulaError) -> FormulaLibrary.List {
        if let list = library.lists[name] { return list }
        let near = Spelling.nearest(name, among: library.lists.keys.sorted()).map { "@\($0)" }
        throw error(.unknownList, "liste inconnue « @\(name) »", expression, near)
    }

    private mutating func table(_ expression: FormulaExpression) throws(FormulaError) -> Int {
        guard case .list(let name) = expression.form else {
            throw error(.wrongArguments, "une table nommée « @… » est attendue", expression)
        }
        guard let rows = library.tables[name] else {
            let near = Spelling.nearest(name, among: library.tables.keys.sorted()).map { "@\($0)" }
            throw error(.unknownList, "table inconnue « @\(name) »", expression, near)
        }
        return pool.table(rows, named: name)
    }

    private mutating func emitAttribute(
        _ arguments: [FormulaExpression], _ call: FormulaExpression, _ segment: inout FormulaSegment
    ) throws(FormulaError) -> FactSchema.Kind {
        try expect(2...2, arguments, call)
        guard case .name(let name) = arguments[1].form, let attribute = library.attributes[name] else {
            let written = if case .name(let name) = arguments[1].form { name } else { arguments[1].canonical }
            let near = Spelling.nearest(written, among: library.attributes.keys.sorted())
            throw error(.unknownName, "attribut inconnu « \(written) »", arguments[1], near)
        }
        try require(.texte, arguments[0], &segment)
        let place = pool.attribute(attribute)
        if attribute.kind == .texte {
            segment.append(.attributeText, place)
            return .texte
        }
        segment.append(.attributeNumber, place, numbers: 1, texts: -1)
        return .nombre
    }
}
