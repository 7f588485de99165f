extension Timestamp: CustomStringConvertible {
    /// Digits after the second.
    public enum Precision: Int, Sendable {
        case seconds = 0
        case milliseconds = 3
        case microseconds = 6
    }

    /// Appends `2026-03-01T08:09:10.123Z`; finer digits are cut, not rounded, so that the text never lies in the future.
    public func writeRFC3339(_ precision: Precision = .milliseconds, to bytes: inout [UInt8]) {
        let microsecond = microsecondOfDay
        var text = StampText()
        text.put(date)
        text.put(UInt8(ascii: "T"))
        text.put(secondOfDay: microsecond / 1_000_000)
        if precision != .seconds {
            text.put(UInt8(ascii: "."))
            let isFine = precision == .microseconds
            text.put(microsecond % 1_000_000 / (isFine ? 1 : 1000), width: isFine ? 6 : 3)
        }
        text.put(UInt8(ascii: "Z"))
        text.append(to: &bytes)
    }

    public func rfc3339(_ precision: Precision = .milliseconds) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        writeRFC3339(precision, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    public var description: String { rfc3339(.microseconds) }

    /// Reads the date-time of RFC 3339 §5.6 and nothing else. An offset is applied; digits past the microsecond are cut.
    public init?(rfc3339 bytes: Span<UInt8>) {
        guard let year = ASCII.number(bytes, at: 0, width: 4), ASCII.matches(bytes, at: 4, "-"),
            let month = ASCII.number(bytes, at: 5, width: 2), ASCII.matches(bytes, at: 7, "-"),
            let day = ASCII.number(bytes, at: 8, width: 2), bytes.count > 10, bytes[10] | 0x20 == UInt8(ascii: "t"),
            let hour = ASCII.number(bytes, at: 11, width: 2), ASCII.matches(bytes, at: 13, ":"),
            let minute = ASCII.number(bytes, at: 14, width: 2), ASCII.matches(bytes, at: 16, ":"),
            let second = ASCII.number(bytes, at: 17, width: 2), let fraction = Self.fraction(bytes, at: 19),
            let offset = Self.offset(bytes, at: fraction.end),
            let local = Timestamp(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second,
                microsecond: fraction.microsecond)
        else { return nil }
        // At the calendar's ends an offset may lead outside: no such moment.
        let moved = local.microseconds - Int64(offset) * 60_000_000
        self.init(microseconds: moved)
        if microseconds != moved { return nil }
    }

    public init?(rfc3339 text: String) { self.init(rfc3339: text.utf8.span) }

    private static func fraction(_ bytes: Span<UInt8>, at start: Int) -> (microsecond: Int, end: Int)? {
        guard start < bytes.count, bytes[start] == UInt8(ascii: ".") else { return (0, start) }
        var end = start + 1
        var microsecond = 0
        while end < bytes.count, bytes[end] &- ASCII.zero < 10 {
            if end - start <= 6 { microsecond = microsecond * 10 + Int(bytes[end] - ASCII.zero) }
            end += 1
        }
        guard end > start + 1 else { return nil }
        for _ in min(end - start, 7)..<7 { microsecond *= 10 }
        return (microsecond, end)
    }

    /// Minutes east of UTC, when the offset is all that is left.
    private static func offset(_ bytes: Span<UInt8>, at start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        if bytes[start] | 0x20 == UInt8(ascii: "z") { return bytes.count == start + 1 ? 0 : nil }
        let sign: Int
        switch bytes[start] {
        case UInt8(ascii: "+"): sign = 1
        case UInt8(ascii: "-"): sign = -1
        default: return nil
        }
        guard bytes.count == start + 6, let hours = ASCII.number(bytes, at: start + 1, width: 2), hours <= 23,
            ASCII.matches(bytes, at: start + 3, ":"), let minutes = ASCII.number(bytes, at: start + 4, width: 2),
            minutes <= 59
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}
