/// A formula as a tree. Two are equal when they say the same, wherever they stand.
struct FormulaExpression: Sendable, Equatable {
    indirect enum Form: Sendable, Equatable {
        case number(Double)
        case text(String)
        case boolean(Bool)
        case name(String)
        /// A named list, or a named table.
        case list(String)
        case negated(FormulaExpression)
        case not(FormulaExpression)
        case binary(Operator, FormulaExpression, FormulaExpression)
        case within(FormulaExpression, [FormulaExpression], isNegated: Bool)
        case call(FormulaFunction, [FormulaExpression], bar: Int?)
    }

    enum Operator: String, Sendable {
        case or = "ou"
        case and = "et"
        case equal = "="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
        case power = "^"
    }

    let form: Form
    /// Where it stands in the text, in bytes.
    let offset: Int

    static func == (a: FormulaExpression, b: FormulaExpression) -> Bool { a.form == b.form }
}

extension FormulaExpression {
    /// The calls in it, from left to right, outer before inner.
    var calls: [FormulaExpression] {
        switch form {
        case .number, .text, .boolean, .name, .list: []
        case .negated(let operand), .not(let operand): operand.calls
        case .binary(_, let left, let right): left.calls + right.calls
        case .within(let value, _, _): value.calls
        case .call(_, let arguments, _): [self] + arguments.flatMap(\.calls)
        }
    }

    /// The names in it, from left to right.
    var names: [String] {
        switch form {
        case .number, .text, .boolean, .list: []
        case .name(let name): [name]
        case .negated(let operand), .not(let operand): operand.names
        case .binary(_, let left, let right): left.names + right.names
        case .within(let value, _, _): value.names
        case .call(_, let arguments, _): arguments.flatMap(\.names)
        }
    }

    /// How tightly an expression holds together; brackets are needed around what holds less tightly.
    private enum Strength: Int, Comparable {
        case or, and, not, comparison, sum, product, sign, power, primary
        static func < (a: Strength, b: Strength) -> Bool { a.rawValue < b.rawValue }
        var next: Strength { Strength(rawValue: rawValue + 1) ?? .primary }
    }

    private var strength: Strength {
        switch form {
        case .not: .not
        case .within: .comparison
        case .negated: .sign
        case .binary(let sign, _, _): Self.strength(of: sign)
        default: .primary
        }
    }

    private static func strength(of sign: Operator) -> Strength {
        switch sign {
        case .or: .or
        case .and: .and
        case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual: .comparison
        case .plus, .minus: .sum
        case .times, .over: .product
        case .power: .power
        }
    }

    /// The one text for all ways of writing the same: French words, `;` between arguments, no needless brackets.
    var canonical: String {
        switch form {
        case .number(let value): Self.text(of: value)
        case .text(let text):
            "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
        case .boolean(let value): value ? "vrai" : "faux"
        case .name(let name): name
        case .list(let name): "@\(name)"
        case .negated(let operand): "-\(operand.bracketed(below: .sign))"
        case .not(let operand): "non \(operand.bracketed(below: .not))"
        case .binary(let sign, let left, let right): Self.canonical(sign, left, right)
        case .within(let value, let elements, let isNegated):
            "\(value.bracketed(below: .sum)) \(isNegated ? "non dans" : "dans") \(Self.canonical(list: elements))"
        case .call(let function, let arguments, let bar): Self.canonical(function, arguments, bar)
        }
    }

    private static func canonical(
        _ sign: Operator, _ left: FormulaExpression, _ right: FormulaExpression
    ) -> String {
        let own = strength(of: sign)
        switch own {
        // From right to left, and a sign may follow.
        case .power: return "\(left.bracketed(below: .primary))^\(right.bracketed(below: .sign))"
        // Comparisons don't chain.
        case .comparison: return "\(left.bracketed(below: .sum)) \(sign.rawValue) \(right.bracketed(below: .sum))"
        default: return "\(left.bracketed(below: own)) \(sign.rawValue) \(right.bracketed(below: own.next))"
        }
    }

    private static func canonical(list elements: [FormulaExpression]) -> String {
        if elements.count == 1, case .list = elements[0].form { return elements[0].canonical }
        return "(\(elements.map(\.canonical).joined(separator: "; ")))"
    }

    private static func canonical(_ function: FormulaFunction, _ arguments: [FormulaExpression], _ bar: Int?) -> String
    {
        var text = "\(function.rawValue)("
        for (k, argument) in arguments.enumerated() {
            if k > 0 { text += k == bar ? " | " : "; " }
            text += argument.canonical
        }
        return text + ")"
    }

    private func bracketed(below needed: Strength) -> String { strength < needed ? "(\(canonical))" : canonical }

    /// Whole numbers without a fraction.
    static func text(of value: Double) -> String {
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
