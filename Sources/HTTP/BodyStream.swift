/// A body on its way in. The sender is slowed down when nobody asks for the next piece.
public protocol BodyStream: Sendable {
    /// The next bytes; nil at the end.
    func next() async throws(BodyError) -> [UInt8]?
}

/// Where a streamed response is written.
public protocol BodySink: Sendable {
    /// Returns when there is room for more; fails when the reader is gone.
    func write(_ bytes: [UInt8]) async throws(BodyError)
}

/// Why a body could not be read, or a response not be written, to its end.
public enum BodyError: Error, Equatable, Sendable {
    /// More than the route's limit.
    case tooLarge(limit: Int)
    /// Not what its framing says.
    case malformed
    /// Slower than the minimum rate.
    case tooSlow
    /// The other side is gone, or the service is shutting down.
    case disconnected
}
