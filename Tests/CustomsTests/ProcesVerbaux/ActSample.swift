import Platform

@testable import Customs

/// A procès-verbal to exercise with.
enum ActSample {
    static let (first, second, chief) = (UUIDv7.make(), UUIDv7.make(), UUIDv7.make())

    static func moment(_ minute: Int = 30) throws -> Timestamp {
        Timestamp(year: 2026, month: 3, day: 1, hour: 10, minute: minute) ?? .earliest
    }

    static func settings() throws -> ProcesVerbalSettings { try .load(from: Shipped.configuration.get()) }

    static func act(cases: Int = 1, articles: Int = 2, verdict: Bool = true) throws -> ProcesVerbal {
        ProcesVerbal(
            number: .init(year: 2026, office: "18N", sequence: 12), drawnUp: try moment(), settings: try settings(),
            agents: [.init(name: "Awa Diop", account: "a.diop"), .init(name: "Moussa Fall", account: "m.fall")],
            words: .init(
                statement: "Avons ouvert le conteneur GESU2409420 et compté 1 200 cartons de téléphones, "
                    + "dont 400 ne figurent pas à la liste de colisage.",
                reply: "« L’écart vient d’une erreur de l’expéditeur », déclare le représentant de l’importateur."),
            cases: try (1...max(1, cases)).map { try Self.one($0, articles: articles, verdict: verdict) })
    }

    private static func one(_ rank: Int, articles: Int, verdict: Bool) throws -> ProcesVerbal.Case {
        .init(
            number: "2026/18N/00451\(rank)", version: 1,
            particulars: [
                .init("Destinataire", "SÉNÉGAL TÉLÉPHONIE ET ŒUVRES SARL"), .init("NINEA", "002791699"),
                .init("Adresse du destinataire", "Rue 12 × Corniche, Dakar"), .init("Déclarant", "Transit du Cap-Vert"),
                .init("Régime", "C100"), .init("Pays de provenance", "CN"),
                .init("Date d’enregistrement", "14/02/2026"),
            ],
            articles: (1...articles).map { appraisal($0) },
            remarks: [
                .init(
                    code: "caf_inferieure_fob", sentence: "Article 1 : la valeur CAF est inférieure à la valeur FOB.",
                    reference: "Code des douanes, art. 97 (valeur)"),
                .init(code: "poids_par_colis", sentence: "Un colis pèserait 1 240 kg."),
            ],
            verdict: verdict
                ? .init(
                    given: try moment(5), agent: "Awa Diop", result: "fraude", evidence: "physique",
                    fraudType: "minoration de valeur", amount: 4_812_300,
                    comments: "Facture pro forma retrouvée dans le conteneur.") : nil,
            inference: .init(
                decision: "0190a6f4-7b1c-7def-8a3b-0123456789ab", day: try moment().date, lane: "fraude",
                model: "chap85 2026.02.1", probability: 0.834, low: 0.21, high: 0.47,
                reasons: ["La probabilité de fraude, 83 %, dépasse le seuil de contrôle physique (47 %)"],
                contributions: [
                    "Le prix vaut 0,31 fois le prix habituel de cette marchandise",
                    "L’importateur n’a encore jamais déclaré cette marchandise",
                ], isolation: "Plus inhabituelle que 98,7 % des déclarations dont le modèle a appris",
                recordHash: String(repeating: "3fa9", count: 16)))
    }

    private static func appraisal(_ rank: Int) -> ArticleAppraisal {
        let taxes: [(String, String, Double)] = [
            ("01", "DD", 20), ("03", "RS", 1), ("10", "COSEC", 0.4), ("05", "TVA", 18),
        ]
        let value = 4_200_000.0 * Double(rank)
        return .init(
            rank: rank, code: "8517120000",
            description: "Téléphones portables intelligents, écran 6,5 pouces, double SIM",
            origin: "CN", netWeight: 1250.5, declared: value, liquidated: value * 0.4,
            estimate: rank % 3 == 0
                ? nil
                : .init(value: value * 2.5, basis: .comparable, unitPrice: 8397.44, unit: "kg", operations: 134),
            unestimated: rank % 3 == 0 ? "3 opérations comparables seulement, sur 10 requises" : nil,
            taxes: rank % 3 == 0
                ? []
                : taxes.map {
                    .init(
                        code: $0.0, symbol: $0.1, rate: $0.2, onDeclared: (value * $0.2 / 100).rounded(),
                        onEstimate: (value * 2.5 * $0.2 / 100).rounded())
                }, reserve: nil, isOwed: rank % 3 != 0)
    }

    static func standing(_ act: ProcesVerbal) -> ProcesVerbalStanding {
        ProcesVerbalStanding(
            agents: [first, second], hash: act.contentHash, unsettled: act.casesWithoutFinding.count)
    }

    static func signed(_ act: ProcesVerbal) throws -> ProcesVerbalStanding {
        var standing = standing(act)
        for (agent, minute) in [(first, 40), (second, 55)] {
            try standing.apply(
                .sign(hash: act.contentHash), by: .init(account: agent, isChief: false), at: try moment(minute))
        }
        return standing
    }
}
