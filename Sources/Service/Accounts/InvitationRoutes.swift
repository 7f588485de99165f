import HTTP
import JSON
import Platform

extension Permission {
    static let approveSecondFactorReset = Permission("approve_mfa_reset")
}

/// Accounts that administrators make, and what they do when a password or a second factor is lost. They never learn a
/// password, and none of it lets anybody in without the second factor.
struct InvitationRoutes {
    let accounts: Accounts

    var routes: [Route] { [invite, resetPassword, requestReset, pending, approve, refuse] }

    private static let activation: [Schema.Member] = [
        .init("code", .described("Montré cette fois seulement : à remettre en main propre.", .string())),
        .init("page", .described("Où le code se saisit ; il n'est jamais dans une adresse.", .string())),
        .init("heures", .integer()),
    ]
    private static let reset = Schema.named(
        "PerteDeSecondFacteur",
        .object([
            .init("id", .string(format: "uuid")), .init("compte", .string(format: "uuid")),
            .init("username", .string()), .init("motif", .string()), .init("demandeur", .string()),
            .init("demande", .string(format: "date-time")), .init("expire", .string(format: "date-time")),
        ]))
    private static let noReset = Route.Output(
        .notFound, of: "application/problem+json", "Aucune demande en cours n'a cet identifiant")

    private var invite: Route {
        Route(
            .post, "/api/v2/users", access: .permission(.manageUsers), assurance: .recent,
            .init(
                "invitation", tag: UserRoutes.tag, "Crée un compte et le code avec lequel son titulaire l'active",
                details: "Le code vaut 24 heures et une fois. Le titulaire choisit lui-même son mot de passe."),
            input: .init(
                ["application/json"],
                .object([
                    .init("username", .string(maxLength: 64)), .init("role", .words(Role.allCases.map(\.rawValue))),
                    .init("bureau", .nullable(.string(maxLength: 8)), required: false),
                    .init("email", .nullable(.string(format: "email", maxLength: 254)), required: false),
                    .init("nom", .nullable(.string(maxLength: 120)), required: false),
                ])),
            outputs: [
                .init(.created, .object([.init("compte", UserRoutes.user)] + Self.activation), "Le compte et son code"),
                AuthRoutes.conflicting, AuthRoutes.invalid,
            ], limits: AuthRoutes.small, rate: .administration, auditEvent: "utilisateur.invite",
            handler: .task { [accounts] request in
                let (account, code) = try await accounts.invite(request.read(), request)
                let email = try await accounts.email(of: account)
                var json = JSONWriter()
                json.object { json in
                    json.key("compte")
                    UserRoutes.write(account, email, to: &json)
                    Self.write(code, to: &json)
                }
                return Response(.created, .json, json.finish()).adding("Location", "/api/v2/users/\(account.id)")
            })
    }

