import Platform

/// From text to tree, by recursive descent: each method reads one level of strength.
struct FormulaParser {
    private var lexer: FormulaLexer
    private let limits: FormulaLimits
    private var token = FormulaToken.end
    private var offset = 0
    private var depth = 0
    private var nodes = 0

    static func parse(_ text: String, limits: FormulaLimits = FormulaLimits()) throws(FormulaError) -> FormulaExpression
    {
        guard text.utf8.count <= limits.length else {
            throw FormulaError(.tooLong, "formule de plus de \(limits.length) octets", column: 1)
        }
        var parser = FormulaParser(lexer: FormulaLexer(text), limits: limits)
        try parser.advance()
        let expression = try parser.expression()
        guard parser.token == .end else { throw parser.surprise("un opérateur ou la fin est attendu") }
        return expression
    }

    private init(lexer: FormulaLexer, limits: FormulaLimits) { (self.lexer, self.limits) = (lexer, limits) }

    private mutating func advance() throws(FormulaError) { (token, offset) = try lexer.next() }

    private mutating func take(_ symbol: FormulaToken.Symbol) throws(FormulaError) -> Bool {
        guard token == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    private func error(_ code: FormulaError.Code, _ message: String, at offset: Int, _ hint: String? = nil)
        -> FormulaError
    {
        FormulaError(code, message, column: lexer.column(of: offset), suggestion: hint)
    }

    private func surprise(_ expected: String) -> FormulaError {
        token == .end
            ? error(.unfinished, "la formule s’arrête trop tôt : \(expected)", at: offset)
            : error(.unexpected, "« \(token.shown) » inattendu : \(expected)", at: offset)
    }

    private mutating func node(_ form: FormulaExpression.Form, _ offset: Int) throws(FormulaError) -> FormulaExpression
    {
        nodes += 1
        guard nodes <= limits.nodes else {
            throw error(.tooLarge, "formule de plus de \(limits.nodes) éléments", at: offset)
        }
        return FormulaExpression(form: form, offset: offset)
    }

    private mutating func deeper<Value>(
        _ read: (inout FormulaParser) throws(FormulaError) -> Value
    ) throws(FormulaError) -> Value {
        guard depth < limits.depth else {
            throw error(.tooDeep, "plus de \(limits.depth) niveaux imbriqués", at: offset)
        }
        depth += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    // MARK: Operators

    private mutating func expression() throws(FormulaError) -> FormulaExpression {
        var left = try conjunction()
        while true {
            let start = offset
            guard try take(.or) else { return left }
            left = try node(.binary(.or, left, try conjunction()), start)
        }
    }

    private mutating func conjunction() throws(FormulaError) -> FormulaExpression {
        var left = try negation()
        while true {
            let start = offset
            guard try take(.and) else { return left }
            left = try node(.binary(.and, left, try negation()), start)
        }
    }

    private mutating func negation() throws(FormulaError) -> FormulaExpression {
        let start = offset
        guard try take(.not) else { return try comparison() }
        let operand = try deeper { parser throws(FormulaError) in try parser.negation() }
        return try node(.not(operand), start)
    }

    private mutating func comparison() throws(FormulaError) -> FormulaExpression {
        let left = try sum()
        let start = offset
        guard case .symbol(let symbol) = token else { return left }
        if let sign = Self.comparisons[symbol] {
            try advance()
            let compared = try node(.binary(sign, left, try sum()), start)
            if case .symbol(let next) = token, Self.comparisons[next] != nil {
                throw surprise("reliez deux comparaisons par « et »")
            }
            return compared
        }
        if symbol == .within || symbol == .not {
            try advance()
            if symbol == .not, try !take(.within) { throw surprise("« dans » est attendu après « non »") }
            return try node(.within(left, try elements(), isNegated: symbol == .not), start)
        }
        return left
    }

    private static let comparisons: [FormulaToken.Symbol: FormulaExpression.Operator] = [
        .equal: .equal, .unequal: .unequal, .less: .less, .lessOrEqual: .lessOrEqual, .greater: .greater,
        .greaterOrEqual: .greaterOrEqual,
    ]

    private mutating func sum() throws(FormulaError) -> FormulaExpression {
        var left = try product()
        while true {
            let start = offset
            if try take(.plus) {
                left = try node(.binary(.plus, left, try product()), start)
            } else if try take(.minus) {
                left = try node(.binary(.minus, left, try product()), start)
            } else {
                return left
            }
        }
    }

    private mutating func product() throws(FormulaError) -> FormulaExpression {
        var left = try signed()
        while true {
            let start = offset
            if try take(.times) {
                left = try node(.binary(.times, left, try signed()), start)
            } else if try take(.over) {
                left = try node(.binary(.over, left, try signed()), start)
            } else {
                return left
            }
        }
    }

    private mutating func signed() throws(FormulaError) -> FormulaExpression {
        let start = offset
        if try take(.minus) {
            let operand = try deeper { parser throws(FormulaError) in try parser.signed() }
            return try node(.negated(operand), start)
        }
        let base = try primary()
        let sign = offset
        guard try take(.power) else { return base }
        let exponent = try deeper { parser throws(FormulaError) in try parser.signed() }
        return try node(.binary(.power, base, exponent), sign)
    }

    // MARK: Operands

    private mutating func primary() throws(FormulaError) -> FormulaExpression {
        let (start, first) = (offset, token)
        switch first {
        case .number(let value):
            try advance()
            return try node(.number(value), start)
        case .text(let text):
            try advance()
            return try node(.text(text), start)
        case .list(let name):
            try advance()
            return try node(.list(name), start)
        case .name(let name):
            try advance()
            if try take(.open) { return try call(name, start) }
            return try node(Self.constants[name.lowercased()].map { .boolean($0) } ?? .name(name), start)
        case .symbol(.open):
            try advance()
            let inner = try deeper { parser throws(FormulaError) in try parser.expression() }
            guard try take(.close) else { throw surprise("« ) » est attendu") }
            return inner
        default:
            throw surprise("un nombre, un texte, un nom ou une parenthèse est attendu")
        }
    }

    private static let constants = ["vrai": true, "faux": false, "true": true, "false": false]

    /// After the opening bracket.
    private mutating func call(_ name: String, _ start: Int) throws(FormulaError) -> FormulaExpression {
        guard let function = FormulaFunction(named: name) else {
            let near = Spelling.nearest(name, among: FormulaFunction.names)
            throw error(.unknownFunction, "fonction inconnue « \(name) »", at: start, near)
        }
        var arguments: [FormulaExpression] = []
        var bar: Int?
        if try !take(.close) {
            while true {
                arguments.append(try deeper { parser throws(FormulaError) in try parser.expression() })
                if try take(.close) { break }
                if token == .symbol(.bar), bar == nil {
                    try advance()
                    bar = arguments.count
                } else if try !take(.separator) {
                    throw surprise("« ; » ou « ) » est attendu")
                }
            }
        }
        return try node(.call(function, arguments, bar: bar), start)
    }

    /// What follows `dans`: a named list, or values in brackets.
    private mutating func elements() throws(FormulaError) -> [FormulaExpression] {
        if case .list = token { return [try primary()] }
        guard try take(.open) else { throw surprise("« ( » ou « @liste » est attendu après « dans »") }
        var elements: [FormulaExpression] = []
        while true {
            guard elements.count < limits.elements else {
                throw error(.tooLarge, "liste de plus de \(limits.elements) valeurs", at: offset)
            }
            elements.append(try element())
            if try take(.close) { return elements }
            guard try take(.separator) else { throw surprise("« ; » ou « ) » est attendu") }
        }
    }

    private mutating func element() throws(FormulaError) -> FormulaExpression {
        let start = offset
        let isNegative = try take(.minus)
        switch token {
        case .number(let value):
            try advance()
            return try node(.number(isNegative ? -value : value), start)
        case .text(let text) where !isNegative:
            try advance()
            return try node(.text(text), start)
        default: throw surprise("une liste ne contient que des nombres ou des textes écrits")
        }
    }
}
