/// Looks for what must have been left out, added or rated otherwise for a total to come about.
struct CauseSearch {
    struct Cause: Equatable {
        var duty: Double
        /// Bits of the taxes that are computed, in the tariff's order.
        var taxes: UInt32
    }

    private let tariff: Tariff
    private let value: Double
    private let expected: UInt32
    private let optional: UInt32
    private let duty: Double
    private let rates: [Double]

    /// The duties that the tariff knows.
    private static let duties: [Double] = [0, 5, 10, 20, 35]
    /// How many things may be wrong at once.
    private static let deepest = 3

    init(_ tariff: Tariff, _ expectation: TariffExpectation, value: Double) {
        (self.tariff, self.value) = (tariff, value)
        expected = expectation.lines.reduce(0) { $0 | 1 << UInt32($1.place) }
        optional = tariff.optional & ~expected
        rates = tariff.rates
        duty = expectation.lines.first { tariff.rates[$0.place].isNaN }?.rate ?? 0
    }

    /// The only cause with the fewest changes; nil when there is none, or more than one.
    func simplest(giving total: Double) -> Cause? {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: Tariff.mostTaxes) { amounts in
            for changes in 1...Self.deepest {
                var found = Found(total: total, amounts: amounts)
                look(from: 0, Cause(duty: duty, taxes: 0), sum: 0, changes, mayAdd: true, &found)
                for other in Self.duties where other != duty {
                    look(from: 0, Cause(duty: other, taxes: 0), sum: 0, changes - 1, mayAdd: true, &found)
                }
                if let cause = found.cause { return found.count == 1 ? cause : nil }
            }
            return nil
        }
    }

    private struct Found {
        let total: Double
        /// By tax, of those that are computed on the way.
        let amounts: UnsafeMutableBufferPointer<Double>
        var cause: Cause?
        var count = 0
    }

    /// Computes the taxes from one on, with exactly so many changes: at most one tax more, taxes left out. The duty
    /// itself is not left out: it would be at nought.
    private func look(
        from first: Int, _ start: Cause, sum: Double, _ changes: Int, mayAdd: Bool, _ found: inout Found
    ) {
        var (cause, sum) = (start, sum)
        for tax in first..<rates.count {
            let bit = UInt32(1) << UInt32(tax)
            if expected & bit != 0 {
                if changes > 0, !rates[tax].isNaN {
                    look(from: tax + 1, cause, sum: sum, changes - 1, mayAdd: mayAdd, &found)
                }
                sum += amount(of: tax, &cause, found.amounts)
            } else if optional & bit != 0, changes > 0, mayAdd {
                var more = cause
                let amount = amount(of: tax, &more, found.amounts)
                look(from: tax + 1, more, sum: sum + amount, changes - 1, mayAdd: false, &found)
            }
            if found.count > 1 { return }
        }
        if changes == 0, abs(sum - found.total) <= Tariff.slack(cause.taxes.nonzeroBitCount) {
            found.cause = cause
            found.count += 1
        }
    }

    /// Adds a tax to those that are computed.
    private func amount(of tax: Int, _ cause: inout Cause, _ amounts: UnsafeMutableBufferPointer<Double>) -> Double {
        let rate = rates[tax].isNaN ? cause.duty : rates[tax]
        let amount = tariff.amount(of: tax, at: rate, on: value, after: cause.taxes, amounts)
        cause.taxes |= 1 << UInt32(tax)
        return amount
    }

    /// The tax lines as they would be.
    func lines(_ cause: Cause) -> [TariffExpectation.Line] {
        tariff.lines(value: value, duty: cause.duty) { cause.taxes >> UInt32($0) & 1 == 1 }
    }
}
