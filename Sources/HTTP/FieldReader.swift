/// Reads a field value from left to right by the common rules of RFC 9110 §5.6; throws the error that it was given.
struct FieldReader {
    private let bytes: UnsafeRawBufferPointer
    private let error: ParseError
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer, failing error: ParseError) { (self.bytes, self.error) = (bytes, error) }

    var isAtEnd: Bool { at == bytes.count }
    var next: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }
    mutating func expect(_ byte: UInt8) throws(ParseError) {
        guard take(byte) else { throw error }
    }
    mutating func expectEnd() throws(ParseError) {
        skipSpace()
        guard isAtEnd else { throw error }
    }

    mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 { at += 1 }
    }

    /// The longest run of bytes that satisfy `belongs`; may be empty.
    mutating func run(while belongs: (UInt8) -> Bool) -> UnsafeRawBufferPointer {
        let start = at
        while at < bytes.count, belongs(bytes[at]) { at += 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<at])
    }

    mutating func token() throws(ParseError) -> UnsafeRawBufferPointer {
        let token = run { ByteClasses.shared.contains($0, ByteClasses.token) }
        guard !token.isEmpty else { throw error }
        return token
    }
    mutating func lowercasedToken() throws(ParseError) -> String {
        String(decoding: try token().map(lowercased), as: UTF8.self)
    }

    /// A quoted-string's content. Only `\"` and `\\` are escapes: clients that write a Windows path do not double its
    /// backslashes.
    mutating func quotedString() throws(ParseError) -> [UInt8] {
        try expect(UInt8(ascii: "\""))
        var content: [UInt8] = []
        while let byte = next {
            at += 1
            if byte == UInt8(ascii: "\"") { return content }
            if byte == UInt8(ascii: "\\"), let escaped = next, escaped == byte || escaped == UInt8(ascii: "\"") {
                content.append(escaped)
                at += 1
            } else {
                guard ByteClasses.shared.contains(byte, ByteClasses.fieldValue) else { throw error }
                content.append(byte)
            }
        }
        throw error
    }

    /// The next `OWS ";" OWS name "=" value`, its name in lower case; nil when no ";" follows. Stray ";" are passed
    /// (RFC 9110 §5.6.6).
    mutating func parameter() throws(ParseError) -> (name: String, value: [UInt8])? {
        while true {
            let start = at
            skipSpace()
            guard take(UInt8(ascii: ";")) else {
                at = start
                return nil
            }
            skipSpace()
            guard let byte = next, byte != UInt8(ascii: ";"), byte != UInt8(ascii: ",") else { continue }
            let name = try lowercasedToken()
            try expect(UInt8(ascii: "="))
            let value = next == UInt8(ascii: "\"") ? try quotedString() : Array(try token())
            return (name, value)
        }
    }

    /// Goes past the next comma that is not quoted, whatever comes before it.
    mutating func skipElement() {
        var isQuoted = false
        while let byte = next {
            at += 1
            if isQuoted, byte == UInt8(ascii: "\\") {
                at = min(at + 1, bytes.count)
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: ","), !isQuoted {
                return
            }
        }
    }
}

/// Text in UTF-8 without NUL, which no store of ours can hold.
func validText(_ bytes: some Collection<UInt8>) throws(ParseError) -> String {
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { throw .malformedText }
    return text
}
