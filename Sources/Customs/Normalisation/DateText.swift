import Platform

/// A day as offices write it: `31/12/2023`, `31-12-2023`, `31.12.2023`, `2023-12-31`, `31-DÉC-23`, `45291` as a
/// spreadsheet counts; a time of day after it is left out. The day comes before the month.
enum DateText {
    /// Days since 1970-01-01; nil when there is no such day or it is written in no known way.
    static func read(_ text: Span<UInt8>) -> Int? {
        var (position, end) = TextEdges.trimmed(text)
        end = withoutTime(text, position, end)
        guard let first = number(text, &position, end) else { return nil }
        if position == end { return compact(first) }
        let mark = text[position]
        guard mark == 0x2f || mark == 0x2d || mark == 0x2e || mark == 0x20 else { return nil }
        position += 1
        if position < end, 0x30...0x39 ~= text[position] {
            guard let month = number(text, &position, end), position < end, text[position] == mark else { return nil }
            position += 1
            guard let third = number(text, &position, end), position == end else { return nil }
            if first.width == 4 {
                return third.width <= 2 ? days(first.value, month.value, third.value) : nil
            }
            guard first.width <= 2, month.width <= 2, let year = year(third) else { return nil }
            return days(year, month.value, first.value)
        }
        guard first.width <= 2, let month = MonthName.read(text, &position, end), position < end else { return nil }
        guard text[position] == mark || text[position] == 0x20 else { return nil }
        position += 1
        guard let last = number(text, &position, end), position == end, let year = year(last) else { return nil }
        return days(year, month, first.value)
    }

    private typealias Digits = (value: Int, width: Int)

    private static func number(_ text: Span<UInt8>, _ position: inout Int, _ end: Int) -> Digits? {
        var (value, width) = (0, 0)
        while position < end, text[position] &- 0x30 < 10, width < 9 {
            value = value * 10 + Int(text[position] &- 0x30)
            width += 1
            position += 1
        }
        return width > 0 ? (value, width) : nil
    }

    private static func year(_ digits: Digits) -> Int? {
        switch digits.width {
        case 4: digits.value
        case 2: digits.value < 70 ? 2000 + digits.value : 1900 + digits.value
        default: nil
        }
    }

    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard 1900...2199 ~= year else { return nil }
        return CivilDate(year: year, month: month, day: day)?.daysSinceEpoch
    }

    /// `20231231`, or the days that a spreadsheet has counted since 1899-12-30.
    private static func compact(_ digits: Digits) -> Int? {
        if digits.width == 8 { return days(digits.value / 10_000, digits.value / 100 % 100, digits.value % 100) }
        guard digits.width == 5, 30_000...60_000 ~= digits.value else { return nil }
        return digits.value - 25_569
    }

    /// Where a time of day begins (`T10:30:00Z`, ` 10:30`), or a part of a day after a spreadsheet's number.
    private static func withoutTime(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var colon = start
        while colon < end, text[colon] != 0x3a { colon += 1 }
        if colon < end {
            var k = colon
            while k > start, 0x30...0x39 ~= text[k - 1], colon - k < 2 { k -= 1 }
            guard k > start, k < colon, text[k - 1] == 0x20 || text[k - 1] == 0x54 else { return end }
            return TextEdges.trimmedEnd(text, from: start, to: k - 1)
        }
        guard end - start > 6, text[start + 5] == 0x2e || text[start + 5] == 0x2c else { return end }
        for k in start..<end where k != start + 5 && text[k] &- 0x30 >= 10 { return end }
        return start + 5
    }
}
