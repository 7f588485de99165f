/// One walk over a number's bytes: digits, marks and groups, without deciding yet what the marks mean.
struct NumberScan {
    private var position: Int
    private var end: Int
    private var isNegative = false
    private var mantissa: UInt64 = 0
    private var digits = 0
    private var significant = 0
    private var thousands = ThousandsMark.none
    private var points = 0, commas = 0
    /// How many digits stood before the last mark, and before the first one.
    private var beforeMark = 0, beforeFirstMark = -1
    /// Whether all groups between marks, but the first and the one after the last mark, have three digits.
    private var groupsAreThrees = true
    private var lastMark: UInt8 = 0
    private var endsWithSpace = false
    private var startsWithZero = false

    /// More digits than these a double does not keep.
    private static let mostDigits = 18

    init(_ text: Span<UInt8>) { (position, end) = TextEdges.trimmed(text) }

    var isEmpty: Bool { position == end }

    /// False when this is no number.
    mutating func run(_ text: Span<UInt8>, _ suffix: NumberText.Suffix) -> Bool {
        // A spreadsheet would run what starts so.
        if text.count > 0, text[0] == 0x09 || text[0] == 0x0d { return false }
        end = NumberSuffix.start(text, from: position, to: end, suffix)
        if position < end, text[position] == 0x2d {
            isNegative = true
            position += 1
        } else if position + 2 < end, text[position] == 0xe2, text[position + 1] == 0x88, text[position + 2] == 0x92 {
            isNegative = true
            position += 3
        }
        while position < end {
            guard step(text) else { return false }
        }
        return digits > 0 && !endsWithSpace
    }

    private mutating func step(_ text: Span<UInt8>) -> Bool {
        let byte = text[position]
        if byte &- 0x30 < 10 {
            if digits == 0 { startsWithZero = byte == 0x30 }
            if significant > 0 || byte != 0x30 { significant += 1 }
            guard significant <= Self.mostDigits else { return false }
            mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
            digits += 1
            position += 1
            endsWithSpace = false
            return true
        }
        switch byte {
        case 0x2e:
            points += 1
            return mark(byte, 1)
        case 0x2c:
            commas += 1
            return mark(byte, 1)
        case 0x20: return space(.space, 1)
        case 0x27: return space(.apostrophe, 1)
        case 0xc2 where position + 1 < end && text[position + 1] == 0xa0: return space(.noBreakSpace, 2)
        case 0xe2 where position + 2 < end && text[position + 1] == 0x80:
            switch text[position + 2] {
            case 0xaf, 0x89: return space(.narrowNoBreakSpace, 3)
            case 0x99: return space(.apostrophe, 3)
            default: return false
            }
        default: return false
        }
    }

    /// A space or apostrophe: only between digits, before any other mark.
    private mutating func space(_ kind: ThousandsMark, _ width: Int) -> Bool {
        guard digits > 0, points + commas == 0, !endsWithSpace, mark(0x20, width) else { return false }
        (thousands, endsWithSpace) = (kind, true)
        return true
    }

    private mutating func mark(_ byte: UInt8, _ width: Int) -> Bool {
        if endsWithSpace { return false }
        if beforeFirstMark < 0 { beforeFirstMark = digits } else if digits - beforeMark != 3 { groupsAreThrees = false }
        (beforeMark, lastMark) = (digits, byte)
        position += width
        return true
    }

    /// Says what the marks mean.
    func resolve(decimal: UInt8?, isWeight: Bool) -> NumberText {
        let lastGroup = digits - beforeMark
        if points + commas == 0 {
            guard thousands == .none || isGrouped(lastGroup) else { return .malformed }
            return value(0, 0, thousands)
        }
        if points > 0, commas > 0 {
            guard (lastMark == 0x2e ? points : commas) == 1, thousands == .none, isGrouped(3), lastGroup > 0 else {
                return .malformed
            }
            return value(lastGroup, lastMark, lastMark == 0x2e ? .comma : .point)
        }
        let mark: UInt8 = points > 0 ? 0x2e : 0x2c
        let other: UInt8 = mark ^ 0x2e ^ 0x2c
        if points + commas > 1 {
            guard thousands == .none, isGrouped(lastGroup) else { return .malformed }
            return value(0, other, mark == 0x2e ? .point : .comma)
        }
        guard lastGroup > 0 else { return .malformed }
        if thousands != .none { return isGrouped(3) ? value(lastGroup, mark, thousands) : .malformed }
        if lastGroup != 3 || beforeMark > 3 || beforeMark == 0 || startsWithZero { return value(lastGroup, mark) }
        if let decimal { return decimal == mark ? value(3, 0) : value(0, 0, mark == 0x2e ? .point : .comma) }
        return isWeight ? value(3, 0) : .ambiguous(mark: mark)
    }

    private func isGrouped(_ lastGroup: Int) -> Bool {
        1...3 ~= beforeFirstMark && groupsAreThrees && lastGroup == 3
    }

    private func value(_ decimals: Int, _ proven: UInt8, _ thousands: ThousandsMark = .none) -> NumberText {
        guard decimals <= Self.mostDigits else { return .malformed }
        let magnitude = Double(mantissa) / Self.powers[decimals]
        return .value(isNegative ? -magnitude : magnitude, .init(decimal: proven, thousands: thousands))
    }

    private static let powers: [Double] = (0...mostDigits).map { (0..<$0).reduce(1.0) { product, _ in product * 10 } }
}
