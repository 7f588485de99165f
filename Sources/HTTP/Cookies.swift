/// The cookies that a request carries (RFC 6265 §4.2).
public struct Cookies: Sendable {
    private var pairs: [(name: String, value: String)] = []

    public init() {}

    /// Reads a Cookie field; more may follow with `append`.
    public init(_ field: UnsafeRawBufferPointer) throws(ParseError) { try append(field) }

    public mutating func append(_ field: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = FieldReader(field, failing: .malformedCookie)
        repeat {
            reader.skipSpace()
            let name = String(decoding: try reader.token(), as: UTF8.self)
            try reader.expect(UInt8(ascii: "="))
            let isQuoted = reader.take(UInt8(ascii: "\""))
            let value = reader.run(while: Self.isValueByte)
            if isQuoted { try reader.expect(UInt8(ascii: "\"")) }
            pairs.append((name, String(decoding: value, as: UTF8.self)))
            reader.skipSpace()
        } while reader.take(UInt8(ascii: ";"))
        try reader.expectEnd()
    }

    /// The value of a cookie. One that is there twice is refused: somebody else's may have been put before ours.
    public func value(_ name: String) throws(ParseError) -> String? {
        var found: String?
        for pair in pairs where pair.name == name {
            guard found == nil else { throw .duplicatedCookie }
            found = pair.value
        }
        return found
    }

    /// cookie-octet: visible ASCII without quote, comma, semicolon and backslash.
    static func isValueByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x2b, 0x2d...0x3a, 0x3c...0x5b, 0x5d...0x7e: true
        default: false
        }
    }
}
