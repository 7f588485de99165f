public import Platform

/// What a document is made of, from top to bottom.
public indirect enum Block: Sendable {
    case paragraph(Paragraph)
    case table(PrintedTable)
    /// Beside each other, from their upper edges; not broken over pages.
    case beside([Column])
    /// Blocks on a ground of their own, with a bar along the left.
    case framed([Block], Frame)
    /// On one page, when a page holds them.
    case together([Block])
    case rule(Ink, thickness: Double)
    /// A line of stripes side by side, such as a flag's.
    case stripes([Ink], thickness: Double)
    case gap(Double)
    case code(QRCode, side: Double)

    public struct Column: Sendable {
        /// Of the width, beside the other columns' shares.
        public let share: Double
        public let blocks: [Block]
        public init(_ share: Double, _ blocks: [Block]) { (self.share, self.blocks) = (share, blocks) }
    }

    public struct Frame: Sendable {
        public var ground: Ink
        public var bar: Ink
        public var padding: Double
        public init(ground: Ink, bar: Ink, padding: Double = 8) {
            (self.ground, self.bar, self.padding) = (ground, bar, padding)
        }
    }
}

public enum Placement: Sendable { case left, centre, right, justified }

public struct Paragraph: Sendable {
    public var text: StyledText
    public var placement: Placement
    /// A factor on the distance of lines.
    public var leading: Double
    /// Left out at the top of a page.
    public var before: Double
    public var indent: Double
    /// Whether it stays on the page of what follows: headings do.
    public var keepsWithNext: Bool

    public init(
        _ text: StyledText, _ placement: Placement = .left, leading: Double = 1.1, before: Double = 0,
        indent: Double = 0, keepsWithNext: Bool = false
    ) {
        (self.text, self.placement, self.leading) = (text, placement, leading)
        (self.before, self.indent, self.keepsWithNext) = (before, indent, keepsWithNext)
    }
}

/// A table, whose head is repeated on each page that it goes on to.
public struct PrintedTable: Sendable {
    public struct Column: Sendable {
        public let share: Double
        public let placement: Placement
        public init(_ share: Double, _ placement: Placement = .left) {
            (self.share, self.placement) = (share, placement)
        }
    }
    public struct Cell: Sendable {
        public let text: StyledText
        /// How many columns it covers; over several it begins at the left.
        public let span: Int
        public init(_ text: StyledText, span: Int = 1) { (self.text, self.span) = (text, max(1, span)) }
    }
    public struct Row: Sendable {
        public let cells: [Cell]
        public let ground: Ink?
        /// Whether it stays on the page of the next row: titles of groups do.
        public let keepsWithNext: Bool
        public init(_ cells: [Cell], ground: Ink? = nil, keepsWithNext: Bool = false) {
            (self.cells, self.ground, self.keepsWithNext) = (cells, ground, keepsWithNext)
        }
    }

    public var columns: [Column]
    public var head: Row?
    public var rows: [Row]
    public var line: Ink
    public var padding: (horizontal: Double, vertical: Double)
    public var before: Double

    public init(
        _ columns: [Column], head: Row? = nil, rows: [Row], line: Ink = Ink(0xc8c8c8),
        padding: (horizontal: Double, vertical: Double) = (4, 2.5), before: Double = 0
    ) {
        (self.columns, self.head, self.rows) = (columns, head, rows)
        (self.line, self.padding, self.before) = (line, padding, before)
    }
}
