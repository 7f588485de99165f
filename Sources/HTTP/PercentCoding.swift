import Platform

/// Percent-encoding (RFC 3986 §2.1).
public enum PercentCoding {
    /// Decodes to text; refuses broken escapes, what is not UTF-8, and NUL.
    public static func decode(
        _ bytes: some Collection<UInt8>, plusIsSpace: Bool = false
    ) throws(ParseError) -> String {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || plusIsSpace && $0 == UInt8(ascii: "+") }) else {
            return try validText(bytes)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(Hexadecimal.value),
                    let low = rest.next().flatMap(Hexadecimal.value)
                else {
                    throw .malformedText
                }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(0x20)
            default: decoded.append(byte)
            }
        }
        return try validText(decoded)
    }

    /// Escapes all but RFC 3986's unreserved characters: right for a path segment, a query's name or value, and a
    /// parameter such as `filename*` (RFC 8187).
    public static func encode(_ text: String) -> String {
        let hexadecimal: StaticString = "0123456789ABCDEF"
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if ByteClasses.shared.contains(byte, ByteClasses.unreserved) {
                encoded.append(byte)
            } else {
                encoded += [
                    UInt8(ascii: "%"), hexadecimal.utf8Start[Int(byte >> 4)], hexadecimal.utf8Start[Int(byte & 15)],
                ]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
