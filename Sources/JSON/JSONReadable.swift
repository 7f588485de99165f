/// What can be read from JSON: `articles = try reader.read()` reads an array of them.
public protocol JSONReadable {
    /// Reads the next value, whole.
    init(json reader: inout JSONReader) throws(JSONError)
}

extension JSONReadable {
    /// Reads a text that is one value and nothing else.
    @inlinable
    public init(parsing text: RawSpan, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        var reader = JSONReader(text, limits: limits)
        self = try Self(json: &reader)
        try reader.finish()
    }

    @inlinable
    public init(parsing text: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        try self.init(parsing: text.span.bytes, limits: limits)
    }
}

extension JSONReader {
    @inlinable @inline(__always)
    public mutating func read<Value: JSONReadable>(_ type: Value.Type = Value.self) throws(JSONError) -> Value {
        try Value(json: &self)
    }

    /// The value of a member that must have come, once its object has been read.
    @inlinable @inline(__always)
    public mutating func required<Value>(_ value: Value?, _ name: StaticString) throws(JSONError) -> Value {
        guard let value else { throw missingMember(name) }
        return value
    }

    @usableFromInline @inline(never)
    mutating func missingMember(_ name: StaticString) -> JSONError {
        // The object that lacks it has just been closed.
        failure(.missingMember, at: max(position - 1, 0)).inside(name.description)
    }

    /// The error for a name the reader does not know, which says it in its pointer.
    @inline(never)
    public mutating func unknownMember(_ key: JSONKey) -> JSONError {
        failure(.unknownMember, at: key.offset)
    }
}
