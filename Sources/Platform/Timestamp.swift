import Glibc

/// A moment in UTC, to the microsecond, from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z. Every value has a
/// written form with four digits of year: what lies beyond is clamped.
public struct Timestamp: Comparable, Hashable, Sendable {
    /// Since 1970-01-01T00:00:00Z, leap seconds not counted.
    public let microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = min(max(microseconds, Self.earliest.microseconds), Self.latest.microseconds)
    }

    private init(unclamped microseconds: Int64) { self.microseconds = microseconds }

    public static let earliest = Timestamp(unclamped: Int64(CivilDate.firstDay) * microsecondsPerDay)
    public static let latest = Timestamp(unclamped: Int64(CivilDate.lastDay + 1) * microsecondsPerDay - 1)

    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Nil when there is no such day or time. `hour` is at most 23 and `second` at most 59: a leap second has no
    /// number of its own in this count, and is refused rather than moved.
    public init?(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0
    ) {
        guard let date = CivilDate(year: year, month: month, day: day),
            0...23 ~= hour, 0...59 ~= minute, 0...59 ~= second, 0...999_999 ~= microsecond
        else { return nil }
        self.init(date, secondOfDay: hour * 3600 + minute * 60 + second, microsecond: microsecond)
    }

    /// The start of the day in UTC.
    public init(_ date: CivilDate) { self.init(date, secondOfDay: 0, microsecond: 0) }

    private init(_ date: CivilDate, secondOfDay: Int, microsecond: Int) {
        let seconds = Int64(date.daysSinceEpoch) * 86400 + Int64(secondOfDay)
        self.init(unclamped: seconds * 1_000_000 + Int64(microsecond))
    }

    /// The day in UTC.
    public var date: CivilDate { CivilDate(daysSinceEpoch: Int(dayAndRest.day)) }
    /// Microseconds since midnight.
    public var microsecondOfDay: Int { Int(dayAndRest.rest) }

    private var dayAndRest: (day: Int64, rest: Int64) {
        let (day, rest) = microseconds.quotientAndRemainder(dividingBy: Self.microsecondsPerDay)
        return rest < 0 ? (day - 1, rest + Self.microsecondsPerDay) : (day, rest)
    }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }
    public static func + (a: Timestamp, b: Duration) -> Timestamp {
        Timestamp(microseconds: a.microseconds.addingSaturating(b.microseconds))
    }
    public static func - (a: Timestamp, b: Duration) -> Timestamp { a + (.zero - b) }
    public static func - (a: Timestamp, b: Timestamp) -> Duration { .microseconds(a.microseconds - b.microseconds) }

    private static let microsecondsPerDay: Int64 = 86_400_000_000
}
