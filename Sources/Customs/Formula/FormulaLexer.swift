/// Cuts a formula's text into tokens, one at a time.
struct FormulaLexer {
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The column of a byte, counted from 1 in characters.
    func column(of offset: Int) -> Int {
        1 + bytes[..<min(offset, bytes.count)].count { $0 & 0xc0 != 0x80 }
    }

    mutating func next() throws(FormulaError) -> (token: FormulaToken, offset: Int) {
        skipBlanks()
        let start = at
        guard at < bytes.count else { return (.end, start) }
        switch bytes[at] {
        case 0x30...0x39: return (.number(try number()), start)
        case 0x22, 0x27: return (.text(try text(until: bytes[at])), start)
        case 0x40:
            at += 1
            let name = name()
            guard !name.isEmpty else { throw error(.unexpected, "un nom de liste est attendu après « @ »", start) }
            return (.list(name), start)
        default: break
        }
        let word = name()
        if !word.isEmpty { return (Self.words[word.lowercased()].map { .symbol($0) } ?? .name(word), start) }
        return (.symbol(try symbol()), start)
    }

    private static let words: [String: FormulaToken.Symbol] = [
        "ou": .or, "or": .or, "et": .and, "and": .and, "non": .not, "not": .not, "dans": .within, "in": .within,
    ]

    private mutating func skipBlanks() {
        while at < bytes.count {
            if bytes[at] <= 0x20 {
                at += 1
            } else if matches([0xc2, 0xa0]) {
                at += 2
            } else if matches([0xe2, 0x80, 0xaf]) {
                at += 3
            } else {
                return
            }
        }
    }

    private func matches(_ sequence: [UInt8]) -> Bool { bytes[at...].starts(with: sequence) }

    /// `1250`, `12.5`, `1e-8`, and `70 000 000`: blanks, plain or narrow, may part groups of three digits.
    private mutating func number() throws(FormulaError) -> Double {
        let start = at
        var digits = takeDigits()
        var groups = digits.count <= 3
        while groups {
            let mark = at
            skipBlanks()
            let group = at > mark ? takeDigits() : []
            groups = group.count == 3
            if groups { digits += group } else { at = mark }
        }
        if at + 1 < bytes.count, bytes[at] == 0x2e, Self.isDigit(bytes[at + 1]) {
            at += 1
            digits.append(0x2e)
            digits += takeDigits()
        }
        if at < bytes.count, bytes[at] | 0x20 == 0x65 {
            var mark = at + 1
            if mark < bytes.count, bytes[mark] == 0x2b || bytes[mark] == 0x2d { mark += 1 }
            if mark < bytes.count, Self.isDigit(bytes[mark]) {
                digits += bytes[at..<mark]
                at = mark
                digits += takeDigits()
            }
        }
        let value = Double(String(decoding: digits, as: UTF8.self))
        guard let value, value.isFinite, at == bytes.count || !Self.isNamePart(bytes[at]) else {
            throw error(.wrongLiteral, "nombre mal écrit", start)
        }
        return value
    }

    private mutating func takeDigits() -> [UInt8] {
        let start = at
        while at < bytes.count, Self.isDigit(bytes[at]) { at += 1 }
        return Array(bytes[start..<at])
    }

    /// The quote is doubled to stand inside.
    private mutating func text(until quote: UInt8) throws(FormulaError) -> String {
        let start = at
        var content: [UInt8] = []
        at += 1
        while at < bytes.count {
            if bytes[at] == quote {
                at += 1
                guard at < bytes.count, bytes[at] == quote else { return String(decoding: content, as: UTF8.self) }
            }
            content.append(bytes[at])
            at += 1
        }
        throw error(.unfinished, "texte sans guillemet de fin", start)
    }

    /// Letters, digits and underscores; accents are dropped, so that `médiane` is `mediane`.
    private mutating func name() -> String {
        var content: [UInt8] = []
        while at < bytes.count {
            if Self.isNamePart(bytes[at]) {
                content.append(bytes[at])
                at += 1
            } else if let (letter, width) = accented() {
                content.append(letter)
                at += width
            } else {
                break
            }
        }
        return String(decoding: content, as: UTF8.self)
    }

    private func accented() -> (letter: UInt8, width: Int)? {
        guard bytes[at] == 0xc3, at + 1 < bytes.count else { return nil }
        let folded = FoldedText.fold(String(decoding: bytes[at...(at + 1)], as: UTF8.self))
        guard folded.count == 1, let letter = folded.first, 0x41...0x5a ~= letter else { return nil }
        return (bytes[at + 1] >= 0xa0 ? letter | 0x20 : letter, 2)
    }

    private mutating func symbol() throws(FormulaError) -> FormulaToken.Symbol {
        for (spelling, symbol) in Self.symbols where matches(spelling) {
            at += spelling.count
            return symbol
        }
        let end = bytes[(at + 1)...].firstIndex { $0 & 0xc0 != 0x80 } ?? bytes.count
        let character = String(decoding: bytes[at..<end], as: UTF8.self)
        throw error(.unexpected, "signe inattendu « \(character) »", at)
    }

    /// Longer spellings before those they begin with.
    private static let symbols = spellings.map { (Array($0.0.utf8), $0.1) }
    private static let spellings: [(String, FormulaToken.Symbol)] = [
        ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("<>", .unequal), ("!=", .unequal), ("==", .equal),
        ("≤", .lessOrEqual), ("≥", .greaterOrEqual), ("≠", .unequal), ("<", .less), (">", .greater), ("=", .equal),
        ("+", .plus), ("-", .minus), ("−", .minus), ("*", .times), ("×", .times), ("/", .over), ("÷", .over),
        ("^", .power), ("(", .open), (")", .close), (";", .separator), (",", .separator), ("|", .bar),
    ]

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        byte | 0x20 &- 0x61 < 26 || isDigit(byte) || byte == 0x5f
    }

    private func error(_ code: FormulaError.Code, _ message: String, _ offset: Int) -> FormulaError {
        FormulaError(code, message, column: column(of: offset))
    }
}
