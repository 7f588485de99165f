import Analysis
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// What helps a person to judge a prediction: what became of cases like it, and what would have changed its lane.
struct ExplanationRoutes {
    let analysis: AnalysisService

    var routes: [Route] { [similar, counterfactual] }

    // MARK: Cases

    private static let mostCases = 1...10

    private var similar: Route {
        Route(
            .get, "/api/v2/declarations/{annee}/{bureau}/{numero}/cas-proches", access: .permission(.viewPredictions),
            .init(
                "casProches", tag: DeclarationRoutes.tag, "Les cas contrôlés les plus proches, conformes et frauduleux",
                details:
                    "Proches par les caractéristiques qui ont le plus compté pour le modèle, chacune à son poids ; seules les issues vérifiées par un contrôle."
            ),
            parameters: RecordRoutes.number + [
                .init(.query, "nombre", .integer(Self.mostCases), "Combien de chaque ; 3 par défaut")
            ],
            outputs: [.init(.ok, .map(.any), "Les cas"), QueueRoutes.unknown, DeclarationRoutes.invalid],
            rate: .export, isOfficeScoped: true, handler: .task { request in try await showCases(request) })
    }

    private static func count(_ request: Request) throws -> Int {
        guard let text = try request.query.single("nombre") else { return 3 }
        guard let asked = Int(text), mostCases ~= asked else {
            throw Problem(.validationFailed, items: [.init(pointer: "nombre", code: "invalid", message: "de 1 à 10")])
        }
        return asked
    }

    private func showCases(_ request: Request) async throws -> Response {
        let number = RecordRoutes.number(of: request)
        let database = analysis.database.seen(by: try request.signedIn())
        let count = try Self.count(request)
        guard !number.utf8.contains(0), let one = try await SimilarStore.subject(number, database) else {
            throw Problem(.notFound)
        }
        var json = JSONWriter()
        guard let features = one.features, let search = try SimilarCases(features) else {
            json.object { json in
                json.member("numero_declaration", number)
                json.member("raison", "Aucun modèle ne s’est prononcé : rien ne dit ce qui rapproche deux cas.")
                for result: StaticString in ["conformes", "frauduleux"] {
                    json.key(result)
                    json.array { _ in }
                }
            }
            return Response(.ok, .json, json.finish())
        }
        let cases = try await SimilarStore.cases(
            like: one, features, numbers: search.numberSlots, texts: search.textSlots, database)
        let nearest = try await analysis.pool.run { search.nearest(count, among: cases) }
        let set = try analysis.loaded().office.packs.sets[features.pack]
        json.object { json in
            json.member("numero_declaration", number)
            json.member("raison", cases.isEmpty ? "Aucun cas comparable n’a encore d’issue vérifiée." : nil)
            json.member("compares", cases.count)
            for (name, found) in [
                ("conformes" as StaticString, nearest.conforme), ("frauduleux" as StaticString, nearest.fraud),
            ] {
                json.key(name)
                json.array { json in for neighbour in found { Self.write(neighbour, search, set, to: &json) } }
            }
        }
        return Response(.ok, .json, json.finish())
    }

    private static func write(
        _ neighbour: SimilarCases.Neighbour, _ search: SimilarCases, _ set: FeatureSet?, to json: inout JSONWriter
    ) {
        let one = neighbour.one
        json.object { json in
            json.member("numero_declaration", one.number)
            json.member("date_enregistrement", one.date?.description)
            json.member("position", one.heading)
            json.member("resultat", one.result)
            json.member("preuve", one.evidence)
            json.member("type_fraude", one.fraudType)
            json.member("montant", one.amount)
            json.member("connue_le", one.known.description)
            json.member("distance", (neighbour.distance * 1000).rounded() / 1000)
            for (name, agrees) in [("ressemblances" as StaticString, true), ("differences" as StaticString, false)] {
                json.key(name)
                json.array { json in
                    for (place, feature) in search.features.enumerated() where neighbour.agrees[place] == agrees {
                        json.object { json in
                            json.member("feature_name", feature.name)
                            json.member("libelle", set?[feature.name]?.definition.label ?? feature.name)
                            json.member("ici", feature.shown(search.own[place]))
                            json.member("la_bas", feature.shown(neighbour.values[place]))
                        }
                    }
                }
            }
        }
    }

