/// What a Range field selects of a representation (RFC 9110 §14). One range is served; several are ignored, as a server
/// may: they cost it more than they give anyone.
public enum ByteRange: Equatable, Sendable {
    /// 200 with everything.
    case whole
    /// 206 with this part.
    case part(Range<Int>)
    /// 416
    case unsatisfiable

    /// - Parameter size: The representation's length in bytes.
    public init(_ field: UnsafeRawBufferPointer, size: Int) {
        self = (try? Self.select(field, size)) ?? .whole
    }

    /// §14.2: what is malformed or in another unit is ignored.
    private static func select(_ field: UnsafeRawBufferPointer, _ size: Int) throws(ParseError) -> ByteRange {
        var reader = FieldReader(field, failing: .malformedFieldValue)
        guard try reader.lowercasedToken() == "bytes" else { return .whole }
        try reader.expect(UInt8(ascii: "="))
        reader.skipSpace()
        let first = reader.run(while: isDigit)
        try reader.expect(UInt8(ascii: "-"))
        let last = reader.run(while: isDigit)
        try reader.expectEnd()
        guard let start = Self.number(first) else {
            // §14.1.2: the last bytes. Of nothing, no part can be named.
            guard let count = Self.number(last) else { return .whole }
            if count == 0 { return .unsatisfiable }
            return size == 0 ? .whole : .part(max(0, size - count)..<size)
        }
        let end = Self.number(last)
        if let end, end < start { return .whole }
        guard start < size else { return .unsatisfiable }
        return .part(start..<min(size, (end ?? size - 1) + 1))
    }

    /// Nil for no digits; what is too long is more than any size.
    private static func number(_ digits: UnsafeRawBufferPointer) -> Int? {
        guard !digits.isEmpty else { return nil }
        let significant = digits.drop { $0 == 0x30 }
        guard significant.count <= 18 else { return Int.max - 1 }
        return significant.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// The value of Content-Range (§14.4); nil for the whole.
    public func contentRange(size: Int) -> String? {
        switch self {
        case .whole: nil
        case .part(let range): "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
        case .unsatisfiable: "bytes */\(size)"
        }
    }
}
