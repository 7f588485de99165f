import Analysis
import Customs
import HTTP
import JSON
import Platform

/// Lists of declarations of which each has its own result, and declarations that are only looked at for their faults.
struct BatchRoutes {
    let analysis: AnalysisService
    let once: Idempotency

    var routes: [Route] { [batch, validate] }

    /// Elements of a list.
    static let most = 1000
    private static let limits = Route.Limits(body: 16 << 20, seconds: 120)
    private static let json = Route.Input(["application/json"], .array(.map(.any)))
    private static let tooMany = Route.Output(
        .contentTooLarge, of: "application/problem+json", "La liste est trop longue")
    private static let malformed = Route.Output(
        .badRequest, of: "application/problem+json", "Le corps n'est pas une liste JSON")
    private static let error = Schema.object([
        .init("champ", .nullable(.string())), .init("code", .string()), .init("message", .string()),
    ])

    private var batch: Route {
        Route(
            .post, "/predict/{chapitre}/batch", access: .permission(.upload),
            .init(
                "lot", tag: DeclarationRoutes.tag, "Analyse et enregistre une liste, avec un résultat par élément",
                details: """
                    Chaque élément est une déclaration. `statut` est ce que la même, envoyée seule, aurait reçu : 201, 200 si
                    elle était connue ou simulée, 403, 409 ou 422. Ce qui manque à l'une ne retient pas les autres.
                    """),
            parameters: [
                ChapterRoutes.chapter, DeclarationRoutes.contributions, DeclarationRoutes.simulation,
                Idempotency.parameter,
            ],
            input: Self.json,
            outputs: [
                .init(.created, Self.results, "Les résultats ; une déclaration au moins est nouvelle"),
                .init(.ok, Self.results, "Les résultats ; rien n'est nouveau"), DeclarationRoutes.invalid,
                ChapterRoutes.unknown, Self.tooMany, Self.malformed, Idempotency.output,
            ],
            limits: Self.limits, rate: .upload, admitsKeys: true, auditEvent: "declaration.analysee",
            handler: .task { request in
                let chapter = try ChapterRoutes.chapter(of: request, analysis.loaded())
                let submission = try Submission(request, chapter: chapter, source: "api")
                let bytes = try await request.wholeBody(limit: Self.limits.body)
                return try await once.answer(request, bytes) {
                    try await answer(files(request, chapter, isList: true), submission)
                }
            })
    }

    private static let results = Schema.object([
        .init(
            "resultats",
            .array(
                .object([
                    .init("index", .integer()), .init("statut", .integer(200...422)),
                    .init("numero_declaration", .nullable(.string())),
                    .init("analyse", AnalysisSchema.analysis, required: false),
                    .init("erreurs", .array(error), required: false),
                ]))), .init("statistiques", .map(.integer())),
    ])

    private func answer(_ files: [DeclarationFile], _ submission: Submission) async throws -> Response {
        let sound = files.indices.filter { files[$0].faults.isEmpty }
        let answers = try await analysis.submit(
            Handed(sound.map { (files[$0].declaration(0), nil) }), submission)
        let byIndex = Dictionary(uniqueKeysWithValues: zip(sound, answers))
        var statistics = BatchStatistics()
        statistics.add(answers)
        statistics.rejected += files.count - sound.count
        var json = JSONWriter()
        json.object { json in
            json.key("resultats")
            json.array { json in
                for (index, file) in files.enumerated() {
                    json.object { json in
                        json.member("index", index)
                        if let answer = byIndex[index] {
                            answer.write(to: &json)
                        } else {
                            json.member("statut", 422)
                            json.member(
                                "numero_declaration", file.declarationCount == 1 ? file.key(of: 0).description : nil)
                            Fault.write(file.faults, to: &json)
                        }
                    }
                }
            }
            json.member("statistiques", statistics)
        }
        let isNew = answers.contains { if case .recorded = $0.state { true } else { false } }
        return Response(isNew ? .created : .ok, .json, json.finish())
    }

    private static let verdict = Schema.named(
        "Validation",
        .object([
            .init("index", .integer(), required: false), .init("valide", .boolean),
            .init("numero_declaration", .nullable(.string())), .init("champs", .nullable(.map(.any))),
            .init("articles", .array(.map(.any))), .init("erreurs", .array(error)),
            .init(
                "avertissements", .array(.object([.init("champ", .nullable(.string())), .init("code", .string())]))),
            .init("controles", .array(.map(.any))),
        ]))

