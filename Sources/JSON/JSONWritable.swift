/// What can be written as JSON.
public protocol JSONWritable {
    /// Writes exactly one value.
    func write(to writer: inout JSONWriter)
}

extension JSONWritable {
    /// The value's text.
    @inlinable
    public func jsonBytes() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.finish()
    }

    /// Writes the value's text after what `bytes` holds.
    @inlinable
    public func writeJSON(to bytes: inout [UInt8]) {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        var writer = JSONWriter(appendingTo: taken)
        write(to: &writer)
        bytes = writer.finish()
    }
}

extension JSONWriter {
    @inlinable @inline(__always)
    public mutating func value(_ value: some JSONWritable) { value.write(to: &self) }

    @inlinable @inline(__always)
    public mutating func member(_ name: StaticString, _ value: some JSONWritable) {
        key(name)
        value.write(to: &self)
    }

    /// Writes the member only when it has a value; `member(_:_:)` would write null.
    @inlinable @inline(__always)
    public mutating func member(_ name: StaticString, ifPresent value: (some JSONWritable)?) {
        if let value { member(name, value) }
    }
}

extension Bool: JSONWritable {
    @inlinable public func write(to writer: inout JSONWriter) { writer.bool(self) }
}

extension String: JSONWritable {
    @inlinable public func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Substring: JSONWritable {
    @inlinable public func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Double: JSONWritable {
    @inlinable public func write(to writer: inout JSONWriter) { writer.double(self) }
}

extension Int: JSONWritable {
    @inlinable public func write(to writer: inout JSONWriter) { writer.int(self) }
}

extension Int64: JSONWritable {
    @inlinable public func write(to writer: inout JSONWriter) { writer.int(Int(self)) }
}

extension Int32: JSONWritable {
    @inlinable public func write(to writer: inout JSONWriter) { writer.int(Int(self)) }
}

extension UInt64: JSONWritable {
    @inlinable public func write(to writer: inout JSONWriter) { writer.int(self) }
}

extension UInt16: JSONWritable {
    @inlinable public func write(to writer: inout JSONWriter) { writer.int(Int(self)) }
}

/// nil is null.
extension Optional: JSONWritable where Wrapped: JSONWritable {
    @inlinable
    public func write(to writer: inout JSONWriter) {
        if let self { self.write(to: &writer) } else { writer.null() }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    @inlinable
    public func write(to writer: inout JSONWriter) {
        writer.array { writer in for element in self { element.write(to: &writer) } }
    }
}

extension JSONWritable where Self: RawRepresentable, RawValue == String {
    @inlinable public func write(to writer: inout JSONWriter) { writer.string(rawValue) }
}
