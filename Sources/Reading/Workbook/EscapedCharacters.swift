/// Characters that XML cannot hold stand in workbooks as `_x000D_`; an underscore that would look like one of them as
/// `_x005F_`.
enum EscapedCharacters {
    private static let size = 7

    /// Replaces them in what follows `start`.
    static func decode(_ bytes: inout [UInt8], from start: Int) {
        guard bytes.count - start >= size, let first = bytes[start...].firstIndex(of: UInt8(ascii: "_")) else { return }
        var (read, write) = (first, first)
        while read < bytes.count {
            if let code = code(bytes, at: read), let scalar = Unicode.Scalar(code) {
                // Shorter than what it replaces.
                for byte in UTF8.encode(scalar)! {
                    bytes[write] = byte
                    write += 1
                }
                read += size
            } else {
                bytes[write] = bytes[read]
                (read, write) = (read + 1, write + 1)
            }
        }
        bytes.removeLast(bytes.count - write)
    }

    static func code(_ bytes: [UInt8], at start: Int) -> UInt32? {
        guard bytes.count - start >= size, bytes[start] == UInt8(ascii: "_"), bytes[start + 1] == UInt8(ascii: "x"),
            bytes[start + 6] == UInt8(ascii: "_")
        else { return nil }
        var value: UInt32 = 0
        for k in start + 2..<start + 6 {
            guard let digit = Character(Unicode.Scalar(bytes[k])).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
