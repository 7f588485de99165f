import Crypto
import Analysis
import HTTP
import JSON
import Platform

/// Files of declarations: tables, and documents that are read.
struct UploadRoutes {
    let analysis: AnalysisService
    let uploads: UploadReceiver
    let intake: FileIntake
    let jobs: Jobs
    let once: Idempotency

    var routes: [Route] { [upload] }

    static let limits = Route.Limits(body: 200 << 20, seconds: 600)
    static let outputs: [Route.Output] = [
        .init(.unsupportedMediaType, of: problem, "Ce n'est pas un formulaire, ou le fichier est d'une autre sorte"),
        .init(.contentTooLarge, of: problem, "Le fichier est trop grand"),
        .init(.accepted, JobRoutes.schema, "Le fichier est long : un travail s'en occupe"),
        .init(.tooManyRequests, of: problem, "Trop de travaux attendent"),
        .init(.serviceUnavailable, of: problem, "La lecture des documents n'est pas disponible"),
    ]
    private static let problem = "application/problem+json"

    private var upload: Route {
        Route(
            .post, "/api/v2/declarations/upload", access: .permission(.upload),
            .init(
                "envoiDeclarations", tag: DeclarationRoutes.tag,
                "Analyse et enregistre les déclarations d'un fichier CSV, XLSX, JSON, PDF, PNG, JPEG ou TIFF",
                details: """
                    Champs du formulaire : `file`, et au besoin `chapitre`. Les bonnes lignes sont prises, les autres
                    rendues avec leur ligne, leur colonne et la raison. Le fichier est gardé, et reconnu s'il revient. Une
                    déclaration lue sur une image n'est jamais proposée conforme avant qu'une personne l'ait vérifiée.
                    Un document dont le numéro ne se lit pas est rendu (422) avec ce qui a pu être lu. Un fichier long, ou
                    tout fichier avec `Prefer: respond-async`, devient un travail (202).
                    """),
            parameters: [DeclarationRoutes.contributions, DeclarationRoutes.simulation, Idempotency.parameter],
            input: .init(["multipart/form-data"], .any, delivery: .streamed),
            outputs: [
                .init(.created, AnalysisSchema.batch, "Les analyses et les rejets"),
                .init(.ok, AnalysisSchema.batch, "Rien n'était nouveau, ou rien n'a été enregistré"),
                DeclarationRoutes.invalid, Idempotency.output,
            ] + Self.outputs,
            limits: Self.limits, rate: .upload, auditEvent: "declaration.analysee",
            handler: .task { request in try await take(request, chapter: nil) })
    }

    /// - Parameter chapter: that of the path; nil: that of the form, if it names one.
    func take(_ request: Request, chapter: String?) async throws -> Response {
        let upload = try await uploads.receive(request, Upload.Limits(fileBytes: Self.limits.body))
        var chapter = chapter
        if chapter == nil, let text = upload.text("chapitre"), !text.isEmpty {
            chapter = try ChapterRoutes.chapter(text, analysis.loaded())
        }
        let submission = try Submission(request, chapter: chapter, source: "fichier")
        guard let sent = upload.files.first(where: { $0.name == "file" }) else {
            throw Problem(
                .validationFailed, "Un fichier est attendu dans le champ « file ».",
                items: [.init(pointer: "file", code: "missing", message: "le fichier manque")])
        }
        let file = try await uploads.pool.run { try SentFile(sent.stored, name: sent.originalName) }
        // However the form was put together.
        let content = Array("\(file.content.hexadecimal)|\(chapter ?? "")".utf8)
        return try await once.answer(request, content) { try await take(file, submission, request) }
    }

    private func take(_ file: SentFile, _ submission: Submission, _ request: Request) async throws -> Response {
        let prefersJob = request.header("prefer")?.lowercased().contains("respond-async") ?? false
        if !prefersJob || submission.isSimulation,
            let opened = try await intake.open(
                file, chapter: submission.chapter, .init())
        {
            return try await answer(opened, file, submission)
        }
        guard !submission.isSimulation else {
            throw Problem(
                .validationFailed, "Une simulation porte sur \(FileIntake.Limits().rows) lignes au plus.",
                items: [.init(pointer: "file", code: "simulation_too_long", message: "le fichier est trop long")])
        }
        let job = try await jobs.start(file, submission)
        return Response(.accepted, .json, job.jsonBytes()).adding("Location", job.path).adding("Retry-After", "2")
    }

    private func answer(
        _ opened: FileIntake.Opened, _ file: SentFile, _ submission: Submission
    ) async throws -> Response {
        let ready = try await intake.keep(opened, file, submission)
        if ready.handed.count == 0, file.isDocument { throw unreadable(ready, submission) }
        let answers = try await analysis.submit(ready.handed, submission)
        var writer = JSONWriter()
        opened.write(file, ready.document, to: &writer)
        return BatchAnswer(
            answers: answers, rejects: ready.rejects, rejected: ready.rejected, file: writer.finish()
        ).response()
    }

    /// A document of which nothing can be handed in: what was read is given back, for a person to complete.
    private func unreadable(_ ready: FileIntake.Ready, _ submission: Submission) -> Problem {
        var problem = Problem(
            .validationFailed, ready.rejects.first?.message,
            items: ready.rejects.map { .init(pointer: "/numero", code: $0.code, message: $0.message) })
        if let document = ready.document { problem.members.append(.init("document_id", .string(document.description))) }
        guard let vocabulary = try? analysis.loaded().office.vocabulary else { return problem }
        let (fields, disclosure) = (DocumentFields(vocabulary), Disclosure(to: submission.principal))
        let read = ready.extractions.compactMap { try? JSONValue(parsing: $0) }
        problem.members.append(.init("extractions", .array(read.map { fields.shown($0, disclosure) })))
        return problem
    }
}
