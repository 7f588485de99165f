import Customs
import HTTP
import JSON
import Platform
import Reading

extension Permission {
    static let upload = Permission("upload_documents")
    static let viewPredictions = Permission("view_predictions")
}

/// Declarations that are handed in as JSON, or one by one as files.
struct DeclarationRoutes {
    let analysis: AnalysisService
    let files: UploadRoutes
    let once: Idempotency
    let completion: DocumentCompletion

    var routes: [Route] { [submit, predict, predictFile] }

    static let tag = "Déclarations"
    static let invalid = Route.Output(
        .unprocessableContent, of: "application/problem+json", "Les déclarations ne sont pas valables")
    static let taken = Route.Output(
        .conflict, of: "application/problem+json", "Le numéro est déjà enregistré avec un autre contenu")
    private static let json = Route.Input(["application/json"], .either([.map(.any), .array(.map(.any))]))
    private static let limits = Route.Limits(body: 16 << 20, seconds: 120)
    private static let document = Route.Parameter(
        .query, "document_id", .string(format: "uuid"),
        "Le document dont une personne a relevé cette déclaration, ou complété la lecture")
    static let contributions = Route.Parameter(
        .query, "contributions", .words(["toutes"]), "Toutes les contributions, et non les dix plus fortes")
    static let simulation = Route.Parameter(
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
            parameters: [Self.contributions, Self.simulation, Self.document, Idempotency.parameter],
            input: Self.json, outputs: Self.accepted,
            limits: Self.limits, rate: .upload, admitsKeys: true, auditEvent: "declaration.analysee",
            handler: .task { request in try await take(request, chapter: nil) })
    }

    private var predict: Route {
        Route(
            .post, "/predict/{chapitre}/declarations", access: .permission(.upload),
            .init("predictions", tag: Self.tag, "Analyse et enregistre des déclarations d'un chapitre"),
            parameters: [ChapterRoutes.chapter, Self.contributions, Self.simulation, Idempotency.parameter],
            input: Self.json,
            outputs: Self.accepted + [ChapterRoutes.unknown], limits: Self.limits, rate: .upload, admitsKeys: true,
            auditEvent: "declaration.analysee",
            handler: .task { request in try await take(request, chapter: chapter(request)) })
    }

    private var predictFile: Route {
        Route(
            .post, "/predict/{chapitre}", access: .permission(.upload),
            .init("prediction", tag: Self.tag, "Analyse en temps réel : un fichier, ou du JSON"),
            parameters: [ChapterRoutes.chapter, Self.contributions, Self.simulation, Idempotency.parameter],
            input: .init(["application/json", "multipart/form-data"], .any, delivery: .streamed),
            outputs: Self.accepted + [ChapterRoutes.unknown] + UploadRoutes.outputs, limits: UploadRoutes.limits,
            rate: .upload, admitsKeys: true, auditEvent: "declaration.analysee",
            handler: .task { request in
                let chapter = try chapter(request)
                let isForm = request.withHeader("content-type") { field in
                    field.map { String(decoding: $0, as: UTF8.self).lowercased().hasPrefix("multipart/") } ?? false
                }
                if isForm { return try await files.take(request, chapter: chapter) }
                return try await take(request, chapter: chapter)
            })
    }

    private func chapter(_ request: Request) throws(Problem) -> String {
        try ChapterRoutes.chapter(of: request, analysis.loaded())
    }

    private func take(_ request: Request, chapter: String?) async throws -> Response {
        let submission = try Submission(request, chapter: chapter, source: "api")
        let running = try analysis.loaded()
        let bytes = try await request.wholeBody(limit: Self.limits.body)
        return try await once.answer(request, bytes) {
            try await take(bytes, submission, running)
        }
    }

    private func take(_ bytes: [UInt8], _ submission: Submission, _ running: Running) async throws -> Response {
        let isList = bytes.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d } == UInt8(ascii: "[")
        guard !isList, submission.document == nil else {
            let file = try await analysis.read(bytes, chapter: submission.chapter, running)
            return try await isList ? takeMany(file, submission) : takeCompleted(file, submission)
        }
        let (file, answer) = try await analysis.submit(one: bytes, submission, running)
        if let answer { return try Self.response(answer) }
        try AnalysisService.check(file, kinds: [.json])
        guard file.declarationCount <= 1 else { return try await takeMany(file, submission) }
        throw Self.invalid(file)
    }

    private func takeMany(_ file: DeclarationFile, _ submission: Submission) async throws -> Response {
        guard submission.document == nil else {
            throw Problem(
                .validationFailed,
                items: [.init(pointer: "document_id", code: "invalid", message: "une déclaration à la fois")])
        }
        let answers = try await analysis.submit(Handed(file), submission)
        return BatchAnswer(answers: answers, rejects: file.rejects, rejected: file.rejected.count).response()
    }

    /// What a person read on a document.
    private func takeCompleted(_ file: DeclarationFile, _ submission: Submission) async throws -> Response {
        guard file.declarationCount <= 1 else { return try await takeMany(file, submission) }
        guard file.isOneDeclaration else { throw Self.invalid(file) }
        let declaration = file.declaration(0)
        let origin = try await completion.origin(of: declaration, submission)
        return try Self.response(try await analysis.submit(Handed(declaration, origin), submission)[0])
    }

    private static func invalid(_ file: DeclarationFile) -> Problem {
        let items = file.rejected.flatMap { row in
            row.reasons.map { reason in
                Problem.Item(
                    pointer: reason.field.map { "/" + file.vocabulary.fields[$0].name } ?? "",
                    code: reason.text(file.vocabulary), message: reason.message(file.vocabulary))
            }
        }
        return Problem(.validationFailed, "La déclaration n'est pas valable.", items: items)
    }

    private static func response(_ answer: Answer) throws(Problem) -> Response {
        switch answer.state {
        case .recorded: return Response(.created, .json, answer.json)
        case .known, .simulated: return Response(.ok, .json, answer.json)
        case .refused("hors_bureau", let message): throw Problem(.forbidden, message)
        case .refused("declaration_purgee", let message): throw Problem(.gone, message)
        case .refused("numero_invalide", let message):
            throw Problem(
                .validationFailed, message,
                items: [.init(pointer: "/numero", code: "numero_invalide", message: message)])
        case .refused(let code, let message):
            throw Problem(.conflict, message, items: [.init(pointer: "/numero", code: code, message: message)])
        }
    }
}

extension Submission {
    /// As the request's query says.
    init(_ request: Request, chapter: String?, source: String) throws {
        let query = try request.query
        let document = try query.single("document_id")
        let known: Set<String> = ["contributions", "simulation", "document_id"]
        for name in try query.names where !known.contains(name) {
            throw Problem(
                .validationFailed,
                items: [.init(pointer: name, code: "unknown_field", message: "ce paramètre n'existe pas")])
        }
        self.init(principal: try request.signedIn(), actor: request.actor)
        (self.chapter, self.source) = (chapter, source)
        isSimulation = try query.single("simulation") == "true"
        if try query.single("contributions") == "toutes" { wantsAll = true }
        guard let document else { return }
        self.document = UUIDv7(document)
        guard self.document != nil, source == "api" else {
            throw Problem(
                .validationFailed,
                items: [.init(pointer: "document_id", code: "invalid", message: "ce n'est pas un document")])
        }
    }
}
