/// A number's literal, checked against the grammar and taken apart, but not yet turned into a value.
///
/// The value is ±significand × 10^exponent as long as `digits` is at most 19; a longer literal must be read again.
struct JSONNumberScan {
    var start = 0, count = 0
    var isNegative = false
    /// Meaningless when there are more than nineteen digits.
    var significand: UInt64 = 0
    var exponent = 0
    /// Significant digits, leading zeros not counted.
    var digits = 0
    /// Neither fraction nor exponent was written.
    var isInteger = true
    var hasFraction = false
}

extension JSONReader {
    /// Steps over the number at `position`: no leading zero, no bare point, no plus sign.
    @inline(__always)
    mutating func scanNumber() throws(JSONError) -> JSONNumberScan {
        var scan = JSONNumberScan()
        var k = position
        scan.start = k
        if base[k] == 0x2d {
            scan.isNegative = true
            k &+= 1
        }
        if k < end, base[k] == 0x30 {
            k &+= 1
            if k < end, base[k] &- 0x30 < 10 { throw failure(.malformedNumber, at: k) }
        } else {
            k = try takeDigits(k, &scan)
        }
        if k < end, base[k] == 0x2e {
            (scan.isInteger, scan.hasFraction) = (false, true)
            let point = k
            k = try takeDigits(k &+ 1, &scan)
            scan.exponent = point &+ 1 &- k
        }
        if k < end, base[k] | 0x20 == 0x65 {
            scan.isInteger = false
            k = try takeExponent(k &+ 1, &scan)
        }
        scan.count = k &- scan.start
        position = k
        return scan
    }

    @inline(__always)
    private mutating func takeDigits(_ first: Int, _ scan: inout JSONNumberScan) throws(JSONError) -> Int {
        var k = first
        if scan.digits == 0 {
            while k < end, base[k] == 0x30 { k &+= 1 }
        }
        let significant = k
        while k < end {
            let digit = base[k] &- 0x30
            guard digit < 10 else { break }
            scan.significand = scan.significand &* 10 &+ UInt64(truncatingIfNeeded: digit)
            k &+= 1
        }
        guard k > first else { throw missingDigit(at: k) }
        scan.digits &+= k &- significant
        return k
    }

    private mutating func takeExponent(_ first: Int, _ scan: inout JSONNumberScan) throws(JSONError) -> Int {
        var k = first
        var isNegative = false
        if k < end, base[k] == 0x2b || base[k] == 0x2d {
            isNegative = base[k] == 0x2d
            k += 1
        }
        let digits = k
        var exponent = 0
        while k < end, case let digit = base[k] &- 0x30, digit < 10 {
            // No text is long enough for its digits to outweigh such an exponent.
            if exponent < 1 << 48 { exponent = exponent * 10 + Int(digit) }
            k += 1
        }
        guard k > digits else { throw missingDigit(at: k) }
        scan.exponent += isNegative ? -exponent : exponent
        return k
    }

    @inline(never)
    private mutating func missingDigit(at offset: Int) -> JSONError {
        failure(offset < end ? .malformedNumber : .endOfInput, at: offset)
    }

    /// Steps over the next value, which must be a number.
    @inline(__always)
    mutating func nextNumber(_ expected: JSONError.Reason) throws(JSONError) -> JSONNumberScan {
        let byte = try peek()
        guard byte == 0x2d || byte &- 0x30 < 10 else { throw mismatch(expected) }
        return try scanNumber()
    }

    func literal(of scan: JSONNumberScan) -> String {
        String(decoding: UnsafeBufferPointer(start: base + scan.start, count: scan.count), as: UTF8.self)
    }
}
