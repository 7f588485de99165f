/// Hexadecimal digits in protocol bytes.
public enum Hexadecimal {
    /// The value of a digit in either case.
    @inlinable
    @inline(__always)
    public static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit &- 0x30
        case 0x41...0x46: digit &- 0x37
        case 0x61...0x66: digit &- 0x57
        default: nil
        }
    }

    /// Appends the last `digits` digits of `value`, in lower case.
    static func write(_ value: UInt64, digits: Int = 16, to bytes: inout [UInt8]) {
        if digits > 8 { append(UInt32(truncatingIfNeeded: value >> 32), digits: digits - 8, to: &bytes) }
        append(UInt32(truncatingIfNeeded: value), digits: min(digits, 8), to: &bytes)
    }

    /// All eight digits at once: one nibble is spread into each byte of a word.
    private static func append(_ value: UInt32, digits: Int, to bytes: inout [UInt8]) {
        var word = UInt64(value)
        word = (word | word << 16) & 0x0000_ffff_0000_ffff
        word = (word | word << 8) & 0x00ff_00ff_00ff_00ff
        word = (word | word << 4) & 0x0f0f_0f0f_0f0f_0f0f
        let letters = (word + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        word += 0x3030_3030_3030_3030 + letters * 0x27
        withUnsafeBytes(of: word.bigEndian) {
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[(8 - digits)...]))
        }
    }

    /// Reads exactly `digits` digits, at most 16; capitals only when they are allowed.
    static func read(_ bytes: Span<UInt8>, at start: Int, digits: Int, capitals: Bool = false) -> UInt64? {
        guard start >= 0, start + digits <= bytes.count else { return nil }
        var value: UInt64 = 0
        for k in start..<start + digits {
            guard let digit = Self.value(bytes[k]), capitals || !(0x41...0x46).contains(bytes[k]) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }
}
