/// Units that people write after a number.
enum NumberSuffix {
    /// Where the unit after a number begins, the spaces before it included; `end` without one.
    static func start(_ text: Span<UInt8>, from start: Int, to end: Int, _ allowed: NumberText.Suffix) -> Int {
        guard end > start, !(0x30...0x39 ~= text[end - 1]) else { return end }
        let words: [StaticString] =
            switch allowed {
            case .none: []
            case .percent: ["%"]
            case .kilograms: ["KGS", "KG"]
            case .money: ["FRANCS CFA", "F CFA", "FCFA", "F.CFA", "CFA", "XOF", "F"]
            }
        for word in words where endsWith(text, start, end, word) {
            return TextEdges.trimmedEnd(text, from: start, to: end - word.utf8CodeUnitCount)
        }
        return end
    }

    private static func endsWith(_ text: Span<UInt8>, _ start: Int, _ end: Int, _ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard end - start > count else { return false }
        for k in 0..<count {
            let byte = text[end - count + k]
            let capital = 0x61...0x7a ~= byte ? byte & 0xdf : byte
            if capital != word.utf8Start[k] { return false }
        }
        return true
    }
}

extension Field.Kind {
    /// What people write after a number of this kind.
    var suffix: NumberText.Suffix {
        switch self {
        case .montant: .money
        case .poids: .kilograms
        case .taux: .percent
        default: .none
        }
    }
}
