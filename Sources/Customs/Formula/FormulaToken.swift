/// The smallest pieces of a formula's text.
enum FormulaToken: Equatable {
    case number(Double)
    case text(String)
    case name(String)
    /// `@pays_sensibles`
    case list(String)
    case symbol(Symbol)
    case end

    enum Symbol: String {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
        case power = "^"
        case equal = "="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case open = "("
        case close = ")"
        case separator = ";"
        case bar = "|"
        case or = "ou"
        case and = "et"
        case not = "non"
        case within = "dans"
    }

    /// As the person wrote it, for a message.
    var shown: String {
        switch self {
        case .number(let value): FormulaExpression.text(of: value)
        case .text(let text): "\"\(text)\""
        case .name(let name): name
        case .list(let name): "@\(name)"
        case .symbol(let symbol): symbol.rawValue
        case .end: "fin de la formule"
        }
    }
}
