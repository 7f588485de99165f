/// What a document may cost at most. One beyond is refused, as soon as it shows.
public struct PageLimits: Sendable, Equatable {
    public var fileBytes = 20 << 20
    public var pages = 50
    /// Of one image, as its header announces them.
    public var pixels = 60_000_000
    /// Of one side of an image. Less holds no page.
    public var leastSide = 16
    /// The longest side of a PDF's page, in points: 2.5 m.
    public var pagePoints = 7200.0
    /// For the recognition of one page. What is not recognised by then is missing.
    public var recognitionMilliseconds = 30_000
    /// Words of one page; the rest is dropped.
    public var words = 20_000

    public init() {}
}
