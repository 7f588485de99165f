public import Platform

/// Dates in fields (RFC 9110 §5.6.7), as seconds since 1970-01-01T00:00:00Z.
public enum HTTPDate {
    private static let weekdays: [StaticString] = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    /// The years 1 to 9999.
    private static let bounds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// `Sun, 06 Nov 1994 08:49:37 GMT`; what lies outside the years 1 to 9999 is clamped to them.
    public static func text(_ seconds: Int64) -> String {
        let clamped = min(max(seconds, bounds.lowerBound), bounds.upperBound)
        let moment = Timestamp(microseconds: clamped * 1_000_000)
        let date = moment.date
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        bytes.append(contentsOf: UnsafeBufferPointer(start: weekdays[date.weekday].utf8Start, count: 3))
        bytes.append(contentsOf: ", ".utf8)
        ASCII.write(date.day, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: UnsafeBufferPointer(start: months[date.month - 1].utf8Start, count: 3))
        bytes.append(UInt8(ascii: " "))
        ASCII.write(date.year, width: 4, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        ASCII.writeTime(moment.microsecondOfDay / 1_000_000, to: &bytes)
        bytes.append(contentsOf: " GMT".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads the form above or one of the two obsolete ones; nil for anything else. `now` tells the century of a year
    /// in two digits.
    public static func parse(_ field: UnsafeRawBufferPointer, now: @autoclosure () -> Timestamp = .now()) -> Int64? {
        let bytes = field.bindMemory(to: UInt8.self).span
        switch (0..<min(bytes.count, 10)).first(where: { bytes[$0] == UInt8(ascii: ",") }) {
        case nil: return asctime(bytes)
        case 3: return fixdate(bytes)
        case .some(let comma): return rfc850(bytes, comma: comma, now: now().date)
        }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    private static func fixdate(_ bytes: Span<UInt8>) -> Int64? {
        guard bytes.count == 29, startsWithDay(bytes, letters: 3), ASCII.matches(bytes, at: 3, ", "),
            let day = ASCII.number(bytes, at: 5, width: 2), ASCII.matches(bytes, at: 7, " "),
            let month = month(bytes, at: 8), ASCII.matches(bytes, at: 11, " "),
            let year = ASCII.number(bytes, at: 12, width: 4), ASCII.matches(bytes, at: 16, " "),
            let second = secondOfDay(bytes, at: 17), ASCII.matches(bytes, at: 25, " GMT")
        else { return nil }
        return seconds(CivilDate(year: year, month: month, day: day), second)
    }

    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    private static func rfc850(_ bytes: Span<UInt8>, comma: Int, now: CivilDate) -> Int64? {
        guard bytes.count == comma + 24, startsWithDay(bytes, letters: comma), ASCII.matches(bytes, at: comma, ", "),
            let day = ASCII.number(bytes, at: comma + 2, width: 2), ASCII.matches(bytes, at: comma + 4, "-"),
            let month = month(bytes, at: comma + 5), ASCII.matches(bytes, at: comma + 8, "-"),
            let short = ASCII.number(bytes, at: comma + 9, width: 2), ASCII.matches(bytes, at: comma + 11, " "),
            let second = secondOfDay(bytes, at: comma + 12), ASCII.matches(bytes, at: comma + 20, " GMT")
        else { return nil }
        var year = now.year - now.year % 100 + short
        // What seems more than fifty years ahead is of the century before.
        if (year, month, day) > (now.year + 50, now.month, now.day) { year -= 100 }
        return seconds(CivilDate(year: year, month: month, day: day), second)
    }

    /// `Sun Nov  6 08:49:37 1994`
    private static func asctime(_ bytes: Span<UInt8>) -> Int64? {
        guard bytes.count == 24, startsWithDay(bytes, letters: 3), ASCII.matches(bytes, at: 3, " "),
            let month = month(bytes, at: 4), ASCII.matches(bytes, at: 7, " "),
            let day = ASCII.matches(bytes, at: 8, " ")
                ? ASCII.number(bytes, at: 9, width: 1) : ASCII.number(bytes, at: 8, width: 2),
            ASCII.matches(bytes, at: 10, " "), let second = secondOfDay(bytes, at: 11),
            ASCII.matches(bytes, at: 19, " "), let year = ASCII.number(bytes, at: 20, width: 4)
        else { return nil }
        return seconds(CivilDate(year: year, month: month, day: day), second)
    }

    /// Whether the first bytes name a day: three letters of it, or all. That it is the date's own is not asked for.
    private static func startsWithDay(_ bytes: Span<UInt8>, letters: Int) -> Bool {
        weekdays.contains { name in
            (letters == 3 || letters == name.utf8CodeUnitCount)
                && (0..<letters).allSatisfy { bytes[$0] == name.utf8Start[$0] }
        }
    }

    private static func month(_ bytes: Span<UInt8>, at start: Int) -> Int? {
        months.firstIndex { ASCII.matches(bytes, at: start, $0) }.map { $0 + 1 }
    }

    /// `hh:mm:ss`; a leap second is allowed.
    private static func secondOfDay(_ bytes: Span<UInt8>, at start: Int) -> Int? {
        guard let hour = ASCII.number(bytes, at: start, width: 2), ASCII.matches(bytes, at: start + 2, ":"),
            let minute = ASCII.number(bytes, at: start + 3, width: 2), ASCII.matches(bytes, at: start + 5, ":"),
            let second = ASCII.number(bytes, at: start + 6, width: 2), hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static func seconds(_ date: CivilDate?, _ second: Int) -> Int64? {
        date.map { min(Int64($0.daysSinceEpoch * 86400 + second), bounds.upperBound) }
    }
}
