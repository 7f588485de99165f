import Platform
import Testing

@testable import Customs

@Suite struct DeclarationControlsTests {
    private func declaration(
        header: [String: Double] = [:], texts: [String: String] = [:], _ articles: [[String: Double]],
        codes: [String] = [], taxes: [TaxLine] = []
    ) throws -> Declaration {
        let schema = try Shipped.reader.get().vocabulary.schema
        func facts(_ numbers: [String: Double], _ texts: [String: String]) throws -> Facts {
            var facts = Facts(for: schema)
            for (name, value) in numbers { facts.numbers[try #require(schema[name]).slot] = value }
            for (name, text) in texts { facts.texts[try #require(schema[name]).slot] = text }
            return facts
        }
        let built = try articles.enumerated().map { index, numbers in
            Article(facts: try facts(numbers, index < codes.count ? ["code_sh": codes[index]] : [:]), taxes: taxes)
        }
        return Declaration(
            key: .init(year: "2023", office: "10S", number: "1"),
            facts: try facts(header, texts.merging(["ninea": "009639840"]) { given, _ in given }), articles: built)
    }

    private func codes(_ declaration: Declaration) throws -> [Control.Code] {
        let reader = try Shipped.reader.get()
        return DeclarationControls(reader.vocabulary, reader.tariff).run(declaration).map(\.code)
    }

    private func day(_ text: String) -> Double { Double(CivilDate(iso: text)?.daysSinceEpoch ?? 0) }

    @Test func nothingIsSaidOfWhatIsNotKnown() throws { #expect(try codes(declaration([[:], [:]])).isEmpty) }

    @Test func weights() throws {
        #expect(try codes(declaration([["poids_net": 5, "poids_brut": 4]])) == [.netAboveGross])
        #expect(try codes(declaration([["poids_net": 5, "poids_brut": 5]])).isEmpty)
        #expect(try codes(declaration([["poids_net": 1001, "nombre_colis": 1]])) == [.packageWeight])
        #expect(try codes(declaration([["poids_net": 1000, "nombre_colis": 1]])).isEmpty)
        #expect(try codes(declaration([["poids_net": 1000, "nombre_colis": 0]])).isEmpty)
    }

    @Test func announcedTotals() throws {
        let articles = [["valeur_caf": 1000.0, "poids_net": 1.5], ["valeur_caf": 500, "poids_net": 2]]
        #expect(
            try codes(
                declaration(header: ["valeur_caf_totale": 1500, "poids_net_total": 3.5, "nb_articles": 2], articles)
            ).isEmpty)
        #expect(try codes(declaration(header: ["valeur_caf_totale": 1503], articles)) == [.sumDiffers])
        #expect(
            try codes(declaration(header: ["poids_net_total": 3.6, "nb_articles": 3], articles)) == [
                .sumDiffers, .articleCount,
            ])
        #expect(try codes(declaration(header: ["valeur_caf_totale": 1], [["valeur_caf": 5], [:]])).isEmpty)
    }

    @Test func customsValue() throws {
        let article = [["valeur_caf": 1000.0, "valeur_fob": 800]]
        #expect(try codes(declaration(header: ["fret": 150, "assurance": 50], article)).isEmpty)
        #expect(try codes(declaration(header: ["fret": 150, "assurance": 60], article)) == [.cafDiffers])
        #expect(try codes(declaration(header: ["fret": 150, "assurance": 40, "autres_frais": 10], article)).isEmpty)
        #expect(try codes(declaration([["valeur_caf": 700.0, "valeur_fob": 800]])) == [.cafBelowFOB])
    }

    @Test func invoiceAndCurrency() throws {
        let header = ["facture": 5865.39, "taux_change": 655.957, "valeur_fob_totale": 3_847_446]
        #expect(try codes(declaration(header: header, texts: ["devise": "EUR"], [[:]])).isEmpty)
        #expect(
            try codes(declaration(header: header.merging(["valeur_fob_totale": 3_000_000]) { $1 }, [[:]])) == [
                .invoiceDiffers
            ])
        #expect(try codes(declaration(header: ["taux_change": 650], texts: ["devise": "EUR"], [[:]])) == [.currency])
    }

    @Test func datesInOrder() throws {
        let registered = day("2023-06-10")
        #expect(
            try codes(
                declaration(header: ["date_arrivee": day("2023-06-10"), "date_enregistrement": registered], [[:]])
            ).isEmpty)
        #expect(
            try codes(
                declaration(header: ["date_arrivee": day("2023-06-11"), "date_enregistrement": registered], [[:]])) == [
                    .dateOrder
                ])
        #expect(try codes(declaration(header: ["date_enregistrement": day("2024-01-01")], [[:]])) == [.yearOfDate])
    }

    @Test func identity() throws {
        #expect(try codes(declaration(texts: ["conteneur": "CSQU3054384"], [[:]])) == [.container])
        var without = try declaration([[:]])
        without.facts.texts[try #require(try Shipped.reader.get().vocabulary.schema["ninea"]).slot] = nil
        #expect(try codes(without) == [.missingNINEA])
        without.unasked = ["ninea"]
        without.divergent = ["regime"]
        #expect(try codes(without) == [.divergentHeader])
    }

    @Test func taxes() throws {
        let value = ["valeur_caf": 36_412_696.0]
        let paid = { (amount: Double) in value.merging(["montant_liquidation": amount]) { $1 } }
        #expect(try codes(declaration([paid(16_924_621)], codes: ["8516600000"])).isEmpty)
        #expect(try codes(declaration([paid(16_924_621 - 7_930_685)], codes: ["8516600000"])) == [.missingTax])
        #expect(try codes(declaration([paid(0)], codes: ["8516600000"])) == [.noDuty])
        #expect(try codes(declaration([value], codes: ["0101210000"])) == [.unknownPosition])
    }

    @Test func aRegimeThatMayExplainAGapLowersItsGravity() throws {
        let reader = try Shipped.reader.get()
        let item = ["valeur_caf": 36_412_696.0, "montant_liquidation": 8_993_936]
        let found = DeclarationControls(reader.vocabulary, reader.tariff).run(
            try declaration(texts: ["regime": "S110"], [item], codes: ["8516600000"]))
        #expect(found.map(\.severity) == [.low] && found[0].message.contains("admission temporaire"))
        #expect(found[0].shortfall == 7_930_685 && found[0].articles == [1])
    }

    @Test func numbersAreWrittenInFrench() {
        #expect(DeclarationControls.plain(1234.5) == "1 234,5" && DeclarationControls.plain(-0.25) == "-0,25")
        #expect(DeclarationControls.plain(3) == "3" && DeclarationControls.plain(.nan) == "?")
    }
}
