import Platform

/// A day of the calendar, to whose bounds any number is clamped, and its month.
struct HistoryDate {
    static let first = HistoryDate(.min).day
    static let last = HistoryDate(.max).day

    /// Since 1970-01-01.
    let day: Int32
    /// Of the year, from 0.
    let month: Int
    /// Since year 0.
    let monthCount: Int32

    init(_ day: Int32) {
        let date = CivilDate(daysSinceEpoch: Int(day))
        self.day = Int32(date.daysSinceEpoch)
        month = date.month - 1
        monthCount = Int32(date.year * 12 + date.month - 1)
    }
}
