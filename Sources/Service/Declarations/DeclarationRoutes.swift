import Customs
import HTTP
import JSON
import Platform

extension Permission {
    static let upload = Permission("upload_documents")
    static let viewPredictions = Permission("view_predictions")
}

/// Declarations that are handed in.
struct DeclarationRoutes {
    let analysis: AnalysisService
    let uploads: UploadReceiver

    var routes: [Route] { [submit, predict, upload, predictFile] }

    static let tag = "Déclarations"
    static let invalid = Route.Output(
        .unprocessableContent, of: "application/problem+json", "Les déclarations ne sont pas valables")
    static let taken = Route.Output(
        .conflict, of: "application/problem+json", "Le numéro est déjà enregistré avec un autre contenu")
    private static let noForm = Route.Output(
        .unsupportedMediaType, of: "application/problem+json", "Le corps n'est pas un formulaire multipart/form-data")
    private static let json = Route.Input(["application/json"], .either([.map(.any), .array(.map(.any))]))
    private static let limits = Route.Limits(body: 16 << 20, seconds: 120)
    private static let fileLimits = Route.Limits(body: 64 << 20, seconds: 600)
    static let contributions = Route.Parameter(
        .query, "contributions", .words(["toutes"]), "Toutes les contributions, et non les dix plus fortes")
    private static let simulation = Route.Parameter(
        .query, "simulation", .boolean, "Analyse sans rien enregistrer")
    private static let accepted: [Route.Output] = [
        .init(.created, AnalysisSchema.either, "L'analyse, ou celles de la liste avec les rejets"),
        .init(.ok, AnalysisSchema.either, "La même déclaration était enregistrée, ou rien ne l'a été"),
        invalid, taken,
    ]

    private var submit: Route {
        Route(
            .post, "/api/v2/declarations", access: .permission(.upload),
            .init(
                "declarations", tag: Self.tag, "Analyse et enregistre une déclaration, ou une liste",
                details:
                    "Une déclaration a ses champs et ses `articles`. La même envoyée de nouveau reçoit la même réponse."
            ),
            parameters: [Self.contributions, Self.simulation], input: Self.json, outputs: Self.accepted,
            limits: Self.limits, rate: .upload, admitsKeys: true, auditEvent: "declaration.analysee",
            handler: .task { request in try await take(request, chapter: nil) })
    }

    private var predict: Route {
        Route(
            .post, "/predict/{chapitre}/declarations", access: .permission(.upload),
            .init("predictions", tag: Self.tag, "Analyse et enregistre des déclarations d'un chapitre"),
            parameters: [ChapterRoutes.chapter, Self.contributions, Self.simulation], input: Self.json,
            outputs: Self.accepted + [ChapterRoutes.unknown], limits: Self.limits, rate: .upload, admitsKeys: true,
            auditEvent: "declaration.analysee",
            handler: .task { request in try await take(request, chapter: chapter(request)) })
    }

    private var upload: Route {
        Route(
            .post, "/api/v2/declarations/upload", access: .permission(.upload),
            .init(
                "envoiDeclarations", tag: Self.tag, "Analyse et enregistre les déclarations d'un fichier CSV ou XLSX",
                details: "Les bonnes lignes sont prises, les autres rendues avec leur ligne, leur colonne et la raison."
            ),
            parameters: [Self.contributions, Self.simulation],
            input: .init(["multipart/form-data"], .any, delivery: .streamed),
            outputs: [.init(.created, AnalysisSchema.batch, "Les analyses et les rejets"), Self.invalid, Self.noForm],
            limits: Self.fileLimits, rate: .upload, auditEvent: "declaration.analysee",
            handler: .task { request in try await takeFile(request, chapter: nil) })
    }

    private var predictFile: Route {
        Route(
            .post, "/predict/{chapitre}", access: .permission(.upload),
            .init("prediction", tag: Self.tag, "Analyse en temps réel : un fichier, ou du JSON"),
            parameters: [ChapterRoutes.chapter, Self.contributions, Self.simulation],
            input: .init(["application/json", "multipart/form-data"], .any, delivery: .streamed),
            outputs: Self.accepted + [ChapterRoutes.unknown], limits: Self.fileLimits, rate: .upload,
            admitsKeys: true, auditEvent: "declaration.analysee",
            handler: .task { request in
                let chapter = try chapter(request)
                let isForm = request.withHeader("content-type") { field in
                    field.map { String(decoding: $0, as: UTF8.self).lowercased().hasPrefix("multipart/") } ?? false
                }
                if isForm { return try await takeFile(request, chapter: chapter) }
                return try await take(request, chapter: chapter)
            })
    }

    private func chapter(_ request: Request) throws(Problem) -> String {
        try ChapterRoutes.chapter(of: request, analysis.loaded())
    }

