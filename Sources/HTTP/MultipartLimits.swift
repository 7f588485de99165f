/// Bounds on a multipart body; each is the largest value that is accepted. The whole body's length and each part's are
/// for the caller to bound.
public struct MultipartLimits: Equatable, Sendable {
    public var parts = 32
    /// A part's head, with its line ends.
    public var headBytes = 4 * 1024
    public var nameBytes = 128
    public var fileNameBytes = 255

    public init() {}
}
