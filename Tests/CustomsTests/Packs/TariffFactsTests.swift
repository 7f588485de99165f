import Customs
import Testing

/// The packs on the office's own vocabulary and tariff.
@Suite struct TariffFactsTests {
    private let configuration = ConfigurationDirectory(
        layers: [String(PackTrials.folder.dropLast("/chapters".count))])

    private func declaration(
        _ vocabulary: Vocabulary, _ texts: [String: String], liquidated: Double, taxes: [TaxLine] = []
    ) -> Declaration {
        let header = PackTrials.facts(
            vocabulary.schema, ["date_enregistrement": 20468],
            ["regime": texts["regime"] ?? "C100", "bureau": "18N", "ninea": "009639840", "pays_provenance": "FR"])
        let article = PackTrials.facts(
            vocabulary.schema,
            [
                "valeur_caf": 1_000_000, "montant_liquidation": liquidated, "poids_net": 10,
                "quantite_complementaire": 4,
            ],
            texts.filter { $0.key != "regime" })
        return Declaration(
            key: .init(year: "2026", office: "18N", number: "1"), facts: header,
            articles: [Article(facts: article, taxes: taxes)])
    }

    @Test(arguments: ["30", "84", "85"])
    func packsKnowTheVocabulary(_ chapter: String) throws {
        let vocabulary = try Vocabulary.load(from: configuration)
        let pack = try ChapterPack.load("\(PackTrials.folder)/chap\(chapter).json")
        let features = try FeatureSet(pack, vocabulary: vocabulary)
        let tariff = TariffFacts(try Tariff.load(from: configuration), vocabulary: vocabulary)
        let declared = declaration(
            vocabulary, ["code_sh": "3004900000", "description": "Paracétamol", "pays_origine": "FR"],
            liquidated: 27_000)
        let vector = features.evaluate(
            articles: tariff.articles(of: declared), declaration: declared.facts, history: NoHistory(),
            in: FeatureWorkspace())
        func value(_ name: String) -> Explanation.Value? { features[name].map { features.value(of: $0, in: vector) } }
        #expect(value("valeur_declaree") == .number(1_000_000) && value("prix_unitaire") == .number(250_000))
        // RS 1 %, COSEC 0.4, PCS 0.8, PCC 0.5; medicines pay no VAT.
        #expect(value("liquidation_attendue") == .number(27_000) && value("insuffisance_liquidation") == .number(0))
        #expect(value("tei_attendu") == .number(2.7) && value("ecart_tei") == .number(0))
        #expect(value("bureau_douane") == .text("18N") && value("taxe_en_cause") == .missing)
        #expect(value("liquidation_nulle") == .boolean(false))
    }

    @Test func theTaxThatMissesIsNamed() throws {
        let vocabulary = try Vocabulary.load(from: configuration)
        let tariff = TariffFacts(try Tariff.load(from: configuration), vocabulary: vocabulary)
        let schema = DerivedFacts.schema(after: vocabulary)
        func tax(_ declared: Declaration) -> String? {
            guard let slot = schema["taxe_en_cause"]?.slot else { return nil }
            return tariff.articles(of: declared)[0].texts[slot]
        }
        // COSEC left out of the total.
        #expect(tax(declaration(vocabulary, ["code_sh": "3004900000"], liquidated: 23_000)) == "10")
        let lines = [
            TaxLine(code: "03", base: 1_000_000, rate: 1, amount: 10_000),
            TaxLine(code: "30", base: 1_000_000, rate: 0.8, amount: 8_000),
            TaxLine(code: "10", base: 1_000_000, rate: 0.4, amount: 4_000),
        ]
        #expect(tax(declaration(vocabulary, ["code_sh": "3004900000"], liquidated: 22_000, taxes: lines)) == "31")
        // Nothing is due under a suspension.
        #expect(tax(declaration(vocabulary, ["code_sh": "3004900000", "regime": "S110"], liquidated: 0)) == nil)
        #expect(tax(declaration(vocabulary, ["code_sh": "9999999999"], liquidated: 0)) == nil)
        #expect(tax(declaration(vocabulary, [:], liquidated: 0)) == nil)
    }
}
