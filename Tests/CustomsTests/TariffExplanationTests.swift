import TestKit
import Testing

@testable import Customs

@Suite struct TariffExplanationTests {
    private func explain(_ total: Double, _ item: TariffCase) throws -> [String] {
        try Shipped.reader.get().tariff.explain(total: total, of: item).map { "\($0.kind.rawValue) \($0.tax ?? "")" }
    }
    private let stove = TariffCase(code: "8516600000", value: 36_412_696)

    @Test func whatAgreesNeedsNoExplanation() throws {
        #expect(try explain(16_924_621, stove).isEmpty && explain(16_924_620, stove).isEmpty)
    }

    @Test func aMissingTaxIsNamed() throws {
        #expect(try explain(16_924_621 - 7_930_685, stove) == ["taxe_manquante 05"])
        #expect(try explain(16_924_621 - 728_254, stove) == ["taxe_manquante 63"])
    }

    @Test func aWrongDutyIsNamedWithItsShortfall() throws {
        let tariff = try Shipped.reader.get().tariff
        let total = try #require(tariff.expected(stove, duty: 10)).total
        let findings = tariff.explain(total: total, of: stove)
        #expect(findings.first?.kind == .wrongRate && findings.first?.tax == "01")
        #expect(findings.first?.sentence == "La taxe 01 (DD) est à 10 % au lieu de 20 %.")
    }

    @Test func whatNothingExplainsIsSaidSo() throws {
        #expect(try explain(123, stove) == ["liquidation_inexpliquee "])
        #expect(try explain(.nan, stove).isEmpty)
    }

    @Test func taxLinesAreComparedOneByOne() throws {
        let tariff = try Shipped.reader.get().tariff
        let expected = try #require(tariff.expected(stove))
        let declared = expected.lines.map { TaxLine(code: $0.code, base: $0.base, rate: $0.rate, amount: $0.amount) }
        #expect(tariff.findings(expected, declared: declared).isEmpty)
        #expect(tariff.findings(expected, declared: Array(declared.dropLast())).map(\.kind) == [.missingTax])
        var wrong = declared
        wrong[0] = TaxLine(code: "01", base: 36_412_696, rate: 5, amount: 1_820_635)
        wrong[1] = TaxLine(code: "03", base: 1, rate: 1, amount: 364_127)
        wrong[2] = TaxLine(code: "10", base: 36_412_696, rate: 0.4, amount: 1)
        wrong.append(TaxLine(code: "77", base: 1, rate: 1, amount: 5))
        let findings = tariff.findings(expected, declared: wrong)
        #expect(findings.map(\.kind) == [.wrongRate, .wrongBase, .wrongAmount, .unexpectedTax])
        #expect(findings[0].shortfall == 7_282_539 - 1_820_635)
        let unread = declared.map { TaxLine(code: $0.code, base: .nan, rate: .nan, amount: .nan) }
        #expect(tariff.findings(expected, declared: unread).isEmpty)
    }

    /// The shortest explanation counts, and only when there is no other: as if all sums had been tried.
    @Test func theSimplestCauseIsThatOfAllSums() throws {
        let tariff = try Shipped.reader.get().tariff
        var random = SeededGenerator(seed: 22)
        for _ in 0..<60 {
            let item = TariffCase(
                code: "8413700000", value: Double(Int.random(in: 1000...90_000_000, using: &random)))
            let expected = try #require(tariff.expected(item))
            let due = expected.lines.reduce(UInt32(0)) { $0 | 1 << UInt32($1.place) }
            let taxes = due & ~UInt32.random(in: 0...UInt32.max, using: &random) | 1
            let duty: Double = [0.0, 5, 10, 20, 35].randomElement(using: &random) ?? 5
            let total = sum(tariff, item.value, duty, taxes)
            let search = CauseSearch(tariff, expected, value: item.value)
            let wanted = brute(tariff, item.value, due, total)
            #expect(search.simplest(giving: total) == wanted, "\(item.value) \(total)")
        }
    }

    private func sum(_ tariff: Tariff, _ value: Double, _ duty: Double, _ taxes: UInt32) -> Double {
        tariff.lines(value: value, duty: duty) { taxes >> UInt32($0) & 1 == 1 }.reduce(0) { $0 + $1.amount }
    }

    /// Tries every set of taxes with every duty.
    private func brute(_ tariff: Tariff, _ value: Double, _ due: UInt32, _ total: Double) -> CauseSearch.Cause? {
        var found: [Int: [CauseSearch.Cause]] = [:]
        for duty in [0.0, 5, 10, 20, 35] {
            for taxes in 0..<UInt32(1) << UInt32(tariff.taxes.count) where taxes & 1 == 1 {
                let (added, removed) = (taxes & ~due, due & ~taxes)
                guard added & ~tariff.optional == 0, added.nonzeroBitCount <= 1 else { continue }
                let changes = added.nonzeroBitCount + removed.nonzeroBitCount + (duty == 5 ? 0 : 1)
                guard 1...3 ~= changes,
                    abs(sum(tariff, value, duty, taxes) - total) <= Tariff.slack(taxes.nonzeroBitCount)
                else { continue }
                found[changes, default: []].append(.init(duty: duty, taxes: taxes))
            }
        }
        guard let fewest = found.keys.min(), let causes = found[fewest], causes.count == 1 else { return nil }
        return causes[0]
    }

    /// Any one tax left out of any value is found again, or no cause is claimed.
    @Test func oneMissingTaxIsFoundWhateverTheValue() throws {
        let tariff = try Shipped.reader.get().tariff
        var random = SeededGenerator(seed: 21)
        for _ in 0..<150 {
            let item = TariffCase(
                code: "8413700000", value: Double(Int.random(in: 100_000...900_000_000, using: &random)))
            let expected = try #require(tariff.expected(item))
            let left = try #require(
                expected.lines.filter { $0.code == "05" || $0.code == "63" }.randomElement(using: &random))
            let findings = tariff.explain(total: expected.total - left.amount, of: item)
            #expect(findings.map(\.tax) == [left.code], "\(item.value) \(left.code)")
        }
    }
}