    private var validate: Route {
        Route(
            .post, "/predict/{chapitre}/validate", access: .permission(.upload),
            .init(
                "validation", tag: DeclarationRoutes.tag,
                "Dit comment une déclaration serait comprise, et ce qui lui manque",
                details: "Une déclaration, ou une liste. Rien n'est analysé ni enregistré."),
            parameters: [ChapterRoutes.chapter],
            input: .init(["application/json"], .either([.map(.any), .array(.map(.any))])),
            outputs: [
                .init(
                    .ok, .either([Self.verdict, .object([.init("resultats", .array(Self.verdict))])]),
                    "Ce qui a été compris"),
                DeclarationRoutes.invalid, ChapterRoutes.unknown, Self.tooMany, Self.malformed,
            ],
            limits: Self.limits, rate: .upload, admitsKeys: true,
            handler: .task { request in
                let running = try analysis.loaded()
                let chapter = try ChapterRoutes.chapter(of: request, running)
                guard case .bytes(let bytes) = request.body else {
                    throw Problem(.malformedRequest, "Le corps est vide.")
                }
                let isList = bytes.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "[")
                let files = try await files(request, chapter, isList: isList)
                let json = try await analysis.pool.run { Self.report(files, running, isList: isList) }
                return Response(.ok, .json, json)
            })
    }

    private static func report(_ files: [DeclarationFile], _ running: Running, isList: Bool) -> [UInt8] {
        let controls = DeclarationControls(running.office.vocabulary, running.office.reader.tariff)
        var json = JSONWriter()
        guard isList else {
            json.object { files[0].report(controls, running.content, to: &$0) }
            return json.finish()
        }
        json.object { json in
            json.key("resultats")
            json.array { json in
                for (index, file) in files.enumerated() {
                    json.object { json in
                        json.member("index", index)
                        file.report(controls, running.content, to: &json)
                    }
                }
            }
        }
        return json.finish()
    }

    /// The elements of the list, or the whole body, each read for itself.
    private func files(_ request: Request, _ chapter: String, isList: Bool) async throws -> [DeclarationFile] {
        guard case .bytes(let bytes) = request.body else { throw Problem(.malformedRequest, "Le corps est vide.") }
        let ranges = isList ? try Self.elements(of: bytes) : [0..<bytes.count]
        guard ranges.count <= Self.most else {
            throw Problem(.contentTooLarge, "Une liste a au plus \(Self.most) déclarations.")
        }
        let running = try analysis.loaded()
        let files = try await analysis.pool.run {
            try ranges.map { try analysis.readOne(Array(bytes[$0]), chapter: chapter, running) }
        }
        // Of a list, it was seen to be JSON.
        if !isList, let failure = files[0].failure, ["bad_json", AnalysisService.unexpectedKind].contains(failure.code)
        {
            throw Problem(.malformedJSON, failure.message)
        }
        return files
    }

    private static func elements(of bytes: [UInt8]) throws(JSONError) -> [Range<Int>] {
        var reader = JSONReader(bytes.span.bytes)
        var ranges: [Range<Int>] = []
        try reader.array { element throws(JSONError) in ranges.append(try element.slice()) }
        try reader.finish()
        return ranges
    }
}

/// Something that keeps a declaration from being taken.
struct Fault: Sendable {
    let field: String?
    let code: String
    let message: String

    static func write(_ faults: [Fault], to json: inout JSONWriter) {
        json.key("erreurs")
        json.array { json in
            for fault in faults {
                json.object { json in
                    json.member("champ", fault.field)
                    json.member("code", fault.code)
                    json.member("message", fault.message)
                }
            }
        }
    }
}

extension DeclarationFile {
    /// Why what was sent as one declaration cannot be taken; nothing when it can.
    var faults: [Fault] {
        if let failure { return [Fault(field: nil, code: failure.code, message: failure.message)] }
        let found = rejected.flatMap { row in
            row.reasons.map { reason in
                Fault(
                    field: reason.field.map { vocabulary.fields[$0].name }, code: reason.text(vocabulary),
                    message: reason.message(vocabulary))
            }
        }
        guard found.isEmpty, declarationCount != 1 else { return found }
        return [Fault(field: nil, code: "not_one", message: "Un élément est une déclaration, et une seule.")]
    }

    fileprivate func report(
        _ controls: DeclarationControls, _ content: DeclarationContent, to json: inout JSONWriter
    ) {
        let declaration = declarationCount == 1 ? declaration(0) : nil
        let written = declaration.map { content.write($0) }
        json.member("valide", faults.isEmpty)
        json.member("numero_declaration", declaration?.key.description)
        json.key("champs")
        if let written {
            let texts = [written.fields] + written.parties.map(\.identity)
            json.value(
                JSONValue.object(texts.flatMap { (try? JSONValue(parsing: $0))?.members ?? [] }))
        } else {
            json.null()
        }
        json.key("articles")
        json.array { json in for article in written?.articles ?? [] { json.raw(article) } }
        Fault.write(faults, to: &json)
        json.key("avertissements")
        json.array { json in
            for warning in warnings {
                json.object { json in
                    json.member("champ", warning.field.map { vocabulary.fields[$0].name } ?? warning.column)
                    json.member("code", warning.code.rawValue)
                }
            }
        }
        json.member("controles", declaration.map { controls.run($0) } ?? [])
    }
}

extension Answer {
    fileprivate func write(to writer: inout JSONWriter) {
        switch state {
        case .recorded: writer.member("statut", 201)
        case .known, .simulated: writer.member("statut", 200)
        case .refused("hors_bureau", _): writer.member("statut", 403)
        case .refused("numero_invalide", _): writer.member("statut", 422)
        case .refused: writer.member("statut", 409)
        }
        writer.member("numero_declaration", number)
        if case .refused(let code, let message) = state {
            Fault.write([Fault(field: nil, code: code, message: message)], to: &writer)
        } else {
            writer.key("analyse")
            writer.raw(json)
        }
    }
}
