import Customs
import TestKit
import Testing

/// The packs of the project on declarations computed by hand.
@Suite struct ShippedPacksTests {
    private func value(_ name: String, _ features: FeatureSet, _ facts: Facts) -> Explanation.Value? {
        features[name].map { features.value(of: $0, in: facts) }
    }

    private func check(
        _ expected: [String: Explanation.Value], _ features: FeatureSet, _ facts: Facts
    ) {
        for (name, wanted) in expected {
            let found = value(name, features, facts)
            if case .number(let a) = wanted, case .number(let b)? = found {
                #expect(abs(a - b) <= 1e-12 * max(1, abs(a)), "\(name): \(b)")
            } else {
                #expect(found == wanted, "\(name)")
            }
        }
    }

    private let seed: [String: [String]] = [
        "30": [
            "valeur_declaree", "quantite", "prix_unitaire", "taux_droits", "code_sh_complet", "prix_vs_marche",
            "quantite_vs_habituel", "pays_origine_risque", "bureau_douane_risque", "importateur_risque",
            "historique_fraude", "saisonnalite", "tendance_prix",
        ],
        "84": [
            "valeur_declaree", "poids_net", "poids_brut", "classification_technique", "marque_modele",
            "valeur_vs_estimation", "poids_vs_valeur", "marque_consistance", "modele_consistance",
            "pays_origine_technologie", "importateur_specialise", "historique_contrefacon", "tendance_technologique",
        ],
        "85": [
            "valeur_declaree", "puissance", "frequence", "technologie", "generation", "compatibilite",
            "prix_vs_technologie", "puissance_vs_prix", "compatibilite_marche", "generation_consistance",
            "contrefacon_risque", "reexportation_risque", "marque_risque", "pays_origine_risque",
        ],
    ]

