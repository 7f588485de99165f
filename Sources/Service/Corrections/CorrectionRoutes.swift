import HTTP
import JSON
import Platform

/// Corrections of what a declaration says.
struct CorrectionRoutes {
    let analysis: AnalysisService
    let observer: LayoutObserver

    var routes: [Route] { [correct] }

    private var correct: Route {
        Route(
            .patch, "/api/v2/declarations/{annee}/{bureau}/{numero}", access: .permission(.upload),
            .init(
                "correction", tag: DeclarationRoutes.tag, "Corrige une déclaration : une nouvelle version est analysée",
                details: """
                    Un « merge patch » (RFC 7396) : des champs de l'en-tête, et `articles`, une liste entière ou un objet par
                    rang (`{"2": {"code_sh": "…"}}`) ; null retire une valeur. `lecture_verifiee` dit que la personne a
                    vérifié ce qui a été lu sur l'image. Les versions précédentes restent lisibles (`?version=`). Une
                    déclaration qui a un verdict ne se corrige plus.
                    """),
            parameters: RecordRoutes.number + [
                .init(
                    .header, "If-Match", .string(), required: true,
                    "L'étiquette (ETag) de la déclaration que l'on a vue")
            ],
            input: .init(["application/json", "application/merge-patch+json"], .map(.any)),
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("numero_declaration", .string()), .init("version", .integer()),
                        .init("analyse", .nullable(AnalysisSchema.analysis)),
                    ]), "La nouvelle version ; sans analyse quand rien ne changeait"),
                .init(.notFound, of: Self.problem, "Aucune déclaration n'a ce numéro"),
                .init(.conflict, of: Self.problem, "Elle a un verdict, ou vient du passé"),
                .init(.preconditionFailed, of: Self.problem, "Elle a changé depuis qu'elle a été lue"),
                .init(.preconditionRequired, of: Self.problem, "If-Match manque"), DeclarationRoutes.invalid,
            ],
            limits: .init(body: 4 << 20, seconds: 60), isOfficeScoped: true, auditEvent: "declaration.corrigee",
            handler: .task { request in
                let number = RecordRoutes.number(of: request)
                guard !number.utf8.contains(0) else { throw Problem(.notFound) }
                let correction = try CorrectionRequest(
                    JSONValue(parsing: try await request.wholeBody(limit: 4 << 20)))
                let seen = try request.withPreconditions { $0.ifMatch }
                let submission = Submission(principal: try request.signedIn(), actor: request.actor)
                let corrected = try await analysis.correct(number, correction, submission) { version in
                    guard let seen else { throw Problem(.preconditionRequired) }
                    guard VersionTag.matches(seen, version) else { throw Problem(.preconditionFailed) }
                }
                if let reading = corrected.reading { observer.note(reading) }
                var json = JSONWriter()
                json.object { json in
                    json.member("numero_declaration", number)
                    json.member("version", corrected.version)
                    json.key("analyse")
                    if let answer = corrected.answer { json.raw(answer) } else { json.null() }
                }
                return Response(.ok, .json, json.finish())
                    .adding("ETag", "\"\(VersionTag.text(corrected.version))\"")
            })
    }

    private static let problem = "application/problem+json"
}

/// The part of a declaration's entity tag that tells its version: whoever has seen the version may change it, however it
/// was shown.
enum VersionTag {
    static func text(_ version: Int) -> String { "v\(version)" }

    static func matches(_ seen: EntityTagList, _ version: Int) -> Bool {
        switch seen {
        case .any: true
        case .tags(let tags):
            tags.contains { tag in
                !tag.isWeak && tag.opaque.prefix { $0 != UInt8(ascii: ".") }.elementsEqual(text(version).utf8)
            }
        }
    }
}