    // MARK: Changes

    private static let changeShape = Schema.object([
        .init("champ", .words(Lever.all.map(\.code))), .init("libelle", .string()), .init("facteur", .number()),
        .init("declare", .number()), .init("il_faudrait", .number()), .init("unite", .string()),
        .init("voie", AnalysisSchema.lane),
        .init("tient_au_dela", .described("Tout changement plus grand essayé donne la même voie.", .boolean)),
        .init("phrase", .string()),
    ])

    private var counterfactual: Route {
        Route(
            .get, "/api/v2/declarations/{annee}/{bureau}/{numero}/contrefactuel", access: .permission(.workQueue),
            .init(
                "contrefactuel", tag: DeclarationRoutes.tag,
                "Le plus petit changement plausible qui changerait la voie",
                details:
                    "Par simulation, rien n'est enregistré ni tiré : ce que la probabilité, les seuils et les garde-fous proposeraient aujourd'hui. Réservé à ceux qui contrôlent."
            ),
            parameters: RecordRoutes.number,
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("numero_declaration", .string()),
                        .init("predicted_class", .nullable(AnalysisSchema.lane)),
                        .init("fraud_probability", .nullable(.number(0...1))), .init("phrase", .string()),
                        .init("changements", .array(Self.changeShape)),
                    ]), "Ce qui changerait la voie, ou que rien de plausible ne la changerait"), QueueRoutes.unknown,
            ],
            limits: .init(seconds: 60), rate: .export, isOfficeScoped: true,
            handler: .task { request in try await showChanges(request) })
    }

    private func showChanges(_ request: Request) async throws -> Response {
        let number = RecordRoutes.number(of: request)
        let database = analysis.database.seen(by: try request.signedIn())
        guard !number.utf8.contains(0), let stored = try await DeclarationStore.stored(number, database) else {
            throw Problem(.notFound)
        }
        let identities = try await SealedParties.open(
            [(stored.id, stored.version, stored.parties)], analysis.vault, database)[0]
        let record = try await RecordStore.detail(number, database)?.record.map {
            try DecisionRecord(parsing: Array($0.utf8))
        }
        let found = try await analysis.counterfactual(
            of: stored, identities, under: record?.request.conditions ?? [])
        let before = record?.withoutDraw
        // What is simulated now must begin where the decision began, or it explains another one.
        let hasMoved = before.map { before in found.map { $0.lane != before.lane } ?? false } ?? false
        var json = JSONWriter()
        json.object { json in
            json.member("numero_declaration", number)
            json.member("predicted_class", found?.lane)
            json.member("fraud_probability", found?.probability)
            let changes = hasMoved ? [] : found?.changes ?? []
            if let found {
                let moved =
                    "Depuis l’analyse, le passé connu ou le modèle a changé : une simulation ne partirait plus du même point. Aucun changement n’est proposé."
                json.member("phrase", hasMoved ? moved : found.sentence)
            } else {
                json.member("phrase", "Aucun modèle ne se prononce sur cette déclaration : rien ne peut être simulé.")
            }
            json.key("changements")
            json.array { json in for change in changes { Self.write(change, to: &json) } }
        }
        return Response(.ok, .json, json.finish())
    }

    private static func write(_ change: Counterfactual.Change, to json: inout JSONWriter) {
        json.object { json in
            json.member("champ", change.lever.code)
            json.member("libelle", change.lever.label)
            json.member("facteur", (change.change.factor * 10_000).rounded() / 10_000)
            json.member("declare", change.declared)
            json.member("il_faudrait", change.wanted)
            json.member("unite", change.unit)
            json.member("voie", change.change.lane)
            json.member("tient_au_dela", change.change.holdsBeyond)
            json.member("phrase", change.sentence)
        }
    }
}
