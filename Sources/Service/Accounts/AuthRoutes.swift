import HTTP
import JSON
import Net
import Platform

/// Signing in, staying signed in, and the account's own affairs.
struct AuthRoutes {
    let accounts: Accounts

    var routes: [Route] { [login, refresh, reauthenticate, activate, password, me] }

    static let tag = "Connexion"
    static let small = Route.Limits(body: 16 << 10)
    static let refused = Route.Output(
        .unauthorized, of: "application/problem+json", "Refusé, sans dire ce qui n'allait pas")
    static let invalid = Route.Output(
        .unprocessableContent, of: "application/problem+json", "Une valeur est refusée, et laquelle")
    static let conflicting = Route.Output(
        .conflict, of: "application/problem+json", "L'état actuel ne permet pas cet acte")
    static let secret = Schema.string(maxLength: PasswordPolicy.longest)
    static let tokens = Schema.named(
        "Jetons",
        .object([
            .init("access_token", .string()), .init("refresh_token", .string()),
            .init("token_type", .words(["Bearer"])),
            .init("expires_in", .integer()),
            .init(
                "mfa_enrollment_required",
                .described(
                    "Présent quand ces jetons ne servent qu'à installer le second facteur que le rôle exige.", .boolean),
                required: false),
        ]))
    /// Of a session whose refresh token stays as it is.
    static let accessToken: [Schema.Member] = [
        .init("access_token", .string()), .init("token_type", .words(["Bearer"])), .init("expires_in", .integer()),
    ]
    private static let challenge = Schema.named(
        "CodeAttendu",
        .object([.init("mfa_required", .boolean), .init("mfa_token", .described("Pour cinq minutes.", .string()))]))

    private var login: Route {
        Route(
            .post, "/auth/login", access: .anyone,
            .init(
                "connexion", tag: Self.tag, "Ouvre une session",
                details:
                    "Un échec ne dit pas sa cause. Après cinq échecs, attendez : quinze minutes au plus. Un compte qui a un second facteur reçoit `mfa_required` et un `mfa_token` pour /auth/mfa/verify ; un compte qui doit en avoir un et n'en a pas encore reçoit des jetons qui ne servent qu'à l'installer."
            ),
            input: .init(
                ["application/json"],
                .object([.init("username", .string(maxLength: 64)), .init("password", Self.secret)])),
            outputs: [
                .init(.ok, .either([Self.tokens, Self.challenge]), "La session est ouverte, ou un code est attendu"),
                Self.refused, Self.invalid,
            ],
            limits: Self.small, rate: .login, auditEvent: "session.ouverte",
            handler: .task { [accounts] request in
                let given: SignInRequest = try request.read()
                switch try await accounts.signIn(given.username, given.password, by: .tokens, request) {
                case .opened(let session): return Self.answer(session, accounts)
                case .challenged(let token):
                    var json = JSONWriter()
                    json.object { json in
                        json.member("mfa_required", true)
                        json.member("mfa_token", token)
                    }
                    return Response(.ok, .json, json.finish()).adding("Cache-Control", "no-store")
                case nil:
                    await Self.even(request.received)
                    throw Self.refusal(Self.refusedLogin)
                }
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
            rate: .login,
            handler: .task { [accounts] request in
                let given: RefreshRequest = try request.read()
                guard let session = try await accounts.refresh(given.token, request) else {
                    throw Self.refusal("La session est terminée : connectez-vous de nouveau.")
                }
                return Self.answer(session, accounts)
            })
    }

    private var reauthenticate: Route {
        Route(
            .post, "/auth/reauthenticate", access: .signedIn, assurance: .enrolling,
            .init(
                "confirmation", tag: Self.tag, "Confirme qui l'on est, pour les actes qui le demandent",
                details:
                    "Mot de passe, et code s'il y a un second facteur. Le nouveau jeton permet ces actes pendant dix minutes ; le jeton de renouvellement reste le même."
            ),
            input: .init(
                ["application/json"],
                .object([
                    .init("password", Self.secret), .init("code", .string(maxLength: 64), required: false),
                ])),
            outputs: [.init(.ok, .object(Self.accessToken), "Le nouveau jeton"), Self.refused, Self.invalid],
            limits: Self.small, rate: .login, auditEvent: "session.confirmee",
            handler: .task { [accounts] request in
                let given: ConfirmationRequest = try request.read()
                guard
                    let session = try await accounts.reauthenticate(given.password, code: given.code, request)
                else {
                    await Self.even(request.received)
                    throw Self.refusal("Mot de passe ou code incorrect.")
                }
                var json = JSONWriter()
                json.object { Self.write(accounts.accessToken(session), to: &$0) }
                return Response(.ok, .json, json.finish())
            })
    }

    private var activate: Route {
        Route(
            .post, "/auth/activate", access: .anyone,
            .init(
                "activation", tag: Self.tag, "Choisit le mot de passe d'un compte avec un code qui sert une fois",
                details:
                    "Le code vient d'une invitation, d'une réinitialisation, ou de « inspectia admin bootstrap » : alors le compte du premier administrateur est créé."
            ),
            input: .init(
                ["application/json"],
                .object([
                    .init("code", .string(maxLength: 64)), .init("username", .string(maxLength: 64)),
                    .init("password", Self.secret),
                ])),
            outputs: [
                .init(.created, .object([.init("id", .string(format: "uuid"))]), "Le compte peut servir"), Self.refused,
                Self.conflicting, Self.invalid,
            ], limits: Self.small, rate: .login, auditEvent: "utilisateur.cree",
            handler: .task { [accounts] request in
                let given: ActivationRequest = try request.read()
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
            ], limits: Self.small, rate: .login, auditEvent: "mot_de_passe.change",
            handler: .task { [accounts] request in
                let given: PasswordChangeRequest = try request.read()
                guard try await accounts.changePassword(from: given.current, to: given.new, request) else {
                    await Self.even(request.received)
                    throw Accounts.refusal("/current_password", "Ce n'est pas le mot de passe actuel.")
                }
                return Response(.noContent)
            })
    }

    private var me: Route {
        Route(
            .get, "/auth/me", access: .signedIn, assurance: .enrolling,
            .init("moi", tag: Self.tag, "Qui je suis et ce que je peux faire"),
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

    static let refusedLogin =
        "Nom de compte ou mot de passe incorrect. Après plusieurs échecs, attendez quelques minutes."

    static func refusal(_ detail: String) -> Problem {
        Problem(.unauthenticated, detail, fields: [.init("WWW-Authenticate", "Bearer")])
    }

    static func write(_ accessToken: String, to json: inout JSONWriter) {
        json.member("access_token", accessToken)
        json.member("token_type", "Bearer")
        json.member("expires_in", AccessTokens.lifetime)
    }

    static func answer(_ session: OpenSession, _ accounts: Accounts) -> Response {
        var json = JSONWriter()
        json.object { json in
            write(accounts.accessToken(session), to: &json)
            json.member("refresh_token", ifPresent: session.refresh)
            if accounts.isEnrolling(session) { json.member("mfa_enrollment_required", true) }
        }
        return Response(.ok, .json, json.finish()).adding("Cache-Control", "no-store")
    }

    /// Failures answer after a whole number of these, so that their time does not tell one from another.
    private static let beat = Duration.milliseconds(400)

    static func even(_ received: Instant) async {
        try? await EventLoop.current?.sleep(until: evened(received, now: .now()))
    }

    /// When a failure that is known now is answered.
    static func evened(_ received: Instant, now: Instant) -> Instant {
        var moment = received + beat
        while moment < now { moment = moment + beat }
        return moment
    }
}
