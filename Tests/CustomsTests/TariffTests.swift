import JSON
import TestKit
import Testing

@testable import Customs

@Suite struct TariffTests {
    private func tariff() throws -> Tariff { try Shipped.reader.get().tariff }

    @Test func theLongestPrefixThatKnowsItsDutyCounts() throws {
        let tariff = try tariff()
        #expect(tariff.position(of: "3006920000")?.duty == 20 && tariff.position(of: "3006500000")?.duty == 5)
        #expect(tariff.position(of: "8413700000")?.duty == 5 && tariff.position(of: "8413700000")?.prefix == "8413")
        // The heading is known, its duty is not: it is not supposed.
        #expect(tariff.position(of: "8401100000")?.duty == nil && tariff.position(of: "0101210000") == nil)
        #expect(tariff.expected(.init(code: "8401100000", value: 1000)) == nil)
        #expect(tariff.expected(.init(code: "8413700000", value: .nan)) == nil)
    }

    @Test func machinesPayAllTaxes() throws {
        let expected = try #require(try tariff().expected(.init(code: "8516600000", value: 36_412_696)))
        let amounts = Dictionary(uniqueKeysWithValues: expected.lines.map { ($0.code, $0.amount) })
        #expect(
            amounts == [
                "01": 7_282_539, "03": 364_127, "05": 7_930_685, "10": 145_651, "30": 291_302, "31": 182_063,
                "63": 728_254,
            ])
        #expect(expected["05"]?.base == 44_059_362 && expected.total == 16_924_621 && expected.effect == .common)
    }

    @Test func medicinesPayNeitherVATNorTheLevy() throws {
        let expected = try #require(try tariff().expected(.init(code: "3004909000", value: 4_912_803)))
        #expect(expected.lines.map(\.code) == ["01", "03", "10", "30", "31"] && expected.total == 132_645)
    }

    @Test func regimesAndOriginsAreTold() throws {
        let tariff = try tariff()
        #expect(tariff.effect(ofRegime: "C100", fiscal: "00").effect == .common)
        #expect(tariff.effect(ofRegime: "C111", fiscal: nil).effect == .relief)
        #expect(tariff.effect(ofRegime: "S110", fiscal: nil) == (.suspension, "admission temporaire"))
        #expect(tariff.effect(ofRegime: "C1", fiscal: "10").effect == .relief)
        #expect(tariff.expected(.init(code: "8413700000", value: 1, origin: "ML"))?.preferred == ["01"])
    }

    @Test func ratesHoldFromOneDayToAnother() throws {
        let text =
            #"{"positions":[{"sh":"84","libelle":"a","droit":5,"jusqua":"2023-12-31"},{"sh":"84","libelle":"a","droit":10,"depuis":"2024-01-01"}]}"#
        let positions = try TariffPositions(parsing: Array(text.utf8))
        var tariff = Tariff()
        for position in positions.all { tariff.append(position) }
        let (last, first) = (19_722, 19_723)
        #expect(tariff.position(of: "8413", on: last)?.duty == 5 && tariff.position(of: "8413", on: first)?.duty == 10)
        #expect(tariff.position(of: "8413")?.duty == 10)
    }

    /// Noughts at the beginning count, and what follows the digits of a code does not.
    @Test func positionsAreFoundByTheirDigits() throws {
        var tariff = Tariff()
        for prefix in ["01", "001", "1234567890"] {
            tariff.append(.init(prefix: prefix, label: prefix, duty: 5, validity: .init(from: nil, to: nil)))
        }
        #expect(tariff.position(of: "0101")?.label == "01" && tariff.position(of: "0012")?.label == "001")
        #expect(tariff.position(of: "12345678901")?.label == "1234567890")
        #expect(tariff.position(of: "123456789") == nil && tariff.position(of: "1") == nil)
        #expect(tariff.position(of: "01x1")?.label == "01" && tariff.position(of: "") == nil)
    }

    @Test func taxesAreLimited() throws {
        for count in [Tariff.mostTaxes, Tariff.mostTaxes + 1] {
            let taxes = (0..<count).map { #"{"code":"\#($0)","sigle":"T","libelle":"t","assiette":[],"taux":1}"# }
            let text = #"{"taxes":[\#(taxes.joined(separator: ","))]}"#
            let tariff = try? Tariff(parsing: Array(text.utf8))
            #expect((tariff?.taxes.count == count) == (count == Tariff.mostTaxes))
            // All of them together have room in a word of bits.
            if let tariff {
                let expected = try #require(tariff.expected(.init(code: "84", value: 1000), duty: 5))
                #expect(expected.total == Double(10 * count))
                #expect(tariff.explain(total: expected.total - 500, insteadOf: expected, on: 1000).count == 1)
            }
        }
    }

    @Test func halfAFrancCountsAsOne() {
        #expect(Tariff.amount(250, 1) == 3 && Tariff.amount(249, 1) == 2 && Tariff.amount(0, 18) == 0)
    }

    @Test func amountsAreWrittenInFrench() {
        #expect(
            Tariff.francs(1_234_567) == "1 234 567 FCFA" && Tariff.francs(-999) == "-999 FCFA"
                && Tariff.francs(1000) == "1 000 FCFA")
        #expect(Tariff.rate(0.4) == "0,4 %" && Tariff.rate(18) == "18 %")
    }

    @Test func descriptionsResembleTheirHeadings() throws {
        let tariff = try tariff()
        for (text, heading) in [
            ("POMPES CENTRIFUGES A EAU 7,5 KW", "8413"), ("Imprimantes laser multifonctions a4", "8443"),
            ("TELEVISEURS COULEUR LED 43 POUCES", "8528"), ("Antibiotiques en comprimes", "3004"),
        ] { #expect(tariff.nearestHeading(text)?.prefix == heading, "\(text)") }
        #expect(tariff.nearestHeading("xyz") == nil && tariff.resemblance(of: "", toChapter: "84") == 0)
    }

    /// Documents whose every tax line is known, taxes under all their regimes: the grid gives each of them.
    @Test(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES names no folder"))
    func theGridGivesTheTaxesOfTheReferenceDocuments() throws {
        let tariff = try tariff()
        var compared = 0
        for letter in 1...24 {
            guard let name = Self.truths.first(where: { $0.hasPrefix(letter < 10 ? "A0\(letter)" : "A\(letter)") })
            else { continue }
            let fields = try #require(
                try JSONValue(parsing: try Fixtures.bytes("documents/truth/\(name).json"))["fields"])
            for article in 1...30 {
                guard let code = fields["articles.\(article).code_sh"]?.string,
                    let value = fields["articles.\(article).valeur_caf"]?.string.flatMap({ Double($0) }),
                    let expected = tariff.expected(.init(code: code, value: value))
                else { continue }
                for line in expected.lines {
                    guard let amount = fields["taxes.\(article).\(line.code).montant"]?.string else { continue }
                    #expect(abs((Double(amount) ?? .nan) - line.amount) <= 1, "\(name) \(article) \(line.code)")
                    compared += 1
                }
            }
        }
        #expect(compared > 350)
    }

    private static let truths = [
        "A01_gainde_blue_pdf_text", "A02_sad_a_pdf_text", "A03_note_2col_pdf_text", "A04_gainde_blue_pdf_text",
        "A05_sad_a_pdf_scan", "A06_note_2col_pdf_scan", "A07_gainde_blue_pdf_scan", "A08_sad_a_pdf_multi_text",
        "A09_note_2col_pdf_multi_scan", "A10_gainde_blue_png_clean", "A11_sad_a_png_clean", "A12_note_2col_png_clean",
        "A13_gainde_blue_png_rot90", "A14_sad_a_png_rot180", "A15_note_2col_jpg_skew", "A16_gainde_blue_jpg_skew",
    ]
}
