extension JSONReader {
    public mutating func int() throws(JSONError) -> Int {
        let scan = try nextNumber(.expectedInteger)
        if scan.isInteger, scan.digits <= 18 {
            let magnitude = Int(truncatingIfNeeded: scan.significand)
            return scan.isNegative ? 0 &- magnitude : magnitude
        }
        return try narrow(scan)
    }

    /// An integer of any width: a fraction, even of zeros, is refused, an exponent only if it leaves a fraction.
    public mutating func integer<Integer: FixedWidthInteger>(
        as type: Integer.Type = Integer.self
    ) throws(JSONError) -> Integer {
        try narrow(try nextNumber(.expectedInteger))
    }

    /// The nearest `Double`, never infinity, never zero for what is not zero.
    ///
    /// A decimal fraction seldom is a `Double`, and is rounded once, however many digits it has; an integer that a
    /// `Double` can't hold is refused. Read an amount with `numberText()`.
    public mutating func double() throws(JSONError) -> Double {
        let scan = try nextNumber(.expectedNumber)
        if let value = exactDouble(scan) { return value }
        guard let value = nearestDouble(scan) else { throw failure(.numberOutOfRange, at: scan.start) }
        guard !scan.isInteger || holdsExactly(value, scan) else { throw failure(.inexactNumber, at: scan.start) }
        return value
    }

    /// The number as it is written, for values that must never pass through a `Double`.
    public mutating func numberText() throws(JSONError) -> String {
        literal(of: try nextNumber(.expectedNumber))
    }
}

extension JSONReader {
    /// Clinger's fast path: significand and power of ten are both exact, so there is one rounding, the right one.
    @inline(__always)
    func exactDouble(_ scan: JSONNumberScan) -> Double? {
        guard scan.digits <= 19, scan.significand <= 1 << 53, scan.exponent >= -22, scan.exponent <= 22 else {
            return nil
        }
        var value = Double(scan.significand)
        if scan.exponent < 0 {
            value /= Self.powersOfTen[-scan.exponent]
        } else if scan.exponent > 0 {
            value *= Self.powersOfTen[scan.exponent]
        }
        return scan.isNegative ? -value : value
    }

    @inline(never)
    func nearestDouble(_ scan: JSONNumberScan) -> Double? {
        guard let value = Double(literal(of: scan)), value.isFinite, value != 0 || scan.digits == 0 else { return nil }
        return value
    }

    /// Whether `value` is the integer that was written.
    func holdsExactly(_ value: Double, _ scan: JSONNumberScan) -> Bool {
        guard let written = magnitude(scan, as: UInt128.self) else { return false }
        return UInt128(exactly: value.magnitude) == written
    }

    private static let powersOfTen: InlineArray<23, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    private mutating func narrow<Integer: FixedWidthInteger>(_ scan: JSONNumberScan) throws(JSONError) -> Integer {
        guard !scan.hasFraction else { throw failure(.expectedInteger, at: scan.start) }
        if scan.digits == 0 { return 0 }
        guard let magnitude = magnitude(scan, as: UInt64.self) else {
            throw failure(.integerOutOfRange, at: scan.start)
        }
        guard let scaled = scale(magnitude, by: scan.exponent) else {
            throw failure(scan.exponent < 0 ? .expectedInteger : .integerOutOfRange, at: scan.start)
        }
        let value = scan.isNegative ? Integer(exactly: -Int128(scaled)) : Integer(exactly: scaled)
        guard let value else { throw failure(.integerOutOfRange, at: scan.start) }
        return value
    }

    /// The digits of a literal without fraction, before its exponent is applied; nil when they don't fit.
    private func magnitude<Wide: FixedWidthInteger>(_ scan: JSONNumberScan, as type: Wide.Type) -> Wide? {
        if scan.digits <= 19 { return Wide(scan.significand) }
        var value: Wide = 0
        for k in scan.start..<scan.start + scan.count {
            let digit = base[k] &- 0x30
            if base[k] == 0x2d { continue }
            guard digit < 10 else { break }
            let (tens, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Wide(digit))
            if over || carry { return nil }
            value = sum
        }
        return value
    }

    /// `value` × 10^exponent, when that is an integer and fits.
    private func scale(_ value: UInt64, by exponent: Int) -> UInt64? {
        guard exponent > -20, exponent < 20 else { return nil }
        var scaled = value
        for _ in 0..<exponent.magnitude {
            if exponent < 0 {
                guard scaled.isMultiple(of: 10) else { return nil }
                scaled /= 10
            } else {
                let (product, over) = scaled.multipliedReportingOverflow(by: 10)
                if over { return nil }
                scaled = product
            }
        }
        return scaled
    }
}
