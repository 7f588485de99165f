/// What a reader accepts at most.
public struct JSONLimits: Sendable {
    /// Objects and arrays inside one another; the outermost counts as one.
    public var depth: Int
    /// Reading recurses, so no caller may ask for more than the smallest stack bears.
    public static let deepest = 512

    public init(depth: Int = 64) {
        self.depth = min(depth, Self.deepest)
    }
}
