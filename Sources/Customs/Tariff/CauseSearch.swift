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
    /// For each tax, the bits of those that its base includes.
    private let bases: [UInt32]
    /// NaN: the duty's.
    private let rates: [Double]

    /// The duties that the tariff knows.
    private static let duties: [Double] = [0, 5, 10, 20, 35]
    /// How many things may be wrong at once.
    private static let deepest = 3

    init(_ tariff: Tariff, _ expectation: TariffExpectation, value: Double) {
        (self.tariff, self.value) = (tariff, value)
        let taxes = tariff.taxes.prefix(32)
        let bits = { (isIn: (Tariff.Tax) -> Bool) in
            taxes.indices.reduce(UInt32(0)) { isIn(taxes[$1]) ? $0 | 1 << UInt32($1) : $0 }
        }
        expected = bits { expectation[$0.code] != nil }
        optional = bits { $0.due == .siDeclaree && expectation[$0.code] == nil }
        bases = taxes.map { tax in bits { tax.base.contains($0.code) } }
        rates = taxes.map { $0.rate ?? .nan }
        duty = expectation.lines.first { line in taxes.contains { $0.code == line.code && $0.rate == nil } }?.rate ?? 0
    }

    /// The only cause with the fewest changes; nil when there is none, or more than one.
    func simplest(giving total: Double) -> Cause? {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 32) { amounts in
            for changes in 1...Self.deepest {
                let found = causes(changes).filter { cause in
                    abs(sum(cause, amounts) - total) <= Tariff.slack(cause.taxes.nonzeroBitCount)
                }
                if let first = found.first { return found.count == 1 ? first : nil }
            }
            return nil
        }
    }

    /// All causes of exactly that many changes: another duty, at most one tax more, taxes left out.
    private func causes(_ changes: Int) -> [Cause] {
        var causes: [Cause] = []
        for duty in [self.duty] + Self.duties.filter({ $0 != self.duty }) {
            for added in [0] + (0..<32).map({ UInt32(1) << UInt32($0) }).filter({ optional & $0 != 0 }) {
                let left = changes - (duty == self.duty ? 0 : 1) - (added == 0 ? 0 : 1)
                guard left >= 0 else { continue }
                for removed in subsets(of: removable, count: left) {
                    causes.append(Cause(duty: duty, taxes: expected & ~removed | added))
                }
            }
        }
        return causes
    }

    /// The taxes that may be missing: the duty itself would be at nought.
    private var removable: UInt32 {
        rates.indices.reduce(expected) { rates[$1].isNaN ? $0 & ~(1 << UInt32($1)) : $0 }
    }

    private func subsets(of set: UInt32, count: Int) -> [UInt32] {
        if count == 0 { return [0] }
        var subsets: [UInt32] = []
        for bit in 0..<32 where set >> UInt32(bit) & 1 == 1 {
            // Only later bits are added, so that none comes twice.
            let later = set & ~((UInt32(2) << UInt32(bit)) &- 1)
            subsets += self.subsets(of: later, count: count - 1).map { $0 | 1 << UInt32(bit) }
        }
        return subsets
    }

    /// The sum of what `lines` would give, with `amounts` to write on.
    private func sum(_ cause: Cause, _ amounts: UnsafeMutableBufferPointer<Double>) -> Double {
        var sum = 0.0
        for index in bases.indices where cause.taxes >> UInt32(index) & 1 == 1 {
            var base = value
            var included = bases[index] & cause.taxes & ((1 << UInt32(index)) - 1)
            while included != 0 {
                base += amounts[included.trailingZeroBitCount]
                included &= included - 1
            }
            amounts[index] = Tariff.amount(base, rates[index].isNaN ? cause.duty : rates[index])
            sum += amounts[index]
        }
        return sum
    }

    /// The tax lines as they would be.
    func lines(_ cause: Cause) -> [TariffExpectation.Line] {
        var lines: [TariffExpectation.Line] = []
        lines.reserveCapacity(bases.count)
        var amounts: [(bit: UInt32, amount: Double)] = []
        for index in bases.indices where cause.taxes >> UInt32(index) & 1 == 1 {
            let tax = tariff.taxes[index]
            let base = amounts.reduce(value) { bases[index] & $1.bit != 0 ? $0 + $1.amount : $0 }
            let rate = tax.rate ?? cause.duty
            let amount = Tariff.amount(base, rate)
            amounts.append((1 << UInt32(index), amount))
            lines.append(.init(code: tax.code, symbol: tax.symbol, base: base, rate: rate, amount: amount))
        }
        return lines
    }
}
