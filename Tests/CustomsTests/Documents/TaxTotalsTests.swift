@testable import Customs
import Testing

@Suite struct TaxTotalsTests {
    private static func reading(_ value: String) -> FieldReading {
        FieldReading(
            field: -1, decoded: Decoded(value: value, raw: value), page: 1,
            zone: .init(left: 0, top: 0, right: 0.1, bottom: 0.01), placement: 0.9, legibility: 0.9, trace: [])
    }

    private static func placed(_ totals: [(String?, String)]) -> [String: String] {
        var draft = DraftDeclaration()
        draft.articles = [1, 2]
        draft.taxes = [1: ["01", "03"], 2: ["01", "03", "05"]]
        for (name, value) in [("1.01", "100"), ("1.03", "10"), ("2.01", "300"), ("2.03", "30"), ("2.05", "900")] {
            draft.fields["taxes.\(name).montant"] = reading(value)
        }
        draft.taxTotals = totals.map { ($0, reading($1)) }
        TaxTotals.place(&draft)
        return draft.fields.filter { $0.key.hasPrefix("totaux") }.mapValues(\.value)
    }

    @Test func theSumTellsTheTax() {
        let all = ["totaux.01": "400", "totaux.03": "40", "totaux.05": "900"]
        #expect(Self.placed([("01", "400"), ("03", "40"), ("05", "900")]) == all)
        #expect(Self.placed([(nil, "900"), (nil, "40"), (nil, "400")]) == all)
        // Rows that stand level with other rows' codes.
        #expect(Self.placed([("01", "400"), ("05", "40"), ("10", "900")]) == all)
    }

    @Test func aTotalThatIsNoSumKeepsItsCode() {
        #expect(Self.placed([("01", "401234"), (nil, "77")]) == ["totaux.01": "401234"])
        #expect(Self.placed([("01", "5"), ("03", "400")]) == ["totaux.01": "400"])
    }
}
