import Analysis
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Trees

extension Permission {
    static let viewChapters = Permission("view_chapters")
}

/// Chapters: their packs, their features, their models, their thresholds.
struct ChapterRoutes {
    let analysis: AnalysisService

    var routes: [Route] { [chapters, config, features, model] }

    private static let tag = "Chapitres"
    static let chapter = Route.Parameter(.path, "chapitre", .string(maxLength: 8), "« 30 » ou « chap30 »")
    static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Ce chapitre n'a pas de pack")

    /// The chapter of the path; one without a pack is not found.
    static func chapter(of request: Request, _ running: Running) throws(Problem) -> String {
        try chapter(request.parameter("chapitre") ?? "", running)
    }

    static func chapter(_ text: String, _ running: Running) throws(Problem) -> String {
        let chapter = text.hasPrefix("chap") ? String(text.dropFirst(4)) : text
        guard running.office.packs.chapters.contains(chapter) else {
            throw Problem(.notFound, "Le chapitre « \(chapter.prefix(8)) » n'a pas de pack.")
        }
        return chapter
    }

    private func route(
        _ path: PathTemplate, _ operation: String, _ summary: String,
        _ write: @escaping @Sendable (FeatureSet, Running, inout JSONWriter) throws -> Void
    ) -> Route {
        Route(
            .get, path, access: .permission(.viewChapters), .init(operation, tag: Self.tag, summary),
            parameters: [Self.chapter], outputs: [.init(.ok, .map(.any), summary), Self.unknown],
            handler: .task { [analysis] request in
                let running = try analysis.loaded()
                guard let set = running.office.packs.sets[try Self.chapter(of: request, running)] else {
                    throw Problem(.notFound)
                }
                var json = JSONWriter()
                try json.object { json in
                    json.member("chapitre", set.chapter)
                    try write(set, running, &json)
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private var chapters: Route {
        Route(
            .get, "/predict/chapters", access: .permission(.viewChapters),
            .init("chapitres", tag: Self.tag, "Les chapitres qui ont un pack"),
            outputs: [.init(.ok, .map(.any), "Les chapitres")],
            handler: .task { [analysis] _ in
                let running = try analysis.loaded()
                var json = JSONWriter()
                json.object { json in
                    json.key("chapitres")
                    json.array { json in
                        for chapter in running.office.packs.chapters {
                            guard let set = running.office.packs.sets[chapter] else { continue }
                            json.object { json in
                                json.member("chapitre", chapter)
                                json.member("libelle", set.label)
                                json.member("caracteristiques", set.schema.fields.count)
                                Self.write(running.models[chapter], to: &json)
                            }
                        }
                    }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private static func write(_ model: ChapterModel?, to json: inout JSONWriter) {
        json.member("model_name", model?.manifest.name)
        json.member("model_version", model?.manifest.version)
    }

    private var config: Route {
        route("/predict/{chapitre}/config", "chapitre", "Le pack d'un chapitre et sa politique") { set, running, json in
            json.member("libelle", set.label)
            json.member("pack", set.fingerprint)
            Self.write(running.models[set.chapter], to: &json)
            json.member("politique", running.withLive { $0.policies[set.chapter] })
        }
    }

    private var features: Route {
        route("/predict/{chapitre}/features", "caracteristiques", "Les caractéristiques d'un chapitre") {
            set, running, json in
            let used = Set(running.models[set.chapter]?.manifest.columns.map(\.name) ?? [])
            json.key("features")
            json.array { json in
                for feature in set.features where feature.place != nil {
                    json.object { json in
                        json.member("feature_name", feature.name)
                        json.member("libelle", feature.definition.label)
                        json.member("famille", feature.definition.family.rawValue)
                        json.member("nature", feature.definition.nature.rawValue)
                        json.member("usage", feature.definition.usage.rawValue)
                        json.member("formule", feature.canonical)
                        json.member("unite", ifPresent: feature.definition.measure)
                        json.member("reference", ifPresent: feature.definition.reference)
                        json.member("interroge_le_passe", feature.asksPast)
                        json.member("employee_par_le_modele", used.contains(feature.name))
                    }
                }
            }
        }
    }

    private var model: Route {
        route("/predict/{chapitre}/model-info", "modele", "Le modèle d'un chapitre, avec ses mesures") {
            set, running, json in
            guard let model = running.models[set.chapter] else {
                Self.write(nil, to: &json)
                json.member("raison", "Aucun modèle n’est installé : les dossiers restent en zone grise.")
                return
            }
            let manifest = model.manifest
            Self.write(model, to: &json)
            json.member("empreinte", model.fingerprint)
            json.member("cree", manifest.created)
            json.member("bibliotheque", "\(manifest.library) \(manifest.libraryVersion)")
            json.member("colonnes", manifest.columns.count)
            json.member("pack_identique", !model.isOfOtherPack)
            // Measured on outcomes that people verified, and on all: never mixed.
            json.member("mesures_verifiees", ifPresent: manifest.verifiedMeasures)
            json.member("mesures_toutes", ifPresent: manifest.allMeasures)
            json.member("isolement", ifPresent: manifest.isolation)
            json.key("avertissements")
            json.array { json in for warning in manifest.warnings { json.string(warning) } }
        }
    }
}
