/// Fixed-width decimal digits in protocol bytes.
public enum ASCII {
    static let zero: UInt8 = 0x30

    /// Writes the last `width` decimal digits of `value`, which is not negative.
    @inline(__always)
    public static func write(_ value: Int, width: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<max(1, width) { divisor *= 10 }
        while divisor > 0 {
            bytes.append(zero + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }

    /// `HH:MM:SS` of a second of the day.
    public static func writeTime(_ second: Int, to bytes: inout [UInt8]) {
        write(second / 3600, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        write(second / 60 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        write(second % 60, width: 2, to: &bytes)
    }

    /// Reads exactly `width` digits.
    @inline(__always)
    public static func number(_ bytes: Span<UInt8>, at start: Int, width: Int) -> Int? {
        guard start >= 0, start + width <= bytes.count else { return nil }
        var value = 0
        for k in start..<start + width {
            let digit = bytes[k] &- zero
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Whether `text` stands at `start`.
    public static func matches(_ bytes: Span<UInt8>, at start: Int, _ text: StaticString) -> Bool {
        guard start >= 0, start + text.utf8CodeUnitCount <= bytes.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == text.utf8Start[$0] }
    }
}
