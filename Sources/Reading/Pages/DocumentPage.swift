/// One page of a document as a reader sees it: words and ruled lines, each at its place.
///
/// Coordinates are fractions of the upright page, from its upper left corner, whatever the page was made of.
public struct DocumentPage: Sendable, Equatable {
    /// The page's number in its document, from 1.
    public var number: Int
    /// Width over height of the upright page.
    public var aspect: Double
    /// Where the words come from.
    public var source: PageSource
    public var words: [PageWord]
    public var rules: [PageRule]

    public init(number: Int, aspect: Double, source: PageSource, words: [PageWord], rules: [PageRule]) {
        self.number = number
        self.aspect = aspect
        self.source = source
        self.words = words
        self.rules = rules
    }
}

/// How a word came to be known.
public enum PageSource: String, Sendable, Equatable {
    /// The document's own text.
    case text = "texte"
    /// Recognised from an image.
    case recognition = "ocr"
}

/// One word and the rectangle around its ink.
public struct PageWord: Sendable, Equatable {
    public var text: String
    public var box: PageBox
    /// From 0 to 1; 1 for a document's own text.
    public var confidence: Float
    /// Whether it is printed as a label on a coloured or dark ground.
    public var isOnColour: Bool

    public init(text: String, box: PageBox, confidence: Float, isOnColour: Bool = false) {
        self.text = text
        self.box = box
        self.confidence = confidence
        self.isOnColour = isOnColour
    }
}

/// A straight ruled line, horizontal or vertical.
public struct PageRule: Sendable, Equatable {
    public var box: PageBox
    public var isHorizontal: Bool

    public init(box: PageBox, isHorizontal: Bool) {
        self.box = box
        self.isHorizontal = isHorizontal
    }
}

/// A rectangle in fractions of the page.
public struct PageBox: Sendable, Equatable {
    public var left: Double
    public var top: Double
    public var right: Double
    public var bottom: Double

    public init(left: Double, top: Double, right: Double, bottom: Double) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }
}