    @Test(arguments: ["30", "84", "85"])
    func everyExpectedFeatureIsThere(_ chapter: String) throws {
        let features = try PackTrials.features(of: chapter)
        for name in seed[chapter] ?? [] { #expect(features[name]?.definition.usage == .modele, "\(name)") }
        let indicators = features.features.filter { $0.definition.usage == .indicateur }
        #expect(indicators.count >= 16 && indicators.allSatisfy { $0.name.hasPrefix("BUSINESS_") })
        #expect(features.schema.fields.count == features.features.count { $0.place != nil })
    }

    static let medicines = [
        PackTrials.article(
            [
                "nombre_colis": 10, "poids_brut": 110, "poids_net": 100, "quantite_complementaire": 500,
                "valeur_fob": 900_000,
                "valeur_caf": 1_000_000, "montant_liquidation": 27_000, "liquidation_attendue": 27_000,
                "tei_attendu": 2.7,
                "droit_attendu": 0, "droit_proche": 20,
            ],
            [
                "code_sh": "3004900000", "pays_origine": "FR", "description": "Crème éclaircissante, tube 50 ml",
                "unite": "U",
                "regime_fiscal": "00", "precision_uemoa": "90", "effet_regime": "droit_commun",
                "libelle_position": "Médicaments présentés sous forme de doses",
            ]),
        PackTrials.article(
            [
                "nombre_colis": 30, "poids_brut": 220, "poids_net": 200, "quantite_complementaire": 2000,
                "valeur_fob": 2_700_000, "valeur_caf": 3_000_000, "montant_liquidation": 0,
                "liquidation_attendue": 81_000,
                "tei_attendu": 2.7, "droit_attendu": 0, "droit_proche": 0,
            ],
            [
                "code_sh": "3003900000", "pays_origine": "IN", "description": "PARACETAMOL 500 MG COMPRIMES",
                "unite": "U",
                "regime_fiscal": "00", "precision_uemoa": "90", "effet_regime": "droit_commun", "taxe_en_cause": "03",
                "libelle_position": "Médicaments mélangés",
            ]),
    ]
    static let header = PackTrials.facts(
        PackTrials.declaration, ["date_enregistrement": 20468],
        [
            "bureau": "18N", "regime": "C100", "pays_provenance": "FR", "ninea": "009639840",
            "code_ppm_declarant": "131419",
        ])

    @Test func medicinesComputedByHand() throws {
        let features = try PackTrials.features(of: "30")
        let facts = features.evaluate(
            articles: Self.medicines, declaration: Self.header, history: NoHistory(), in: FeatureWorkspace())
        check(
            [
                "valeur_declaree": .number(4_000_000), "valeur_caf": .number(4_000_000),
                "valeur_fob": .number(3_600_000),
                "poids_net": .number(300), "poids_brut": .number(330), "quantite": .number(2500),
                "prix_unitaire": .number(1600), "prix_kg": .number(40_000.0 / 3),
                "log_valeur": .number(15.201805169084134),
                "rapport_net_brut": .number(10.0 / 11), "kg_par_colis": .number(7.5),
                "unites_par_kg": .number(25.0 / 3),
                "rapport_douane_caf": .missing, "valeur_ronde": .boolean(true), "montant_liquidation": .number(27_000),
                "tei": .number(0.675), "taux_droits": .number(0.675), "liquidation_attendue": .number(108_000),
                "insuffisance_liquidation": .number(81_000), "tei_attendu": .number(2.7), "ecart_tei": .number(-2.7),
                "liquidation_nulle": .boolean(true), "differentiel_droit": .number(20), "mots_cles": .boolean(true),
                "position_citee_differente": .missing, "taxe_en_cause": .text("03"),
                "code_sh_complet": .text("3003900000"), "pays_origine": .text("IN"), "pays_provenance": .text("FR"),
                "bureau_douane": .text("18N"), "type_declaration": .text("C100"),
                "origine_diff_provenance": .boolean(true), "preference_demandee": .boolean(false),
                "provenance_plaque_tournante": .boolean(false), "mois_enregistrement": .number(1),
                "fin_annee": .boolean(false), "regime_suspensif": .boolean(false), "regime_exonere": .boolean(false),
                "nombre_articles": .number(2), "codes_distincts": .number(2), "origines_distinctes": .number(2),
                "rapport_poids_valeur": .number(300.0 / 4_000_000), "forme": .text("COMPRIME"), "dosage": .number(500),
                "prix_vs_marche": .missing, "importateur_risque": .missing, "premiere_declaration": .missing,
            ], features, facts)
        check(
            [
                "BUSINESS_RISK_PAYS_HIGH": .boolean(true), "BUSINESS_ORIGINE_DIFF_PROVENANCE": .boolean(true),
                "BUSINESS_REGIME_PREFERENTIEL": .boolean(false), "BUSINESS_REGIME_NORMAL": .boolean(true),
                "BUSINESS_VALEUR_ELEVEE": .boolean(false), "BUSINESS_VALEUR_EXCEPTIONNELLE": .boolean(false),
                "BUSINESS_DROITS_ELEVES": .boolean(false), "BUSINESS_RATIO_LIQUIDATION_CAF": .number(0.00675),
                "BUSINESS_RATIO_DOUANE_CAF": .missing, "BUSINESS_IS_PRECISION_UEMOA": .boolean(true),
                "BUSINESS_ARTICLES_MULTIPLES": .boolean(true), "BUSINESS_AVEC_DPI": .boolean(false),
                "BUSINESS_POIDS_ELEVE": .boolean(false), "BUSINESS_GLISSEMENT_COSMETIQUE": .boolean(false),
                "BUSINESS_GLISSEMENT_TARIFAIRE": .boolean(false), "BUSINESS_GLISSEMENT_DESCRIPTION": .boolean(true),
                "BUSINESS_IS_MEDICAMENT": .boolean(true), "BUSINESS_IS_ANTIPALUDEEN": .boolean(false),
                "BUSINESS_MEDICAMENT_CONTROLE": .boolean(true), "BUSINESS_VALEUR_UNITAIRE_SUSPECTE": .boolean(true),
            ], features, facts)
        #expect(
            features.indicators(in: facts).contains {
                $0.name == "BUSINESS_GLISSEMENT_DESCRIPTION" && $0.reference != nil
            })
    }

