import Glibc

/// Texts in order, for membership and for beginnings.
struct TextList: BitwiseCopyable {
    private let texts: UnsafeBufferPointer<TextSpan>

    init(_ texts: [TextSpan], in memory: FormulaMemory) {
        self.texts = memory.keep(texts.filter { !$0.isMissing }.sorted { $0.precedes($1) })
    }

    @inline(__always)
    func contains(_ text: TextSpan) -> Bool {
        let at = place(of: text)
        return at < texts.count && texts[at].isEqual(to: text)
    }

    /// Whether one of them is a beginning of `text`.
    @inline(__always)
    func containsBeginning(of text: TextSpan) -> Bool {
        for beginning in texts where text.begins(with: beginning) { return true }
        return false
    }

    /// The first that does not precede `text`.
    @inline(__always)
    private func place(of text: TextSpan) -> Int {
        var (low, high) = (0, texts.count)
        while low < high {
            let middle = (low &+ high) &>> 1
            if texts[middle].precedes(text) { low = middle &+ 1 } else { high = middle }
        }
        return low
    }
}

/// Numbers by text.
struct TextTable: BitwiseCopyable {
    private let keys: UnsafeBufferPointer<TextSpan>
    private let values: UnsafeBufferPointer<Double>

    /// Of two keys that fold to the same text the first counts.
    init(_ rows: [(key: TextSpan, value: Double)], in memory: FormulaMemory) {
        let ordered = rows.enumerated()
            .sorted {
                $0.element.key.precedes($1.element.key)
                    || (!$1.element.key.precedes($0.element.key) && $0.offset < $1.offset)
            }
            .map(\.element)
        keys = memory.keep(ordered.map(\.key))
        values = memory.keep(ordered.map(\.value))
    }

    @inline(__always)
    func value(of key: TextSpan) -> Double {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low &+ high) &>> 1
            if keys[middle].precedes(key) { low = middle &+ 1 } else { high = middle }
        }
        return low < keys.count && keys[low].isEqual(to: key) ? values[low] : .nan
    }
}

/// Words to look for inside a text, all in one pass.
struct WordList: BitwiseCopyable {
    /// Where the words that begin with a byte start; the next entry is where they end.
    private let starts: UnsafeBufferPointer<UInt16>
    private let words: UnsafeBufferPointer<TextSpan>

    init(_ texts: [TextSpan], in memory: FormulaMemory) {
        let ordered = texts.filter { !$0.isMissing }.sorted { $0.precedes($1) }
        var starts = [UInt16](repeating: 0, count: 257)
        for word in ordered { starts[Int(word.bytes[0]) + 1] += 1 }
        for k in 1...256 { starts[k] += starts[k - 1] }
        self.starts = memory.keep(starts)
        words = memory.keep(ordered)
    }

    /// Whether one of the words stands in `text`; `whole`: neither preceded nor followed by a letter or a digit.
    func isFound(in text: TextSpan, whole: Bool) -> Bool {
        guard let base = text.base else { return false }
        for at in 0..<text.count {
            let (first, last) = (starts[Int(base[at])], starts[Int(base[at]) &+ 1])
            if first == last { continue }
            if whole, at > 0, TextSpan.isWordPart(base[at &- 1]) { continue }
            for k in Int(first)..<Int(last) {
                let word = words[k]
                let end = at &+ word.count
                guard end <= text.count, let start = word.base, memcmp(base + at, start, word.count) == 0 else {
                    continue
                }
                if !whole || end == text.count || !TextSpan.isWordPart(base[end]) { return true }
            }
        }
        return false
    }
}

extension TextSpan {
    /// A letter or digit of a folded text; what is not ASCII counts as a letter.
    @inline(__always)
    static func isWordPart(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }
    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 || byte >= 0x80 }
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
