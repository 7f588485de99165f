/// What the machine writes on while it reads texts, kept from one evaluation to the next.
final class FormulaScratch {
    private static let mostTokens = FormulaLimits.textBytes
    private let tokens = UnsafeMutablePointer<AttributeToken>.allocate(capacity: mostTokens)
    private let bits = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * TrigramSet.words)
    /// The text whose tokens are kept: attributes of one description follow each other.
    private var cut = TextSpan.missing
    private var tokenCount = 0

    deinit {
        tokens.deallocate()
        bits.deallocate()
    }

    /// Texts that were read may lie elsewhere now.
    func forget() { cut = .missing }

    func match(_ attribute: AttributeMatcher, in text: TextSpan) -> AttributeMatcher.Match {
        guard !text.isMissing else { return AttributeMatcher.Match() }
        if cut.base != text.base || cut.count != text.count {
            tokenCount = 0
            AttributeToken.cut(text) { token in
                tokens[tokenCount] = token
                tokenCount &+= 1
                return tokenCount < Self.mostTokens
            }
            cut = text
        }
        return attribute.match(text, UnsafeBufferPointer(start: tokens, count: tokenCount))
    }

    func similarity(_ a: TextSpan, _ b: TextSpan) -> Double {
        guard !a.isMissing, !b.isMissing else { return .nan }
        bits.initialize(repeating: 0, count: 2 * TrigramSet.words)
        let other = bits + TrigramSet.words
        return TrigramSet.similarity(bits, TrigramSet.fill(bits, from: a), other, TrigramSet.fill(other, from: b))
    }

    func nearest(_ text: TextSpan, among list: TrigramList) -> Double {
        guard !text.isMissing else { return .nan }
        bits.initialize(repeating: 0, count: TrigramSet.words)
        return list.nearest(to: bits, TrigramSet.fill(bits, from: text))
    }
}