    private var resetPassword: Route {
        Route(
            .post, "/api/v2/users/{id}/password-reset", access: .permission(.manageUsers), assurance: .recent,
            .init(
                "reinitialisationDeMotDePasse", tag: UserRoutes.tag,
                "Fait choisir un nouveau mot de passe au titulaire",
                details:
                    "L'ancien ne vaut plus et les sessions sont fermées. Le second facteur reste exigé à la connexion."),
            parameters: [.init(.path, "id", .string(format: "uuid"), "Le compte")],
            outputs: [
                .init(.ok, .object(Self.activation), "Le code du titulaire"), AuthRoutes.conflicting,
                UserRoutes.unknown,
            ], rate: .administration, auditEvent: "mot_de_passe.reinitialise",
            handler: .task { [accounts] request in
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }),
                    let code = try await accounts.resetPassword(of: id, request)
                else { throw Problem(.notFound) }
                var json = JSONWriter()
                json.object { Self.write(code, to: &$0) }
                return Response(.ok, .json, json.finish())
            })
    }

    private static func write(_ code: String, to json: inout JSONWriter) {
        json.member("code", code)
        json.member("page", "/activation")
        json.member("heures", 24)
    }

    // MARK: Lost second factors

    private var requestReset: Route {
        Route(
            .post, "/api/v2/users/{id}/mfa-reset", access: .permission(.manageUsers), assurance: .recent,
            .init(
                "declarationDePerte", tag: UserRoutes.tag, "Déclare la perte d'un second facteur",
                details: "Une autre personne doit l'approuver dans les 24 heures, après avoir vérifié l'identité."),
            parameters: [.init(.path, "id", .string(format: "uuid"), "Le compte")],
            input: .init(["application/json"], .object([.init("motif", .string(maxLength: 500))])),
            outputs: [
                .init(.created, .object([.init("id", .string(format: "uuid"))]), "La demande"), AuthRoutes.conflicting,
                AuthRoutes.invalid, UserRoutes.unknown,
            ], limits: AuthRoutes.small, rate: .administration, auditEvent: "second_facteur.perte_declaree",
            handler: .task { [accounts] request in
                let given: Reason = try request.read()
                guard let user = request.parameter("id").flatMap({ UUIDv7($0) }),
                    let id = try await accounts.requestSecondFactorReset(user, reason: given.text, request)
                else { throw Problem(.notFound) }
                var json = JSONWriter()
                json.object { $0.member("id", id.description) }
                return Response(.created, .json, json.finish())
            })
    }

    private var pending: Route {
        Route(
            .get, "/api/v2/mfa-resets", access: .permission(.approveSecondFactorReset),
            .init("pertesDeclarees", tag: UserRoutes.tag, "Les pertes de second facteur qui attendent une approbation"),
            outputs: [.init(.ok, .object([.init("demandes", .array(Self.reset))]), "Les demandes, par ancienneté")],
            rate: .administration,
            handler: .task { [accounts] _ in
                let resets = try await SecondFactorResetStore.pending(accounts.database)
                var json = JSONWriter()
                json.object { json in
                    json.key("demandes")
                    json.array { json in for reset in resets { Self.write(reset, to: &json) } }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private static func write(_ reset: SecondFactorReset, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", reset.id.description)
            json.member("compte", reset.user.description)
            json.member("username", reset.username)
            json.member("motif", reset.reason)
            json.member("demandeur", reset.requester)
            json.member("demande", reset.requested.rfc3339(.seconds))
            json.member("expire", reset.expires.rfc3339(.seconds))
        }
    }

    private var approve: Route {
        closing(
            "approve", "approbationDePerte", "Approuve une perte : le second facteur est retiré, les sessions fermées",
            "second_facteur.reinitialise", approved: true)
    }

    private var refuse: Route {
        closing("refuse", "rejetDePerte", "Rejette une perte déclarée", "second_facteur.perte_rejetee", approved: false)
    }

    private func closing(
        _ verb: String, _ operation: String, _ summary: String, _ event: String, approved: Bool
    ) -> Route {
        Route(
            .post, PathTemplate("/api/v2/mfa-resets/{id}/" + verb), access: .permission(.approveSecondFactorReset),
            assurance: .recent, .init(operation, tag: UserRoutes.tag, summary),
            parameters: [.init(.path, "id", .string(format: "uuid"), "La demande")],
            outputs: [.init(.noContent, of: nil, "C'est fait"), AuthRoutes.conflicting, Self.noReset],
            rate: .administration, auditEvent: event,
            handler: .task { [accounts] request in
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }),
                    try await accounts.closeSecondFactorReset(id, approved: approved, request)
                else { throw Problem(.notFound) }
                return Response(.noContent)
            })
    }
}

extension Accounts.Invitation: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        var (username, role): (String?, Role?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "username": username = try reader.string()
            case "role":
                let offset = try reader.offset()
                guard let value = Role(rawValue: try reader.string()) else { throw reader.refusal(at: offset) }
                role = value
            case "bureau": bureau = try reader.read()
            case "email": email = try reader.read()
            case "nom": name = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.username = try reader.required(username, "username")
        self.role = try reader.required(role, "role")
    }
}

private struct Reason: JSONReadable {
    let text: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var text: String?
        try reader.object { key, reader throws(JSONError) in
            guard "motif" ~= key else { throw reader.unknownMember(key) }
            text = try reader.string()
        }
        self.text = try reader.required(text, "motif")
    }
}
