/// One step of a compiled formula, for a machine with a stack of numbers and a stack of texts.
///
/// Booleans are 1 and 0 and dates are days; missing is NaN on the one stack and an absent span on the other.
struct FormulaInstruction: BitwiseCopyable {
    enum Operation: UInt8 {
        // Pure: these alone are computed when the formula is compiled, if their operands are known.
        case constant
        case add, subtract, multiply, divide, power, negate
        case equal, unequal, less, lessOrEqual, greater, greaterOrEqual
        case not, and, or
        case absolute, logarithm, logarithm1p, squareRoot, floor, ceiling, remainder, minimum, maximum
        /// To `operand` decimals.
        case round
        case isMissing
        case year, month, day, weekday
        /// Jumps `operand` further when the top is false (true), which stays as the result of `et` (`ou`).
        case jumpIfFalse, jumpIfTrue
        /// Takes the condition; jumps when it does not hold. A missing condition leaves a missing result, and jumps to
        /// the end of the choice: `operand` is the way to the other branch, `extra` from there to the end.
        case branchNumber
        case jump
        /// Jumps when the top is known; else takes it away.
        case jumpIfKnown

        // Of what is looked at.
        case number
        case text, textConstant
        case branchText
        case jumpIfKnownText
        case isMissingText
        case prefix, length, toNumber
        case textEqual, textUnequal
        case inNumbers, inTexts, begins, contains, containsWhole
        case table
        case similarity, nearest
        case attributeNumber, attributeText
        case history

        static let lastPure = Operation.jumpIfKnown
    }
    let operation: Operation
    var extra: UInt16 = 0
    var operand: Int32 = 0
}
