@testable import Customs
import Reading
import TestKit
import Testing

@Suite struct ConsistencyTests {
    private func draft(_ source: PageSource, _ values: [String: String]) -> DraftDeclaration {
        var draft = DraftDeclaration()
        draft.source = source
        draft.articles = [1]
        for (name, value) in values {
            draft.fields[name] = FieldReading(
                field: 0, decoded: Decoded(value: value, raw: value), page: 1,
                zone: .init(left: 0, top: 0, right: 0.1, bottom: 0.01), placement: 0.9, legibility: 0.9, trace: [])
            let parts = name.split(separator: ".").map(String.init)
            if parts[0] == "taxes", draft.taxes[1]?.contains(parts[2]) != true {
                draft.taxes[1, default: []].append(parts[2])
            }
        }
        return draft
    }

    private func settled(_ draft: DraftDeclaration) throws -> DraftDeclaration {
        let reader = try DocumentReaderTests.shipped.get()
        var draft = draft
        Consistency(tariff: reader.tariff).settle(&draft)
        return draft
    }

    /// The values of an article of which all is consistent.
    private func consistent(_ value: Int, _ duty: Int) -> [String: String] {
        let amount = { (base: Int, rate: Double) in Int(TaxChecks.amount(Double(base), rate)) }
        let vat = value + amount(value, Double(duty)) + amount(value, 1)
        var values = ["articles.1.valeur_caf": String(value)]
        for (code, base, rate) in [("01", value, Double(duty)), ("03", value, 1), ("05", vat, 18), ("10", value, 0.4)] {
            values["taxes.1.\(code).base"] = String(base)
            values["taxes.1.\(code).taux"] = String(rate)
            values["taxes.1.\(code).montant"] = String(amount(base, rate))
        }
        return values
    }

    /// One wrong digit in any number of a recognised page is put right or contradicted; never in a text.
    @Test func oneWrongDigit() throws {
        var random = SeededGenerator(seed: 3)
        for round in 0..<300 {
            let values = consistent(
                Int.random(in: 100_000...99_999_999, using: &random), [5, 10, 20].randomElement(using: &random)!)
            let name = values.keys.filter { !$0.hasSuffix("taux") }.sorted().randomElement(using: &random)!
            var digits = Array(values[name]!)
            guard digits.count > 3 else { continue }
            let k = Int.random(in: 0..<digits.count, using: &random)
            digits[k] = digits[k] == "7" ? "1" : "7"
            // A franc is within rounding.
            guard abs(Int(String(digits))! - Int(values[name]!)!) > 1 else { continue }
            var wrong = values
            wrong[name] = String(digits)
            let recognised = try settled(draft(.recognition, wrong))
            #expect(recognised.fields[name]?.value == values[name], "tour \(round) : \(name)")
            for (other, value) in values where other != name { #expect(recognised.fields[other]?.value == value) }
            let text = try settled(draft(.text, wrong))
            #expect(text.fields[name]?.value == wrong[name])
            #expect((text.fields[name]?.contradictions ?? 0) > 0)
        }
    }

    @Test func whatAgreesIsConfirmed() throws {
        let settled = try settled(draft(.text, consistent(4_000_000, 10)))
        for reading in settled.fields.values {
            #expect(reading.confirmations > 0 && reading.contradictions == 0)
        }
    }

    @Test func missingValuesAreNotComputed() throws {
        var values = consistent(4_000_000, 10)
        values["taxes.1.03.montant"] = nil
        values["articles.1.valeur_caf"] = nil
        let settled = try settled(draft(.recognition, values))
        #expect(settled.fields.count == values.count)
    }

    @Test func aTotalThatDiffersIsContradicted() throws {
        let settled = try settled(
            draft(
                .text,
                ["articles.1.poids_brut": "100.000", "poids_brut_total": "900.000", "articles.1.poids_net": "120.000"]))
        #expect((settled.fields["poids_brut_total"]?.contradictions ?? 0) > 0)
        #expect((settled.fields["articles.1.poids_net"]?.contradictions ?? 0) > 0)
    }

    private func weighed(_ source: PageSource, _ total: String, _ parts: String...) throws -> [String?] {
        var values = ["poids_brut_total": total]
        for (k, part) in parts.enumerated() { values["articles.\(k + 1).poids_brut"] = part }
        var draft = draft(source, values)
        draft.articles = Array(1...parts.count)
        let settled = try settled(draft)
        return ["poids_brut_total"].map { settled.fields[$0]?.value }
            + parts.indices.map { settled.fields["articles.\($0 + 1).poids_brut"]?.value }
    }

    /// A sum puts one misreading right, if nothing else could be the one; a text is never changed.
    @Test func oneMisreadingInASum() throws {
        #expect(try weighed(.recognition, "6511.250", "405.000", "2459.250") == ["6511.250", "4052.000", "2459.250"])
        #expect(try weighed(.text, "6511.250", "405.000", "2459.250") == ["6511.250", "405.000", "2459.250"])
        #expect(try weighed(.recognition, "6571.250", "4052.000", "2459.250") == ["6511.250", "4052.000", "2459.250"])
        // Either article, or the total, may have been misread by 300.
        #expect(try weighed(.recognition, "2900.000", "1100.000", "1500.000") == ["2900.000", "1100.000", "1500.000"])
        // No one digit makes it come out.
        #expect(try weighed(.recognition, "9876.543", "1100.000", "1500.000") == ["9876.543", "1100.000", "1500.000"])
    }

    @Test(arguments: [("858877", "2858877"), ("12345", "12845"), ("1475", "1475332")])
    func whatRecognitionMayMake(_ read: String, _ meant: String) {
        #expect(Misreading.mayBe(read, meant) && !Misreading.mayBe("4", "4000000"))
        #expect(!Misreading.mayBe("123456", "654321"))
    }
}
