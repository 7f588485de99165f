/// A run of letters or a number in a folded text.
struct AttributeToken: BitwiseCopyable {
    let start: Int
    let count: Int
    /// Of the bytes, to be compared instead of them.
    let hash: UInt64
    /// NaN for letters.
    let number: Double
    /// Whether a letter or digit stands right before it.
    let isGlued: Bool

    static let seed = HistoryHash(level: "attribut").seed

    /// Cuts `text`; stops when `take` returns false. Numbers have at most one decimal mark, a point or a comma.
    @inline(__always)
    static func cut(_ text: TextSpan, _ take: (AttributeToken) -> Bool) {
        guard let base = text.base else { return }
        var at = 0
        while at < text.count {
            let start = at
            var number = Double.nan
            if TextSpan.isLetter(base[at]) {
                while at < text.count, TextSpan.isLetter(base[at]) { at &+= 1 }
            } else if TextSpan.isDigit(base[at]) {
                number = Self.number(base, &at, text.count)
            } else {
                at &+= 1
                continue
            }
            var hash = HistoryHash(seed: seed)
            hash.combine(UnsafeBufferPointer(start: base + start, count: at &- start))
            let isGlued = start > 0 && TextSpan.isWordPart(base[start &- 1])
            let token = AttributeToken(
                start: start, count: at &- start, hash: hash.finish(), number: number, isGlued: isGlued)
            guard take(token) else { return }
        }
    }

    @inline(__always)
    private static func number(_ base: UnsafePointer<UInt8>, _ at: inout Int, _ end: Int) -> Double {
        var value = 0.0
        while at < end, TextSpan.isDigit(base[at]) {
            value = value * 10 + Double(base[at] &- 0x30)
            at &+= 1
        }
        guard at &+ 1 < end, base[at] == 0x2e || base[at] == 0x2c, TextSpan.isDigit(base[at &+ 1]) else { return value }
        at &+= 1
        var (fraction, scale) = (0.0, 1.0)
        while at < end, TextSpan.isDigit(base[at]) {
            if scale < 1e15 { (fraction, scale) = (fraction * 10 + Double(base[at] &- 0x30), scale * 10) }
            at &+= 1
        }
        return value + fraction / scale
    }
}
