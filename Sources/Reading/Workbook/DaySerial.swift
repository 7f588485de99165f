import Platform

/// Days as spreadsheets count them: 1 is 1900-01-01, or 0 is 1904-01-01; the fraction is the time of day.
enum DaySerial {
    private static let secondsPerDay = 86_400
    /// 1904-01-01 and 1899-12-30, counted from 1970-01-01.
    private static let (start1904, start1900) = (-24_107, -25_569)
    /// The last day of the year 9999.
    private static let lastDay = 2_932_896

    /// Appends `2024-03-31`, `2024-03-31 08:15:00` or `08:15:00`; false when the number is none of the calendar's.
    static func write(_ serial: Double, _ format: CellFormat, startsIn1904: Bool, to bytes: inout [UInt8]) -> Bool {
        guard serial >= 0, serial < 4_000_000 else { return false }
        var day = Int(serial)
        var second = Int(((serial - Double(day)) * Double(secondsPerDay)).rounded())
        if second == secondsPerDay { (day, second) = (day + 1, 0) }
        if day == 0, format == .time {
            ASCII.writeTime(second, to: &bytes)
            return true
        }
        guard writeDay(day, startsIn1904: startsIn1904, to: &bytes) else { return false }
        if second > 0 || format == .time {
            bytes.append(UInt8(ascii: " "))
            ASCII.writeTime(second, to: &bytes)
        }
        return true
    }

    private static func writeDay(_ day: Int, startsIn1904: Bool, to bytes: inout [UInt8]) -> Bool {
        if startsIn1904 { return writeDay(start1904 + day, to: &bytes) }
        switch day {
        case 0: return false
        case 60:
            // A day that never was: Lotus 1-2-3 took 1900 for a leap year, and every program since has to.
            bytes.append(contentsOf: "1900-02-29".utf8)
            return true
        default: return writeDay(start1900 + day + (day < 60 ? 1 : 0), to: &bytes)
        }
    }

    private static func writeDay(_ sinceEpoch: Int, to bytes: inout [UInt8]) -> Bool {
        guard sinceEpoch <= lastDay else { return false }
        CivilDate(daysSinceEpoch: sinceEpoch).writeISO(to: &bytes)
        return true
    }
}
