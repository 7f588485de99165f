/// A colour, 0xRRGGBB.
public struct Ink: Sendable, Hashable {
    let rgb: UInt32
    public init(_ rgb: UInt32) { self.rgb = rgb & 0xff_ffff }

    public static let black = Ink(0x1a1a1a)
    public static let white = Ink(0xffffff)
}

/// How letters look.
public struct TextStyle: Sendable, Hashable {
    /// The fonts that are printed with; others on the machine are never used.
    public enum Face: Sendable, CaseIterable {
        case serif, sans, mono
    }

    public var face: Face
    /// In points.
    public var size: Double
    public var isBold: Bool
    public var isItalic: Bool
    public var ink: Ink
    /// Added between letters, in points.
    public var tracking: Double

    public init(
        _ face: Face = .serif, _ size: Double, bold: Bool = false, italic: Bool = false, ink: Ink = .black,
        tracking: Double = 0
    ) {
        (self.face, self.size, isBold, isItalic) = (face, size, bold, italic)
        (self.ink, self.tracking) = (ink, tracking)
    }

    public var bold: TextStyle { with { $0.isBold = true } }
    public var italic: TextStyle { with { $0.isItalic = true } }
    public func inked(_ ink: Ink) -> TextStyle { with { $0.ink = ink } }

    private func with(_ change: (inout TextStyle) -> Void) -> TextStyle {
        var copy = self
        change(&copy)
        return copy
    }
}