    private func submission(_ request: Request, chapter: String?, source: String) throws -> Submission {
        let query = try request.query
        for name in try query.names where name != "contributions" && name != "simulation" {
            throw Problem(
                .validationFailed,
                items: [.init(pointer: name, code: "unknown_field", message: "ce paramètre n'existe pas")])
        }
        var submission = Submission(principal: try request.signedIn(), actor: request.actor)
        (submission.chapter, submission.source) = (chapter, source)
        submission.isSimulation = try query.single("simulation") == "true"
        if try query.single("contributions") == "toutes" { submission.strongest = .max }
        return submission
    }

    private func take(_ request: Request, chapter: String?) async throws -> Response {
        let submission = try submission(request, chapter: chapter, source: "api")
        let running = try analysis.loaded()
        let bytes = try await request.wholeBody(limit: Self.limits.body)
        let isList = bytes.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d } == UInt8(ascii: "[")
        let file = try await analysis.read(bytes, chapter: chapter, running)
        if !isList, file.declarationCount <= 1 { return try await takeOne(file, submission) }
        return BatchAnswer(file: file, answers: try await analysis.submit(file, submission)).response(nil)
    }

    private func takeOne(_ file: DeclarationFile, _ submission: Submission) async throws -> Response {
        let items = file.rejected.flatMap { row in
            row.reasons.map { reason in
                Problem.Item(
                    pointer: reason.field.map { "/" + file.vocabulary.fields[$0].name } ?? "",
                    code: reason.text(file.vocabulary), message: reason.message(file.vocabulary))
            }
        }
        guard items.isEmpty, file.declarationCount == 1 else {
            throw Problem(.validationFailed, "La déclaration n'est pas valable.", items: items)
        }
        let answer = try await analysis.submit(file, submission)[0]
        switch answer.state {
        case .recorded: return Response(.created, .json, answer.json)
        case .known, .simulated: return Response(.ok, .json, answer.json)
        case .refused("hors_bureau", let message): throw Problem(.forbidden, message)
        case .refused("numero_invalide", let message):
            throw Problem(
                .validationFailed, message,
                items: [.init(pointer: "/numero", code: "numero_invalide", message: message)])
        case .refused(let code, let message):
            throw Problem(.conflict, message, items: [.init(pointer: "/numero", code: code, message: message)])
        }
    }

    private func takeFile(_ request: Request, chapter: String?) async throws -> Response {
        let limits = Upload.Limits(fileBytes: Self.fileLimits.body)
        let upload = try await uploads.receive(request, limits)
        let running = try analysis.loaded()
        var chapter = chapter
        if chapter == nil, let text = upload.text("chapitre"), !text.isEmpty {
            chapter = try ChapterRoutes.chapter(text, running)
        }
        let submission = try submission(request, chapter: chapter, source: "fichier")
        guard let sent = upload.files.first(where: { $0.name == "file" }) else {
            throw Problem(
                .validationFailed, "Un fichier est attendu dans le champ « file ».",
                items: [.init(pointer: "file", code: "missing", message: "le fichier manque")])
        }
        let file = try await analysis.read(sent.stored, chapter: chapter, running)
        let answers = try await analysis.submit(file, submission)
        return BatchAnswer(file: file, answers: answers).response(sent)
    }
}

/// What is answered to many declarations at once.
struct BatchAnswer {
    let file: DeclarationFile
    let answers: [Answer]

    func response(_ upload: Upload.File?) -> Response {
        let isNew = answers.contains { if case .recorded = $0.state { true } else { false } }
        var writer = JSONWriter()
        writer.object { writer in
            if let upload {
                writer.key("fichier")
                writer.object { writer in
                    writer.member("nom", upload.originalName)
                    writer.member("octets", upload.stored.size)
                    writer.member("lignes", file.recordCount)
                    writer.member("encodage", file.encoding)
                }
            }
            writer.key("declarations")
            writer.array { writer in for answer in answers where !answer.json.isEmpty { writer.raw(answer.json) } }
            writer.key("rejets")
            writer.array { writer in
                file.writeRejects(to: &writer)
                for answer in answers {
                    guard case .refused(let code, let message) = answer.state else { continue }
                    writer.object { writer in
                        writer.member("numero_declaration", answer.number)
                        writer.member("code", code)
                        writer.member("message", message)
                    }
                }
            }
            writer.key("statistiques")
            writeStatistics(to: &writer)
        }
        return Response(isNew ? .created : .ok, .json, writer.finish())
    }

    private func writeStatistics(to writer: inout JSONWriter) {
        func count(_ lane: String) -> Int { answers.count { $0.lane == lane } }
        let refused = answers.count { $0.json.isEmpty }
        writer.object { writer in
            writer.member("total", answers.count - refused)
            for lane: StaticString in ["conforme", "zone_grise", "fraude"] {
                writer.member(lane, count(lane.description))
            }
            writer.member("rejetees", file.rejected.count + refused)
        }
    }
}
