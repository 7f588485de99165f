/// How large a formula may be. All are enforced when it is compiled, so that evaluating it needs no bound of its own.
public struct FormulaLimits: Sendable {
    /// Bytes of its text.
    public var length = 4096
    /// Brackets, calls, signs and negations inside each other.
    public var depth = 32
    /// Operands, operators and calls.
    public var nodes = 1000
    /// Elements of a list written in the formula.
    public var elements = 500

    public init() {}

    /// Of a longer text only the first bytes are looked at, so that a hostile description costs no more than a long one.
    static let textBytes = 1024
}
