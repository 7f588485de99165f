import HTTP
import JSON
import Net
import Platform

/// Signing in, staying signed in, and the account's own affairs.
struct AuthRoutes {
    let accounts: Accounts

    var routes: [Route] { [login, refresh, activate, password, me] }

    static let tag = "Connexion"
    private static let small = Route.Limits(body: 16 << 10)
    static let refused = Route.Output(
        .unauthorized, of: "application/problem+json", "Refusé, sans dire ce qui n'allait pas")
    static let invalid = Route.Output(
        .unprocessableContent, of: "application/problem+json", "Une valeur est refusée, et laquelle")
    static let conflicting = Route.Output(
        .conflict, of: "application/problem+json", "L'état actuel ne permet pas cet acte")
    private static let secret = Schema.string(maxLength: PasswordPolicy.longest)
    private static let tokens = Schema.named(
        "Jetons",
        .object([
            .init("access_token", .string()), .init("refresh_token", .string()),
            .init("token_type", .words(["Bearer"])),
            .init("expires_in", .integer()),
        ]))

    private var login: Route {
        Route(
            .post, "/auth/login", access: .anyone,
            .init(
                "connexion", tag: Self.tag, "Ouvre une session",
                details: "Un échec ne dit pas sa cause. Après cinq échecs, attendez : quinze minutes au plus."),
            input: .init(
                ["application/json"],
                .object([.init("username", .string(maxLength: 64)), .init("password", Self.secret)])),
            outputs: [.init(.ok, Self.tokens, "La session est ouverte"), Self.refused, Self.invalid],
            limits: Self.small, auditEvent: "session.ouverte",
            handler: .task { [accounts] request in
                let given: Credentials = try request.read()
                guard let tokens = try await accounts.signIn(given.username, given.password, request) else {
                    await Self.even(request.received)
                    throw Self.refusal(
                        "Nom de compte ou mot de passe incorrect. Après plusieurs échecs, attendez quelques minutes.")
                }
                return Self.answer(tokens)
            })
    }

    private var refresh: Route {
        Route(
            .post, "/auth/refresh", access: .anyone,
            .init(
                "renouvellement", tag: Self.tag, "Échange un jeton de renouvellement contre de nouveaux jetons",
                details: "Un jeton ne sert qu'une fois ; présenté deux fois, il ferme sa session."),
            input: .init(["application/json"], .object([.init("refresh_token", .string())])),
            outputs: [.init(.ok, Self.tokens, "Les nouveaux jetons"), Self.refused, Self.invalid], limits: Self.small,
            handler: .task { [accounts] request in
                let given: RefreshToken = try request.read()
                guard let tokens = try await accounts.refresh(given.token, request) else {
                    throw Self.refusal("La session est terminée : connectez-vous de nouveau.")
                }
                return Self.answer(tokens)
            })
    }

    private var activate: Route {
        Route(
            .post, "/auth/activate", access: .anyone,
            .init("activation", tag: Self.tag, "Crée le compte du premier administrateur avec son code"),
            input: .init(
                ["application/json"],
                .object([
                    .init("code", .string(maxLength: 64)), .init("username", .string(maxLength: 64)),
                    .init("password", Self.secret),
                ])),
            outputs: [
                .init(.created, .object([.init("id", .string(format: "uuid"))]), "Le compte est créé"), Self.refused,
                Self.conflicting, Self.invalid,
            ], limits: Self.small, auditEvent: "utilisateur.cree",
            handler: .task { [accounts] request in
                let given: Activation = try request.read()
                guard
                    let id = try await accounts.activate(
                        code: given.code, username: given.username, password: given.password, request)
                else { throw Self.refusal("Ce code n'est pas valable, ou ne l'est plus.") }
                var json = JSONWriter()
                json.object { $0.member("id", id.description) }
                return Response(.created, .json, json.finish()).adding("Cache-Control", "no-store")
            })
    }

    private var password: Route {
        Route(
            .post, "/auth/password", access: .signedIn,
            .init(
                "motDePasse", tag: Self.tag, "Change son mot de passe",
                details: "Douze caractères au moins, sans règle de composition. Les autres sessions sont fermées."),
            input: .init(
                ["application/json"],
                .object([.init("current_password", Self.secret), .init("new_password", Self.secret)])),
            outputs: [
                .init(.noContent, of: nil, "Le mot de passe est changé"), Self.conflicting, Self.invalid,
            ], limits: Self.small, auditEvent: "mot_de_passe.change",
            handler: .task { [accounts] request in
                let given: PasswordChange = try request.read()
                guard try await accounts.changePassword(from: given.current, to: given.new, request) else {
                    await Self.even(request.received)
                    throw Accounts.refusal("/current_password", "Ce n'est pas le mot de passe actuel.")
                }
                return Response(.noContent)
            })
    }

    private var me: Route {
        Route(
            .get, "/auth/me", access: .signedIn, .init("moi", tag: Self.tag, "Qui je suis et ce que je peux faire"),
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("id", .string(format: "uuid")), .init("username", .string()),
                        .init("role", .words(Role.allCases.map(\.rawValue))), .init("bureau", .nullable(.string())),
                        .init("permissions", .array(.string())), .init("session", .string(format: "uuid")),
                    ]), "Le compte")
            ],
            handler: .immediate { request in
                let principal = try request.signedIn()
                var json = JSONWriter()
                json.object { json in
                    json.member("id", principal.user.description)
                    json.member("username", principal.username)
                    json.member("role", principal.role)
                    json.member("bureau", principal.bureau)
                    json.member("permissions", principal.permissions.map(\.name).sorted())
                    json.member("session", principal.session.description)
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private static func refusal(_ detail: String) -> Problem {
        Problem(.unauthenticated, detail, fields: [.init("WWW-Authenticate", "Bearer")])
    }

    private static func answer(_ tokens: Accounts.Tokens) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.member("access_token", tokens.access)
            json.member("refresh_token", tokens.refresh)
            json.member("token_type", "Bearer")
            json.member("expires_in", AccessTokens.lifetime)
        }
        return Response(.ok, .json, json.finish()).adding("Cache-Control", "no-store")
    }

    /// Failures answer after a whole number of these, so that their time does not tell one from another.
    private static let beat = Duration.milliseconds(400)

    private static func even(_ received: Instant) async {
        var moment = received + beat
        while moment < Instant.now() { moment = moment + beat }
        try? await EventLoop.current?.sleep(until: moment)
    }
}

private struct Credentials: JSONReadable {
    let username: String
    let password: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var (username, password): (String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "username": username = try reader.string()
            case "password": password = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.username = try reader.required(username, "username")
        self.password = try reader.required(password, "password")
    }
}

private struct RefreshToken: JSONReadable {
    let token: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var token: String?
        try reader.object { key, reader throws(JSONError) in
            guard "refresh_token" ~= key else { throw reader.unknownMember(key) }
            token = try reader.string()
        }
        self.token = try reader.required(token, "refresh_token")
    }
}

private struct Activation: JSONReadable {
    let code: String
    let username: String
    let password: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var (code, username, password): (String?, String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "code": code = try reader.string()
            case "username": username = try reader.string()
            case "password": password = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.code = try reader.required(code, "code")
        self.username = try reader.required(username, "username")
        self.password = try reader.required(password, "password")
    }
}

private struct PasswordChange: JSONReadable {
    let current: String
    let new: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var (current, new): (String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "current_password": current = try reader.string()
            case "new_password": new = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.current = try reader.required(current, "current_password")
        self.new = try reader.required(new, "new_password")
    }
}
