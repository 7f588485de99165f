/// How a document writes its numbers: one style from its first page to its last.
struct NumberStyle: Sendable, Equatable {
    /// `,` or `.`; nil when the document does not tell.
    var decimal: Character?
    /// Decimals of weights, where all agree.
    var weightDecimals: Int?

    /// Counts what only one style can explain: `20,00`, `1.234.567`, `5.865,39`.
    init(_ sheets: [Sheet]) {
        var (commas, points) = (0, 0)
        var (three, other) = (0, 0)
        for word in sheets.lazy.flatMap(\.words) {
            let text = Array(word.text.utf8)
            guard text.count >= 3, text.allSatisfy({ 0x30...0x39 ~= $0 || $0 == 0x2c || $0 == 0x2e }) else { continue }
            let marks = text.indices.filter { text[$0] == 0x2c || text[$0] == 0x2e }
            guard let last = marks.last else { continue }
            let decimals = text.count - 1 - last
            let isComma = text[last] == 0x2c
            if marks.count == 1 {
                if decimals == 1 || decimals == 2 { if isComma { commas += 1 } else { points += 1 } }
                if decimals == 3, last > 3 { if isComma { commas += 1 } else { points += 1 } }
            } else if marks.allSatisfy({ text[$0] == text[last] }) {
                // Repeated, so it parts thousands (dates have no three digits at their end).
                if decimals == 3 { if isComma { points += 1 } else { commas += 1 } }
            } else if isComma {
                commas += 1
            } else {
                points += 1
            }
            if decimals == 3 { three += 1 } else { other += 1 }
        }
        if commas != points { decimal = commas > points ? "," : "." }
        weightDecimals = three > 0 ? 3 : nil
    }

    init(decimal: Character?) { self.decimal = decimal }
}
