@testable import Customs
import TestKit
import Testing

@Suite struct ValueDecoderTests {
    private func decoder(recognised: Bool, decimal: Character? = ",") throws -> ValueDecoder {
        let reader = try DocumentReaderTests.shipped.get()
        return ValueDecoder(
            layout: reader.layout, countries: reader.countries, style: NumberStyle(decimal: decimal),
            isRecognised: recognised)
    }

    @Test(arguments: [
        (DocumentKind.bureau, "18N", "18N"), (.date, "02.11.2023", "2023-11-02"), (.ninea, "004170250", "004170250"),
        (.regime, "c100", "C100"), (.tariffCode, "8413.70.00.00", "8413700000"), (.pays, "MAROC", "MA"),
        (.tariffCode, "848340 00 00", "8483400000"), (.montant, "5.865.390 FCFA", "5865390"),
        (.nombre, "5.865,39", "5865.39"), (.change, "655,957", "655.957"), (.poids, "14.670,000 kg", "14670.000"),
        (.barres, "238/0/0", "238/0/0"), (.manifeste, "2023 18N 2741", "2023 18N 2741"), (.unite, "u", "U"),
        (.conteneur, "MSCU 682473-4", "MSCU6824734"), (.incoterm, "CFR", "CFR"), (.dpi, "2023/G12345", "2023/G12345"),
    ])
    func printedForms(_ kind: DocumentKind, _ text: String, _ value: String) throws {
        #expect(try decoder(recognised: false).decode(kind, text)?.value == value)
    }

    @Test(arguments: [
        (DocumentKind.bureau, "105", "10S"), (.regime, "5110", "S110"), (.ninea, "OO4l70250", "004170250"),
        (.pays, "1T", "IT"), (.date, "O2/11/2O23", "2023-11-02"), (.tariffCode, "84I3.70.00.0O", "8413700000"),
        (.conteneur, "M5CU682473A", "MSCU6824734"), (.montant, "5.86S.390", "5865390"),
    ])
    func confusionsAreMendedOnlyWhereTheFormLeavesNoChoice(
        _ kind: DocumentKind, _ text: String, _ value: String
    ) throws {
        let mended = try decoder(recognised: true).decode(kind, text)
        #expect(mended?.value == value && (mended?.repairs ?? 0) > 0 && (mended?.fitness ?? 1) < 1)
        #expect(try decoder(recognised: false).decode(kind, text)?.value != value)
    }

    /// Marks and spaces that recognition has lost, where the form of the value leaves no choice.
    @Test(arguments: [
        (DocumentKind.montant, "1481.137", "1481137"), (.montant, "48150 007", "48150007"),
        (.montant, "67 525050", "67525050"), (.manifeste, "2023 11N89022", "2023 11N 89022"),
        (.numero, "202311N89022", "89022"),
    ])
    func lostMarks(_ kind: DocumentKind, _ text: String, _ value: String) throws {
        #expect(try decoder(recognised: true).decode(kind, text)?.value == value)
        #expect(try decoder(recognised: false).decode(kind, text)?.value != value)
    }

    @Test func weightsHaveNoTenthsOfGrams() throws {
        #expect(try decoder(recognised: true).decode(.poids, "557,2791") == nil)
        #expect(try decoder(recognised: true).decode(.poids, "557,279")?.value == "557.279")
    }

    @Test(arguments: [
        (DocumentKind.date, "31/02/2023"), (.date, "DAKAR"), (.ninea, "12345678"), (.pays, "QZ"),
        (.tariffCode, "9913700000"),
        (.montant, "12.34.56"), (.montant, "1 23"), (.incoterm, "DAKAR"), (.numero, "20 23"), (.poids, "lourd"),
        (.entier, "99999999999999999999"),
    ])
    func whatHasNotTheFormIsNothing(_ kind: DocumentKind, _ text: String) throws {
        #expect(try decoder(recognised: false).decode(kind, text) == nil)
        #expect(try decoder(recognised: true).decode(kind, text) == nil)
    }

    /// Whatever the style, a number that is written is the number that is read.
    @Test func amountsAndWeightsReadBack() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let value = Int.random(in: 0...999_999_999, using: &random)
            let (thousands, decimal) = [("", ","), (" ", ","), (".", ","), (" ", "."), ("", ".")].randomElement(
                using: &random)!
            let grouped = Self.grouped(value, thousands)
            for recognised in [false, true] {
                let decoder = try decoder(recognised: recognised, decimal: decimal.first)
                #expect(decoder.decode(.montant, grouped)?.value == String(value), "\(grouped)")
                let grams = Int.random(in: 100...999, using: &random)
                let weight = decoder.decode(.poids, "\(grouped)\(decimal)\(grams)")
                #expect(
                    weight.flatMap { Double($0.value) } == Double(value) + Double(grams) / 1000,
                    "\(grouped)\(decimal)\(grams)")
            }
        }
    }

    private static func grouped(_ value: Int, _ mark: String) -> String {
        var (digits, groups) = (String(value), [String]())
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits = String(digits.dropLast(3))
        }
        return ([digits] + groups).joined(separator: mark)
    }

    /// No text makes a decoder trap, and what it makes of a text has the form that it promises.
    @Test func anyTextIsSurvived() throws {
        var random = SeededGenerator(seed: 11)
        let letters = Array("0123456789OISZB.,/-: ABCsz'é€%()|\u{a0}")
        let decoders = [try decoder(recognised: false), try decoder(recognised: true, decimal: nil)]
        for _ in 0..<3000 {
            let text = String(
                (0..<Int.random(in: 0...14, using: &random)).map { _ in letters.randomElement(using: &random)! })
            for decoder in decoders {
                for kind in DocumentKind.allCases {
                    guard let value = decoder.decode(kind, text)?.value else { continue }
                    if kind.isNumber { #expect(Double(value) != nil, "\(kind) \(text)") }
                    if kind == .tariffCode { #expect(value.utf8.count == 10, "\(text)") }
                }
            }
        }
    }

    @Test func ratesKeepTheirDecimals() throws {
        #expect(try decoder(recognised: false).rate("18,00 %")?.value == "18.00")
        #expect(try decoder(recognised: true).rate("1800")?.value == "18.00")
        #expect(try decoder(recognised: false).rate("1800") == nil)
    }
}