    @Test func medicinesAgainstAPast() throws {
        let features = try PackTrials.features(of: "30")
        var past = Answers(needs: features.needs)
        past.values = [
            .mediane: 2000, .madZ: -3, .tchebychev: 0.1, .percentile: 0.97, .pente: 0.01, .compte: 4, .risque: 0.2,
            .nouveaute: 1, .joursDepuis: 12, .part: 0.4, .entropie: 1.5, .saison: 0.8,
        ]
        let facts = features.evaluate(
            articles: Self.medicines, declaration: Self.header, history: past, in: FeatureWorkspace())
        check(
            [
                "prix_vs_marche": .number(0.75), "sous_evaluation_z": .number(3), "surevaluation_z": .number(0),
                "insuffisance_valeur": .number(0), "tchebychev_prix": .number(0.1), "percentile_prix": .number(0.97),
                "tendance_prix": .number(0.01), "tei_miroir_z": .number(3), "kg_par_colis_z": .number(3),
                "pays_origine_risque": .number(0.2), "couple_risque": .number(0.2), "combinaison_risque": .number(0.2),
                "importateur_risque": .number(0.2), "declarant_risque": .number(0.2),
                "bureau_douane_risque": .number(0.2),
                "historique_fraude": .number(0.2), "premiere_declaration": .boolean(true),
                "jours_depuis_derniere": .number(12), "declarations_30_jours": .number(4), "fractionnement": .number(4),
                "entropie_positions": .number(1.5), "importateur_specialise": .number(0.4),
                "produit_nouveau": .boolean(true), "couple_nouveau": .boolean(true), "saisonnalite": .number(0.8),
                "quantite_vs_habituel": .number(1), "BUSINESS_VALEUR_ELEVEE": .boolean(true),
                "BUSINESS_VALEUR_EXCEPTIONNELLE": .boolean(true), "BUSINESS_POIDS_ELEVE": .boolean(true),
                // The dominant article is not of 3004.90.
                "BUSINESS_GLISSEMENT_COSMETIQUE": .boolean(false), "BUSINESS_GLISSEMENT_RATIO_SUSPECT": .boolean(false),
            ], features, facts)
    }

    @Test func machinesComputedByHand() throws {
        let article = PackTrials.article(
            ["poids_net": 1470, "poids_brut": 1527.932, "quantite_complementaire": 10, "valeur_caf": 15_219_176],
            [
                "code_sh": "8413700000", "pays_origine": "DE",
                "description": "Pompe centrifuge KSB modèle ETA-125/200, 7,5 kW 380 V occasion",
            ])
        let features = try PackTrials.features(of: "84")
        var past = Answers(needs: features.needs)
        past.values = [.mediane: 3_043_835.2, .madZ: 2, .part: 0.1, .risque: 0.3, .pente: -0.02]
        let workspace = FeatureWorkspace()
        let facts = features.evaluate(articles: [article], declaration: Self.header, history: past, in: workspace)
        check(
            [
                "marque_lue": .text("KSB"), "modele_lu": .text("ETA-125/200"), "marque_modele": .text("ETA-125/200"),
                "classification_technique": .text("POMPE"), "puissance": .number(7500), "tension": .number(380),
                "occasion": .boolean(true), "puissance_industrielle": .boolean(true),
                "valeur_vs_estimation": .number(0.5), "poids_vs_valeur": .number(2), "marque_consistance": .number(0.1),
                "modele_consistance": .number(0.1), "pays_origine_technologie": .number(5),
                "historique_contrefacon": .number(0.3), "tendance_technologique": .number(-0.02),
                "BUSINESS_IS_MACHINE": .boolean(true), "BUSINESS_IS_ELECTRONIQUE": .boolean(false),
                "BUSINESS_DETOURNEMENT_REGIME": .boolean(false), "BUSINESS_POIDS_ELEVE": .boolean(false),
                "BUSINESS_GLISSEMENT_PAYS_MACHINES": .boolean(true),
            ], features, facts)
        let readings = features.readings(in: "Pompe centrifuge KSB modèle ETA-125/200, 7,5 kW 380 V occasion")
        #expect(readings.first { $0.attribute.name == "puissance" }?.excerpt == "7,5 KW")
        #expect(readings.first { $0.attribute.name == "modele" }?.value == .text("ETA-125/200"))
    }

