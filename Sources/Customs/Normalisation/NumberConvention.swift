/// Which mark a file writes before decimals, as far as its own numbers prove it.
struct NumberConvention: Sendable, Equatable {
    /// `,` or `.`; nil when the file does not tell.
    var decimal: UInt8?

    /// Numbers that could only be read one way, by the decimal mark that they prove.
    struct Evidence: Sendable {
        private(set) var comma = 0
        private(set) var point = 0
        /// How many numbers could not be read without knowing.
        private(set) var open = 0
        private(set) var thousands = ThousandsMark.none

        mutating func add(_ number: NumberText) {
            switch number {
            case .value(_, let proof):
                switch proof.decimal {
                case 0x2c: comma += 1
                case 0x2e: point += 1
                default: break
                }
                if proof.thousands != .none { thousands = proof.thousands }
            case .ambiguous: open += 1
            case .empty, .malformed: break
            }
        }

        /// The mark that the majority proves; nil without a majority.
        var decimal: UInt8? { comma == point ? nil : comma > point ? 0x2c : 0x2e }
    }
}

/// What stands between groups of three digits.
enum ThousandsMark: String, Sendable {
    case none = "", space = " ", noBreakSpace = "\u{a0}", narrowNoBreakSpace = "\u{202f}", apostrophe = "'"
    case comma = ",", point = "."
}
