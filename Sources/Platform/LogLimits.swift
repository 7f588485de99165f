/// The bounds of a log.
public struct LogLimits: Equatable, Sendable {
    /// Bytes of a field's value, or of a message, before it is cut.
    public let value: Int
    /// Bytes of a line. The kernel writes up to 4096 to a pipe as one piece, so that lines of processes never mix.
    public let line: Int
    /// Bytes that a shard holds until the writer takes them.
    public let buffer: Int

    public init(value: Int = 1024, line: Int = 4096, buffer: Int = 256 * 1024) {
        (self.value, self.line, self.buffer) = (max(16, value), min(max(256, line), 4096), max(0, buffer))
    }
}
