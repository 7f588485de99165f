import Customs
import JSON
import Testing

@Suite struct ExplanationTests {
    private func explain(
        _ shap: [(String, Double)], strongest: Int = .max, _ past: (FeatureSet) -> Answers
    ) throws -> Explanation {
        let set = try PackTrials.features(of: "30")
        let workspace = FeatureWorkspace()
        let reader = past(set)
        let facts = set.evaluate(
            articles: ShippedPacksTests.medicines, declaration: ShippedPacksTests.header, history: reader, in: workspace
        )
        let placed = shap.compactMap { name, value in set[name]?.place.map { (place: $0, value: value) } }
        return set.explain(
            facts, shap: placed, baseValue: -1.9, method: "tree_path_dependent", strongest: strongest, history: reader,
            in: workspace)
    }

    private func known(_ set: FeatureSet) -> Answers {
        Answers(
            needs: set.needs, values: [.mediane: 2000, .madZ: -3, .risque: 0.25],
            known: HistoryPeers(count: 1234, median: 2000, percentile: 0.03, level: 1))
    }

    @Test func theStrongestComesFirstWithItsSentence() throws {
        let explanation = try explain([("tei", 0.05), ("prix_vs_marche", 0.84), ("importateur_risque", -0.15)], known)
        #expect(explanation.contributions.map(\.name) == ["prix_vs_marche", "importateur_risque", "tei"])
        let first = explanation.contributions[0]
        #expect(first.direction == "augmente" && first.impact == "Impact très élevé" && first.value == .number(0.75))
        #expect(
            first.sentence
                == "Le prix vaut 0,75 fois le prix habituel de cette marchandise : 1\u{202f}500 FCFA contre 2\u{202f}000 FCFA pour 1\u{202f}234 opérations comparables"
        )
        #expect(first.peers?.count == 1234)
        #expect(
            explanation.contributions[1].sentence
                == "Les contrôles de cet importateur trouvent rarement une fraude (25\u{00a0}%)")
        #expect(
            explanation.contributions[2].sentence
                == "Le taux effectif d’imposition est de 0,7\u{00a0}%, 2,7\u{00a0}% étant attendus")
        #expect(abs(explanation.margin - (-1.9 + 0.84 - 0.15 + 0.05)) < 1e-12)
    }

    /// The others follow with their names and values, whether asked for alone or with all.
    @Test func onlyTheStrongestArePutIntoWords() throws {
        let shap = [("tei", 0.05), ("prix_vs_marche", 0.84), ("importateur_risque", -0.15)]
        let whole = try explain(shap, known).contributions
        for strongest in 0...3 {
            let explanation = try explain(shap, strongest: strongest, known)
            for count in 0...4 {
                let some = explanation.contributions(count)
                #expect(some.map(\.name) == whole.prefix(count).map(\.name))
                #expect(some.map(\.value) == whole.prefix(count).map(\.value))
                #expect(some.map { !$0.sentence.isEmpty } == some.indices.map { $0 < strongest })
            }
            #expect(explanation.contributions.count == 3 && explanation.contributions.map(\.shap) == whole.map(\.shap))
        }
    }

    @Test func whatIsNotKnownIsSaidSo() throws {
        let explanation = try explain([("prix_vs_marche", 0.3), ("dosage", -0.2)]) { Answers(needs: $0.needs) }
        #expect(explanation.contributions[0].sentence == "Le prix ne se compare à aucune opération connue")
        #expect(
            explanation.contributions[1].sentence
                == "Dosage lu dans la désignation : 500\u{00a0}mg, ce qui diminue la probabilité de fraude")
    }

    /// A value may speak for fraud although the pack's sentence is not true of it.
    @Test func aSentenceIsSaidWhereItIsTrue() throws {
        for (shap, sentence) in [
            (0.2, "Une valeur déclarée est un multiple exact de 100 000 FCFA"),
            (-0.2, "Valeur ronde : oui, ce qui diminue la probabilité de fraude"),
        ] { #expect(try explain([("valeur_ronde", shap)], known).contributions[0].sentence == sentence) }
        for (risk, sentence) in [
            (0.25, "Les contrôles de cet importateur trouvent rarement une fraude (25\u{00a0}%)"),
            (0.26, "Risque de l’importateur : 26\u{00a0}%, ce qui diminue la probabilité de fraude"),
        ] {
            let explanation = try explain([("importateur_risque", -0.2)]) {
                Answers(needs: $0.needs, values: [.risque: risk])
            }
            #expect(explanation.contributions[0].sentence == sentence)
        }
    }

    @Test(arguments: [
        (0.2, "Impact élevé"), (0.2000001, "Impact très élevé"), (-0.3, "Impact très élevé"), (0.1, "Impact modéré"),
        (0.11, "Impact élevé"), (0.05, "Impact faible"), (0.051, "Impact modéré"), (0, "Impact faible"),
    ])
    func impactHasFourLevels(_ shap: Double, _ impact: String) {
        #expect(Explanation.Contribution.impact(of: shap) == impact)
    }

    @Test func theSummaryNamesThreeFactorsThatMatter() throws {
        #expect(
            try explain([("tei", 0.5), ("quantite", -0.3), ("dosage", 0.1), ("forme", 0.09)], known).summary
                == "Décision basée principalement sur : Taux effectif d’imposition augmente la probabilité de fraude, Quantité en unités complémentaires diminue la probabilité de fraude"
        )
        #expect(try explain([("tei", 0.1)], known).summary == "Aucun facteur de risque significatif identifié")
    }

    @Test func theAnswerIsThatOfTheContract() throws {
        let explanation = try explain([("valeur_ronde", 0.2), ("code_sh_complet", 0.1), ("tei", 0.05)], known)
        var writer = JSONWriter()
        explanation.write(to: &writer, strongest: 2)
        let json = try JSONValue(parsing: writer.finish())
        #expect(json.members?.map(\.name) == ["methode", "base_value", "marge", "contributions", "resume"])
        #expect(json["contributions"]?.array?.count == 2)
        let first = json["contributions"]?[0]
        #expect(
            first?.members?.map(\.name) == [
                "feature_name", "libelle", "feature_value", "shap_value", "shap_importance", "direction",
                "feature_impact",
                "phrase",
            ])
        #expect(first?["feature_value"] == .bool(true))
        #expect(json.at("/contributions/1/feature_value") == .string("3003900000"))
    }
}
