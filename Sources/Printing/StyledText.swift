/// A text whose parts may look differently.
public struct StyledText: Sendable, Equatable {
    struct Run: Sendable, Equatable {
        let text: String
        let style: TextStyle
    }
    private(set) var runs: [Run] = []

    public init() {}
    public init(_ text: String, _ style: TextStyle) { append(text, style) }

    public var isEmpty: Bool { runs.isEmpty }

    /// What no page shows (control characters, marks of direction that would turn what follows) is shown as a
    /// replacement character, so that nothing printed says other than what is stored.
    public mutating func append(_ text: String, _ style: TextStyle) {
        guard !text.isEmpty else { return }
        runs.append(Run(text: Self.printable(text), style: style))
    }

    public static func + (a: StyledText, b: StyledText) -> StyledText {
        var sum = a
        sum.runs += b.runs
        return sum
    }

    private static func printable(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= PrintingLimits.textBytes else {
                shown.append(contentsOf: " […]".unicodeScalars)
                break
            }
            shown.append(isShown(scalar) ? scalar : "\u{25a1}")
        }
        return String(shown)
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0a: true
        case 0..<0x20, 0x7f..<0xa0: false
        // Embeddings, overrides and isolates of direction; object replacement; what is no character.
        case 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069, 0x2028, 0x2029, 0xfeff, 0xfff9...0xfffd: false
        default: !scalar.properties.isNoncharacterCodePoint
        }
    }
}
