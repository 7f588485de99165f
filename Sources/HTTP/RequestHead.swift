/// A byte range inside the buffer that was parsed: offsets, not pointers, so that a head survives a move of its bytes.
public struct Slice: Equatable, Sendable, BitwiseCopyable {
    public var start: UInt32
    public var count: UInt32
    @inlinable public init(start: Int, count: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.count = UInt32(truncatingIfNeeded: count)
    }
    @inlinable public var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

public struct HeaderField: Sendable, BitwiseCopyable {
    public var name: Slice
    public var value: Slice
    @inlinable public init(name: Slice, value: Slice) { (self.name, self.value) = (name, value) }
}

/// How long the request's body is: RFC 9112 §6.3 leaves a request these three.
public enum BodyFraming: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
}

/// What a request's first lines say, without a copy of them.
public struct RequestHead: Sendable {
    public var method = Method.other
    /// The method's own token.
    public var methodName = Slice(start: 0, count: 0)
    /// The target's path, always starting with "/" (or "*" for `OPTIONS *`), still percent-encoded.
    public var path = Slice(start: 0, count: 0)
    /// What follows the "?", still percent-encoded; empty without one.
    public var query = Slice(start: 0, count: 0)
    /// The authority that the request is for: the target's own in absolute form, otherwise the Host field's; empty only
    /// in HTTP/1.0.
    public var host = Slice(start: 0, count: 0)
    /// 0 or 1.
    public var minorVersion: UInt8 = 1
    public var keepAlive = true
    public var expectsContinue = false
    public var framing = BodyFraming.none
    public var fieldCount = 0
    /// Bytes from the start of the buffer to the first byte of the body.
    public var size = 0

    public init() {}
}
