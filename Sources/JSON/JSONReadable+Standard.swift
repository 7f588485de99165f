extension Bool: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.bool() }
}

extension String: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.string() }
}

extension Double: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.double() }
}

extension Int: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.int() }
}

extension Int64: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.integer() }
}

extension Int32: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.integer() }
}

extension UInt64: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.integer() }
}

extension UInt16: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.integer() }
}

/// null is nil. Whether a member may be left out is for the object's reader to say.
extension Optional: JSONReadable where Wrapped: JSONReadable {
    @inlinable @inline(__always)
    public init(json reader: inout JSONReader) throws(JSONError) {
        self = try reader.null() ? nil : Wrapped(json: &reader)
    }
}

extension Array: JSONReadable where Element: JSONReadable {
    @inlinable @inline(__always)
    public init(json reader: inout JSONReader) throws(JSONError) {
        var elements: [Element] = []
        try reader.array { reader throws(JSONError) in elements.append(try Element(json: &reader)) }
        self = elements
    }
}

/// A closed list of words: `enum Role: String, JSONReadable { case … }`.
extension JSONReadable where Self: RawRepresentable, RawValue == String {
    @inlinable
    public init(json reader: inout JSONReader) throws(JSONError) {
        let offset = try reader.offset()
        guard let value = Self(rawValue: try reader.string()) else { throw reader.refusal(at: offset) }
        self = value
    }
}
