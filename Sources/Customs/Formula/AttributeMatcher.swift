/// An attribute's patterns, laid out for matching.
struct AttributeMatcher: BitwiseCopyable {
    private struct Element: BitwiseCopyable {
        enum Kind: UInt8 { case word, number, code }
        let kind: Kind
        let hash: UInt64
    }
    private struct Pattern: BitwiseCopyable {
        /// Hash of the word that is looked for, and its place in the pattern.
        let anchor: UInt64
        let offset: Int
        let first: Int
        let count: Int
        let factor: Double
        let value: TextSpan
        let isCode: Bool
    }
    /// What was found, and where in the text.
    struct Match: BitwiseCopyable {
        var number = Double.nan
        var text = TextSpan.missing
        var start = 0
        var count = 0
        var isFound: Bool { count > 0 }
    }

    private let patterns: UnsafeBufferPointer<Pattern>
    private let elements: UnsafeBufferPointer<Element>
    private let low: Double
    private let high: Double
    /// Whether a lone code will do when no pattern was found.
    private let takesAnyCode: Bool

    init(_ attribute: Attribute, in memory: FormulaMemory) {
        var (elements, patterns): ([Element], [Pattern]) = ([], [])
        var takesAnyCode = false
        for (pattern, result) in attribute.patterns {
            let parts = pattern.elements.map { element in
                switch element {
                case .word(let bytes): Element(kind: .word, hash: Self.hash(bytes))
                case .number: Element(kind: .number, hash: 0)
                case .code: Element(kind: .code, hash: 0)
                }
            }
            guard let offset = parts.firstIndex(where: { $0.kind == .word }) else {
                takesAnyCode = true
                continue
            }
            var (factor, value) = (1.0, TextSpan.missing)
            if case .factor(let given) = result { factor = given }
            if case .value(let text) = result { value = memory.fold(text) }
            patterns.append(
                Pattern(
                    anchor: parts[offset].hash, offset: offset, first: elements.count, count: parts.count,
                    factor: factor, value: value, isCode: result == .code))
            elements += parts
        }
        // Of patterns with the same anchor the longest first, then the first given.
        patterns.sort { ($0.anchor, -$0.count, $0.first) < ($1.anchor, -$1.count, $1.first) }
        self.patterns = memory.keep(patterns)
        self.elements = memory.keep(elements)
        (low, high) = (attribute.range.lowerBound, attribute.range.upperBound)
        self.takesAnyCode = takesAnyCode
    }

    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        var hash = HistoryHash(seed: AttributeToken.seed)
        bytes.withUnsafeBufferPointer { hash.combine($0) }
        return hash.finish()
    }

    /// The first place where a pattern stands.
    func match(_ text: TextSpan, _ tokens: UnsafeBufferPointer<AttributeToken>) -> Match {
        for at in 0..<tokens.count {
            var k = firstPattern(anchoredAt: tokens[at].hash)
            while k < patterns.count, patterns[k].anchor == tokens[at].hash {
                let match = match(patterns[k], text, tokens, from: at &- patterns[k].offset)
                if match.isFound { return match }
                k &+= 1
            }
        }
        guard takesAnyCode else { return Match() }
        for token in tokens where token.number.isNaN {
            let code = Self.code(in: text, from: token)
            if code.isFound { return code }
        }
        return Match()
    }

    @inline(__always)
    private func firstPattern(anchoredAt hash: UInt64) -> Int {
        var (low, high) = (0, patterns.count)
        while low < high {
            let middle = (low &+ high) &>> 1
            if patterns[middle].anchor < hash { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    private func match(
        _ pattern: Pattern, _ text: TextSpan, _ tokens: UnsafeBufferPointer<AttributeToken>, from start: Int
    ) -> Match {
        guard start >= 0, start &+ pattern.count <= tokens.count else { return Match() }
        // A pattern without {nombre} says the number itself.
        var match = Match(number: pattern.value.isMissing ? pattern.factor : .nan)
        for k in 0..<pattern.count {
            let (element, token) = (elements[pattern.first &+ k], tokens[start &+ k])
            switch element.kind {
            case .word:
                guard token.hash == element.hash else { return Match() }
            case .number:
                let value = token.number * pattern.factor
                guard !token.isGlued, value >= low, value <= high else { return Match() }
                match.number = value
            case .code:
                let code = Self.code(in: text, from: token)
                guard code.isFound else { return Match() }
                match.text = code.text
            }
        }
        if !pattern.isCode { match.text = pattern.value }
        let last = tokens[start &+ pattern.count &- 1]
        match.start = tokens[start].start
        match.count = (pattern.isCode ? match.text.count : last.count) &+ last.start &- match.start
        return match
    }

    /// Letters, digits, hyphens, slashes and points from the token on, if at least two digits and a letter are among them.
    private static func code(in text: TextSpan, from token: AttributeToken) -> Match {
        guard let base = text.base, !token.isGlued else { return Match() }
        var (end, letters, digits) = (token.start, 0, 0)
        var last = end
        while end < text.count, end &- token.start < 32 {
            let byte = base[end]
            if byte &- 0x41 < 26 {
                letters &+= 1
            } else if TextSpan.isDigit(byte) {
                digits &+= 1
            } else if byte != 0x2d, byte != 0x2f, byte != 0x2e {
                break
            }
            end &+= 1
            if TextSpan.isWordPart(byte) { last = end }
        }
        guard letters > 0, digits > 1 else { return Match() }
        let code = TextSpan(base: base + token.start, count: last &- token.start)
        return Match(text: code, start: token.start, count: code.count)
    }
}
