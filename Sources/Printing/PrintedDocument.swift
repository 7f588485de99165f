public import Platform

/// A document to be printed: what it says, and what stands on each of its pages.
public struct PrintedDocument: Sendable {
    /// What the file says of itself. The same document is the same bytes, so its time is not that of the printing.
    public struct Description: Sendable {
        public var title: String
        public var author: String
        public var subject: String
        public var keywords: String
        public var created: Timestamp

        public init(title: String, author: String, subject: String = "", keywords: String = "", created: Timestamp) {
            (self.title, self.author, self.subject) = (title, author, subject)
            (self.keywords, self.created) = (keywords, created)
        }
    }

    /// In points.
    public struct Page: Sendable {
        public var width = 595.276
        public var height = 841.89
        public var margin = 54.0
        public init() {}
    }

    public var description: Description
    public var page = Page()
    public var blocks: [Block]
    /// At the top of the pages after the first.
    public var runningHead = StyledText()
    /// At the bottom of every page, beside « page 1/3 ».
    public var foot = StyledText()
    /// Of what stands at the bottom.
    public var footStyle: TextStyle
    /// Across every page, behind the text.
    public var watermark: StyledText?

    public init(_ description: Description, footStyle: TextStyle, blocks: [Block]) {
        (self.description, self.footStyle, self.blocks) = (description, footStyle, blocks)
    }
}
