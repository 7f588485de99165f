/// One way in which an attribute is written in a description: words, and at most one `{nombre}` or a final `{code}`.
///
/// It is matched token by token from the place where its rarest part, a written word, stands: the time is that of reading
/// the description once, whatever the patterns.
struct AttributePattern: Sendable, Equatable {
    enum Element: Sendable, Equatable {
        /// A word or a number as written.
        case word([UInt8])
        case number
        /// Letters and digits mixed, as in `SM-A125F`.
        case code
    }
    let elements: [Element]

    /// Nil when the text is not a pattern; `reason` then says why, in French.
    init?(_ text: String, reason: inout String) {
        var elements: [Element] = []
        for part in text.split(separator: " ") {
            switch part.lowercased() {
            case "{nombre}": elements.append(.number)
            case "{code}": elements.append(.code)
            default:
                guard !part.contains("{"), !part.contains("}") else {
                    reason = "seuls {nombre} et {code} sont des jokers"
                    return nil
                }
                elements += Self.words(String(part)).map { .word($0) }
            }
        }
        self.elements = elements
        if elements.isEmpty {
            reason = "motif vide"
        } else if elements.count > Self.longest {
            reason = "motif de plus de \(Self.longest) éléments"
        } else if elements.count(where: { $0 == .number }) > 1 {
            reason = "un motif ne lit qu’un {nombre}"
        } else if elements.dropLast().contains(.code) {
            reason = "{code} est le dernier élément d’un motif"
        } else if elements.contains(.number), elements.contains(.code) {
            reason = "un motif lit {nombre} ou {code}, pas les deux"
        } else if elements == [.number] {
            reason = "un {nombre} seul serait n’importe quel nombre : ajoutez un mot"
        } else {
            return
        }
        return nil
    }

    static let longest = 8

    private static func words(_ text: String) -> [[UInt8]] {
        let folded = FoldedText.fold(text)
        var words: [[UInt8]] = []
        folded.withUnsafeBufferPointer { bytes in
            AttributeToken.cut(TextSpan(base: bytes.baseAddress, count: bytes.count)) { token in
                words.append(Array(bytes[token.start..<token.start + token.count]))
                return true
            }
        }
        return words
    }
}

/// What an attribute is called, and how it is recognised in a description.
public struct Attribute: Sendable, Equatable {
    enum Result: Sendable, Equatable {
        /// The number that was read, times this.
        case factor(Double)
        /// This text.
        case value(String)
        /// The code that was read.
        case code
    }
    public let name: String
    public let label: String
    /// `nombre` or `texte`.
    public let kind: FactSchema.Kind
    public let unit: String?
    let patterns: [(pattern: AttributePattern, result: Result)]
    /// Numbers outside are not this attribute.
    let range: ClosedRange<Double>

    public static func == (a: Attribute, b: Attribute) -> Bool {
        a.name == b.name && a.label == b.label && a.kind == b.kind && a.unit == b.unit && a.range == b.range
            && a.patterns.elementsEqual(b.patterns) { $0.pattern == $1.pattern && $0.result == $1.result }
    }
}
