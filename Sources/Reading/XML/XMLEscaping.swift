enum XMLEscaping {
    /// Appends text as office files hold it. What is not UTF-8 becomes U+FFFD, and characters that XML cannot hold are
    /// written `_x0001_`; so is what looks like that.
    static func append(_ text: [UInt8], to bytes: inout [UInt8]) {
        let valid = text.withUnsafeBufferPointer(UTF8Check.accepts)
        let text = valid ? text : Array(String(decoding: text, as: UTF8.self).utf8)
        for (k, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "<"): bytes += "&lt;".utf8
            case UInt8(ascii: ">"): bytes += "&gt;".utf8
            case UInt8(ascii: "&"): bytes += "&amp;".utf8
            case UInt8(ascii: "\""): bytes += "&quot;".utf8
            case UInt8(ascii: "_") where EscapedCharacters.code(text, at: k) != nil: bytes += "_x005F_".utf8
            case 0x09, 0x0a, 0x20...: bytes.append(byte)
            default:
                // A carriage return too: XML would make it a line feed.
                let digits = String(byte, radix: 16, uppercase: true)
                bytes += "_x00\(digits.count == 1 ? "0" : "")\(digits)_".utf8
            }
        }
    }
}
