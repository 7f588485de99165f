/// The few bytes of a date or time, composed on the stack and appended as one piece.
struct StampText {
    private var bytes = InlineArray<32, UInt8>(repeating: 0)
    private var count = 0

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        bytes[count] = byte
        count &+= 1
    }

    /// `value` in `width` decimal digits; it is not negative.
    @inline(__always)
    mutating func put(_ value: Int, width: Int) {
        var rest = UInt(bitPattern: value)
        for k in stride(from: count &+ width &- 1, through: count, by: -1) {
            bytes[k] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count &+= width
    }

    /// Three letters of a row of names.
    @inline(__always)
    mutating func put(name: Int, of names: StaticString) {
        for k in 0..<3 { put(names.utf8Start[name * 3 + k]) }
    }

    @inline(__always)
    mutating func put(_ date: CivilDate) {
        put(date.year, width: 4)
        put(UInt8(ascii: "-"))
        put(date.month, width: 2)
        put(UInt8(ascii: "-"))
        put(date.day, width: 2)
    }

    /// `HH:MM:SS`
    @inline(__always)
    mutating func put(secondOfDay second: Int) {
        put(second / 3600, width: 2)
        put(UInt8(ascii: ":"))
        put(second / 60 % 60, width: 2)
        put(UInt8(ascii: ":"))
        put(second % 60, width: 2)
    }

    @inline(__always)
    func append(to other: inout [UInt8]) {
        bytes.span.extracting(first: count).withUnsafeBufferPointer { other.append(contentsOf: $0) }
    }
}