    @Test func electronicsComputedByHand() throws {
        let article = PackTrials.article(
            ["poids_net": 40, "quantite_complementaire": 200, "valeur_caf": 6_000_000],
            [
                "code_sh": "8517130000", "pays_origine": "CN",
                "description": "SMARTPHONES SAMSUNG GALAXY SM-A125F DUAL SIM 5G 2,4 GHZ 15W 220 V",
            ])
        var header = Self.header
        header.set("pays_provenance", "AE", in: PackTrials.declaration)
        let features = try PackTrials.features(of: "85")
        var past = Answers(needs: features.needs)
        past.values = [.mediane: 100_000, .madZ: -2, .risque: 0.3]
        let facts = features.evaluate(articles: [article], declaration: header, history: past, in: FeatureWorkspace())
        check(
            [
                "marque_lue": .text("SAMSUNG"), "modele_lu": .text("SM-A125F"), "puissance": .number(15),
                "tension": .number(220), "frequence": .number(2.4e9), "technologie": .text("SMARTPHONE"),
                "generation": .number(5), "compatibilite": .text("GSM"), "prix_vs_technologie": .number(0.3),
                "puissance_vs_prix": .number(-2), "compatibilite_marche": .boolean(true),
                "generation_consistance": .number(-2), "marque_risque": .number(0.3),
                "contrefacon_risque": .number(0.3),
                "marque_contrefaite": .boolean(true), "reexportation_risque": .number(0.3),
                "provenance_plaque_tournante": .boolean(true), "BUSINESS_POIDS_FAIBLE": .boolean(true),
                "BUSINESS_IS_TELEPHONE": .boolean(true), "BUSINESS_CERTIFICAT_REQUIS": .boolean(false),
                "BUSINESS_GLISSEMENT_PAYS_ELECTRONIQUES": .boolean(true),
            ], features, facts)
    }

    /// Formulas, lists and sentences are data: a chapter that nobody programmed.
    @Test func anotherChapterIsAFile() throws {
        let folder = try PackTrials.copyOfPacks()
        let path = try folder.file(
            "chap87.json",
            Array(
                """
                {"version": 1, "chapitre": "87", "libelle": "Véhicules", "inclut": ["commun.json"],
                 "seuils": {"age_limite": 8},
                 "listes": {"mots_cles": {"valeurs": ["complet"]}},
                 "attributs": {"annee_modele": {"libelle": "Année", "type": "nombre", "entre": [1950, 2049],
                   "motifs": {"ANNEE {nombre}": 1}}},
                 "caracteristiques": [
                   {"nom": "age", "libelle": "Âge du véhicule", "famille": "technique", "type": "numerique",
                    "agrege": "max", "unite": "ans",
                    "formule": "annee(date_enregistrement) - attribut(description; annee_modele)",
                    "phrases": {"augmente": "Le véhicule a {valeur}"}},
                   {"nom": "trop_vieux", "libelle": "Trop vieux", "famille": "risque", "type": "booleen",
                    "niveau": "declaration", "formule": "age > age_limite"}]}
                """.utf8))
        let features = try FeatureSet(.load(path), articles: PackTrials.articles, declaration: PackTrials.declaration)
        let article = PackTrials.article(
            ["valeur_caf": 5_000_000], ["code_sh": "8703230000", "description": "TOYOTA COROLLA ANNEE 2016"])
        let facts = features.evaluate(
            articles: [article], declaration: Self.header, history: NoHistory(), in: FeatureWorkspace())
        check(
            ["age": .number(10), "trop_vieux": .boolean(true), "valeur_declaree": .number(5_000_000)], features, facts)
    }
}
