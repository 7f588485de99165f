import HTTP
import JSON
import Platform

extension Permission {
    static let giveFeedback = Permission("provide_feedback")
}

/// The inspector's verdict on a declaration.
struct VerdictRoutes {
    let analysis: AnalysisService
    let once: Idempotency

    var routes: [Route] { [give] }

    private static let rating = Schema.nullable(.integer(1...5))
    private static let members: [Schema.Member] = [
        .init("user_decision", AnalysisSchema.lane),
        .init(
            "evidence",
            .described(
                "Obligatoire pour `conforme` et `fraude`.",
                .words(["physique", "documentaire", "a_posteriori", "recours"])), required: false),
        .init("confidence_level", rating, required: false), .init("accuracy_rating", rating, required: false),
        .init("usefulness_rating", rating, required: false),
        .init("comments", .nullable(.string(maxLength: 4000)), required: false),
        .init(
            "justification",
            .described(
                "Obligatoire, dix signes au moins, quand la décision n'est pas celle proposée.",
                .nullable(.string(maxLength: 4000))), required: false),
        .init("type_fraude", .nullable(.string(maxLength: 200)), required: false),
        .init("montant_redresse", .nullable(.number(0...1e15)), required: false),
        .init("minutes", .nullable(.number(0...1e6)), required: false),
    ]
    /// The same where the path does not name the declaration.
    static let namedInput = Schema.object(
        members + [
            .init("numero_declaration", .string(maxLength: 100), required: false),
            .init("prediction_id", .string(format: "uuid"), required: false),
        ])
    static let outputs: [Route.Output] = [
        .init(
            .created,
            .object([
                .init("feedback_id", .string(format: "uuid")), .init("numero_declaration", .string()),
                .init("etat", .words(["sans_issue", "final", "revise"])),
            ]), "Le verdict est enregistré"),
        .init(.notFound, of: "application/problem+json", "Aucune déclaration n'a ce numéro"),
        .init(
            .conflict, of: "application/problem+json",
            "Un verdict a déjà été rendu, ou la première demande de cette clé est encore en cours"),
        DeclarationRoutes.invalid,
    ]

    private static func answer(_ taken: TakenVerdict, _ number: String) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.member("feedback_id", taken.feedback.description)
            json.member("numero_declaration", number)
            json.member("etat", taken.state)
        }
        return Response(.created, .json, json.finish())
    }

    private var give: Route {
        Route(
            .post, "/api/v2/declarations/{annee}/{bureau}/{numero}/feedback", access: .permission(.giveFeedback),
            .init(
                "verdict", tag: DeclarationRoutes.tag, "Le verdict d'un inspecteur sur une déclaration",
                details:
                    "`conforme` et `fraude` entrent au registre des issues et instruisent le service ; `zone_grise` dit un doute et n'y entre pas. Un verdict se révise par un contrôle a posteriori ou un recours."
            ),
            parameters: RecordRoutes.number + [Idempotency.parameter],
            input: .init(["application/json"], .object(Self.members)), outputs: Self.outputs, isOfficeScoped: true,
            auditEvent: "declaration.verdict",
            handler: .task { [once] request in
                try await once.act(request) { held in try await take(request, held) }
            })
    }

    private func take(_ request: Request, _ held: HeldKey?) async throws -> Response {
        let verdict: Verdict = try request.read()
        let number = RecordRoutes.number(of: request)
        guard !number.utf8.contains(0) else { throw Problem(.notFound) }
        return try await Self.take(verdict, on: number, request, held, analysis)
    }

    /// Verdict and answer are there together.
    static func take(
        _ verdict: Verdict, on number: String, _ request: Request, _ held: HeldKey?, _ analysis: AnalysisService
    ) async throws -> Response {
        let taken = try await analysis.take(verdict, on: number, by: request.signedIn(), request.actor) {
            taken, transaction in
            try await HeldKey.keep(answer(taken, number), under: held, in: transaction)
        }
        return answer(taken, number)
    }
}
