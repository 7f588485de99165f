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
        var at10 = tariff
        at10.positions["8516"] = [.init(prefix: "8516", label: "", duty: 10, validity: .init(from: nil, to: nil))]
        let total = try #require(at10.expected(stove)).total
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
