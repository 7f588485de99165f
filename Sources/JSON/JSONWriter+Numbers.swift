extension JSONWriter {
    public mutating func int(_ value: Int) {
        digits(of: UInt64(value.magnitude), isNegative: value < 0)
    }

    public mutating func int(_ value: UInt64) {
        digits(of: value, isNegative: false)
    }

    /// The shortest text that reads back as the same number; what JSON can't say, NaN and infinity, is null.
    public mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        // Amounts and rates have few decimals. Ten thousandths of at most fifteen digits that divide back to the same
        // number are its only text that short.
        let scaled = value.magnitude * 10_000 + 0.5
        if scaled < 1e15, scaled >= 1, scaled.rounded(.towardZero) / 10_000 == value.magnitude {
            decimals(of: UInt64(scaled), isNegative: value < 0)
        } else {
            var text = value.description
            text.withUTF8 { text in
                put(upTo: text.count) { out in
                    out.initialize(from: text.baseAddress!, count: text.count)
                    return text.count
                }
            }
        }
    }

    @inline(__always)
    private mutating func digits(of value: UInt64, isNegative: Bool) {
        put(upTo: 21) { out in
            out[0] = 0x2d
            return Self.digits(of: value, into: out + (isNegative ? 1 : 0)) &+ (isNegative ? 1 : 0)
        }
    }

    private mutating func decimals(of tenThousandths: UInt64, isNegative: Bool) {
        put(upTo: 24) { out in
            out[0] = 0x2d
            var count = isNegative ? 1 : 0
            let (whole, fraction) = tenThousandths.quotientAndRemainder(dividingBy: 10_000)
            count &+= Self.digits(of: whole, into: out + count)
            out[count] = 0x2e
            Self.pair(fraction / 100, at: out + (count &+ 1))
            Self.pair(fraction % 100, at: out + (count &+ 3))
            count &+= 5
            // One decimal stays, so that the number reads back as a decimal one.
            while out[count &- 1] == 0x30, out[count &- 2] != 0x2e { count &-= 1 }
            return count
        }
    }

    @inline(__always)
    private static func pair(_ value: UInt64, at out: UnsafeMutablePointer<UInt8>) {
        out[0] = 0x30 | UInt8(truncatingIfNeeded: value / 10)
        out[1] = 0x30 | UInt8(truncatingIfNeeded: value % 10)
    }

    @inline(__always)
    private static func digits(of value: UInt64, into out: UnsafeMutablePointer<UInt8>) -> Int {
        let count = decimalWidth(value)
        var (rest, k) = (value, count)
        while rest >= 100 {
            k &-= 2
            pair(rest % 100, at: out + k)
            rest /= 100
        }
        if rest >= 10 {
            pair(rest, at: out)
        } else {
            out[0] = 0x30 | UInt8(truncatingIfNeeded: rest)
        }
        return count
    }

    @inline(__always)
    private static func decimalWidth(_ value: UInt64) -> Int {
        var (width, bound) = (1, UInt64(10))
        while value >= bound {
            width &+= 1
            if width == 20 { break }
            bound &*= 10
        }
        return width
    }
}
