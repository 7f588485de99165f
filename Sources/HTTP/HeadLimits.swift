/// Bounds on a request's head; each is the largest value that is accepted.
public struct HeadLimits: Equatable, Sendable {
    public var headBytes = 32 * 1024
    public var targetBytes = 8 * 1024
    public var fields = 100
    public var methodBytes = 32
    /// Empty lines that a client may have left after its previous message (RFC 9112 §2.2).
    public var emptyLines = 2

    public init() {}
}
