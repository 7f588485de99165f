/// A validator of one representation (RFC 9110 §8.8.3).
public struct EntityTag: Hashable, Sendable {
    /// What stands between the quotes.
    public let opaque: [UInt8]
    public let isWeak: Bool

    /// Nil when `opaque` holds a quote, a space or a control.
    public init?(_ opaque: String, isWeak: Bool = false) {
        guard opaque.utf8.allSatisfy(Self.isTagByte) else { return nil }
        (self.opaque, self.isWeak) = (Array(opaque.utf8), isWeak)
    }

    public init(_ field: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = FieldReader(field, failing: .malformedEntityTag)
        try self.init(&reader)
        try reader.expectEnd()
    }

    /// [ "W/" ] DQUOTE *etagc DQUOTE; the W is upper-case.
    fileprivate init(_ reader: inout FieldReader) throws(ParseError) {
        isWeak = reader.take(UInt8(ascii: "W"))
        if isWeak { try reader.expect(UInt8(ascii: "/")) }
        try reader.expect(UInt8(ascii: "\""))
        opaque = Array(reader.run(while: Self.isTagByte))
        try reader.expect(UInt8(ascii: "\""))
    }

    private static func isTagByte(_ byte: UInt8) -> Bool { byte > 0x20 && byte != 0x22 && byte != 0x7f }

    /// §8.8.3.2: equal and both strong.
    public func isStronglyEqual(to other: EntityTag) -> Bool { self == other && !isWeak }
    /// §8.8.3.2: equal, weak or not.
    public func isWeaklyEqual(to other: EntityTag) -> Bool { opaque == other.opaque }
}

extension EntityTag: CustomStringConvertible {
    /// As it is written in a field.
    public var description: String { (isWeak ? "W/\"" : "\"") + String(decoding: opaque, as: UTF8.self) + "\"" }
}

/// The value of If-Match or If-None-Match (RFC 9110 §13.1).
public enum EntityTagList: Equatable, Sendable {
    case any
    case tags([EntityTag])

    public init(_ field: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = FieldReader(field, failing: .malformedEntityTag)
        if reader.take(UInt8(ascii: "*")) {
            try reader.expectEnd()
            self = .any
            return
        }
        var tags: [EntityTag] = []
        while true {
            reader.skipSpace()
            // §5.6.1.2: empty elements are passed.
            if reader.take(UInt8(ascii: ",")) { continue }
            if reader.isAtEnd { break }
            tags.append(try EntityTag(&reader))
            reader.skipSpace()
            if reader.isAtEnd { break }
            try reader.expect(UInt8(ascii: ","))
        }
        guard !tags.isEmpty else { throw .malformedEntityTag }
        self = .tags(tags)
    }
}
