/// The host and port that a request is for.
enum Authority {
    /// uri-host [ ":" port ] (RFC 9110 §7.2, RFC 3986 §3.2.2): never empty, never with user information. A host of an
    /// http URI is not empty (RFC 9110 §4.2.1), so an empty Host field names nothing that could be served here.
    static func isValid(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ classes: ByteClasses) -> Bool {
        var at = 0
        if count > 0, bytes[0] == UInt8(ascii: "[") {
            while at < count, bytes[at] != UInt8(ascii: "]") { at += 1 }
            guard at < count, IPAddress.parseV6(UnsafeBufferPointer(start: bytes + 1, count: at - 1)) != nil else {
                return false
            }
            at += 1
        } else {
            while at < count {
                if classes.contains(bytes[at], ByteClasses.regName) {
                    at += 1
                } else if bytes[at] == UInt8(ascii: "%"), at + 2 < count,
                    classes.contains(bytes[at + 1], ByteClasses.hexDigit),
                    classes.contains(bytes[at + 2], ByteClasses.hexDigit)
                {
                    at += 3
                } else {
                    break
                }
            }
        }
        guard at > 0 else { return false }
        return at == count || (bytes[at] == UInt8(ascii: ":") && isPort(bytes + at + 1, count - at - 1))
    }

    /// RFC 3986 §3.2.3: any digits, or none; and a number that a port can have.
    private static func isPort(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard count <= 5 else { return false }
        var value = 0
        for k in 0..<count {
            guard isDigit(bytes[k]) else { return false }
            value = value * 10 + Int(bytes[k] - 0x30)
        }
        return value <= 65535
    }
}
