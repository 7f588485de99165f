import Crypto
import HTTP
import Platform

/// Signing in with a browser: name and password, the code, choosing a password with a code, leaving.
struct SignInPages {
    let accounts: Accounts

    var routes: [Route] {
        [login, submitLogin, code, submitCode, activation, submitActivation, logout]
    }

    static let tag = "Pages"
    static let next = Route.Parameter(.query, "suite", .string(maxLength: 500), "La page à lire ensuite")

    // MARK: Name and password

    private var login: Route {
        Route(
            .get, "/connexion", access: .anyone, .init("pageConnexion", tag: Self.tag, "La page de connexion"),
            parameters: [Self.next], outputs: [FormParts.page],
            handler: .task { [accounts] request in
                Self.loginPage(request, accounts, next: try request.query.single("suite"))
            })
    }

    private static func loginPage(
        _ request: Request, _ accounts: Accounts, next: String?, username: String = "", error: String? = nil,
        _ status: Status = .ok
    ) -> Response {
        var field = FormParts.username
        field.value = username
        return step(request, accounts, status) { token in
            let form = FormParts.form(
                "/connexion", [field, FormParts.password], token: token,
                hidden: [("suite", FormParts.local(next) ?? "")], button: "Se connecter")
            return Page(
                title: "Connexion",
                content: """
                    <h1>Connexion</h1>
                    \(insecurity(request))
                    \(FormParts.error(error))
                    \(form)
                    <p><a href="/activation">J'ai reçu un code d'activation</a></p>
                    <p class="note">Mot de passe oublié, second facteur perdu : adressez-vous à un administrateur, qui vous remettra un code.</p>
                    """)
        }
    }

    /// Browsers drop our cookies on a connection that others can read.
    private static func insecurity(_ request: Request) -> HTML? {
        guard !request.client.isSecure, !request.isLocal else { return nil }
        return
            "<p class=\"alert\">Cette connexion n'est pas chiffrée : votre navigateur refusera d'ouvrir une session. Utilisez l'adresse en https.</p>"
    }

    /// A page for a browser without a session, which a cookie of its own ties its form to.
    private static func step(
        _ request: Request, _ accounts: Accounts, _ status: Status, _ page: (_ token: String) -> Page
    ) -> Response {
        let known = request.cookie(BrowserSession.stepCookie).flatMap { $0.utf8.count == 43 ? $0 : nil }
        let cookie = known ?? Base64.url.encode(SecureRandom.bytes(32))
        var response = page(accounts.forms.token(forStep: cookie)).unkept(status)
        if known == nil, let field = BrowserSession.cookie(BrowserSession.stepCookie, cookie) {
            response.fields.append(field)
        }
        return response
    }

    private static func isOurs(_ form: Form, _ request: Request, _ accounts: Accounts) throws -> Bool {
        guard let cookie = request.cookie(BrowserSession.stepCookie) else { return false }
        return accounts.forms.isToken(try form.text(FormTokens.field), forStep: cookie)
    }

    private var submitLogin: Route {
        Route(
            .post, "/connexion", access: .anyone,
            .init("connexionParPage", tag: Self.tag, "Ouvre une session de navigateur"),
            input: .init([Form.mediaType], Self.fields(["username", "password", "suite"])),
            outputs: FormParts.formOutputs, limits: AuthRoutes.small, rate: .login, auditEvent: "session.ouverte",
            handler: .task { [accounts] request in
                try request.checkOrigin()
                let form = try Form(request, ["username", "password", "suite"])
                let (username, next) = (try form.text("username"), try form.text("suite"))
                guard try Self.isOurs(form, request, accounts) else {
                    return Self.loginPage(
                        request, accounts, next: next, username: username, error: FormParts.tooOld, .forbidden)
                }
                let outcome = try await accounts.signIn(username, form.text("password"), by: .cookie, request)
                switch outcome {
                case .opened(let session): return Self.enter(session, accounts, next)
                case .challenged(let token):
                    let suffix = FormParts.local(next).map { "?suite=" + PercentCoding.encode($0) } ?? ""
                    var response = Response.see("/connexion/code" + suffix)
                    if let field = BrowserSession.cookie(BrowserSession.stepCookie, token) {
                        response.fields.append(field)
                    }
                    return response
                case nil:
                    await AuthRoutes.even(request.received)
                    return Self.loginPage(
                        request, accounts, next: next, username: username, error: AuthRoutes.refusedLogin,
                        .unauthorized)
                }
            })
    }

    private static func enter(_ session: OpenSession, _ accounts: Accounts, _ next: String) -> Response {
        let path = accounts.isEnrolling(session) ? "/compte/second-facteur" : FormParts.local(next) ?? "/compte"
        var response = Response.see(path)
        response.fields += [
            accounts.cookie(session), BrowserSession.forgetting(BrowserSession.stepCookie),
        ].compactMap(\.self)
        return response
    }

    static func fields(_ names: [String]) -> Schema {
        .object((names + [FormTokens.field]).map { .init($0, .string()) })
    }

    // MARK: The code

    private var code: Route {
        Route(
            .get, "/connexion/code", access: .anyone,
            .init("pageCode", tag: Self.tag, "La page du code, après le mot de passe"), parameters: [Self.next],
            outputs: [FormParts.page],
            handler: .task { [accounts] request in
                Self.codePage(request, accounts, next: try request.query.single("suite"))
            })
    }

    private static func codePage(
        _ request: Request, _ accounts: Accounts, next: String?, error: String? = nil, _ status: Status = .ok
    ) -> Response {
        step(request, accounts, status) { token in
            let form = FormParts.form(
                "/connexion/code",
                [FormParts.code("Les six chiffres que montre votre application, ou un de vos codes de secours.")],
                token: token, hidden: [("suite", FormParts.local(next) ?? "")], button: "Continuer")
            return Page(
                title: "Second facteur",
                content: """
                    <h1>Second facteur</h1>
                    \(FormParts.error(error))
                    \(form)
                    <p><a href="/connexion">Recommencer depuis le mot de passe</a></p>
                    """)
        }
    }

    private var submitCode: Route {
        Route(
            .post, "/connexion/code", access: .anyone,
            .init("codeParPage", tag: Self.tag, "Termine la connexion d'un navigateur"),
            input: .init([Form.mediaType], Self.fields(["code", "suite"])), outputs: FormParts.formOutputs,
            limits: AuthRoutes.small, rate: .login, auditEvent: "session.ouverte",
            handler: .task { [accounts] request in
                try request.checkOrigin()
                let form = try Form(request, ["code", "suite"])
                let next = try form.text("suite")
                guard try Self.isOurs(form, request, accounts),
                    let challenge = request.cookie(BrowserSession.stepCookie)
                else { return Self.codePage(request, accounts, next: next, error: FormParts.tooOld, .forbidden) }
                let session = try await accounts.verify(challenge, code: form.text("code"), by: .cookie, request)
                guard let session else {
                    await AuthRoutes.even(request.received)
                    return Self.codePage(
                        request, accounts, next: next, error: SecondFactorRoutes.refusedCode, .unauthorized)
                }
                return Self.enter(session, accounts, next)
            })
    }

    // MARK: Choosing a password with a code

    private var activation: Route {
        Route(
            .get, "/activation", access: .anyone,
            .init("pageActivation", tag: Self.tag, "La page où un code donne un mot de passe"),
            outputs: [FormParts.page], handler: .task { [accounts] request in Self.activationPage(request, accounts) })
    }

    private static func activationPage(
        _ request: Request, _ accounts: Accounts, username: String = "", error: String? = nil, _ status: Status = .ok
    ) -> Response {
        var name = FormParts.username
        (name.isFirst, name.value) = (false, username)
        let code = FormParts.Field(
            name: "code", label: "Code d'activation",
            hint: "Celui que l'administrateur vous a remis ; espaces et tirets ne comptent pas.", isFirst: true)
        return step(request, accounts, status) { token in
            let form = FormParts.form(
                "/activation", [code, name] + FormParts.newPassword("Mot de passe de votre choix"), token: token,
                button: "Activer le compte")
            return Page(
                title: "Activation",
                content: """
                    <h1>Activer un compte</h1>
                    <p>Un code sert une fois, dans les 24 heures.</p>
                    \(FormParts.error(error))
                    \(form)
                    <p><a href="/connexion">J'ai déjà un mot de passe</a></p>
                    """)
        }
    }

    private var submitActivation: Route {
        let names = ["code", "username", "nouveau", "repetition"]
        return Route(
            .post, "/activation", access: .anyone,
            .init("activationParPage", tag: Self.tag, "Choisit le mot de passe d'un compte avec un code"),
            input: .init([Form.mediaType], Self.fields(names)), outputs: FormParts.formOutputs,
            limits: AuthRoutes.small, rate: .login, auditEvent: "utilisateur.active",
            handler: .task { [accounts] request in
                try request.checkOrigin()
                let form = try Form(request, names)
                let username = try form.text("username")
                func again(_ error: String, _ status: Status) -> Response {
                    Self.activationPage(request, accounts, username: username, error: error, status)
                }
                guard try Self.isOurs(form, request, accounts) else { return again(FormParts.tooOld, .forbidden) }
                let chosen = try form.text("nouveau")
                guard try form.text("repetition") == chosen else {
                    return again("Les deux mots de passe diffèrent.", .unprocessableContent)
                }
                do {
                    let id = try await accounts.activate(
                        code: form.text("code"), username: username, password: chosen, request)
                    guard id != nil else {
                        return again("Ce code n'est pas valable pour ce compte, ou ne l'est plus.", .unauthorized)
                    }
                } catch let problem as Problem where problem.kind.status.family == 4 {
                    return again(problem.sentence, .unprocessableContent)
                }
                return .see("/connexion")
            })
    }

    // MARK: Leaving

    private var logout: Route {
        Route(
            .post, "/deconnexion", access: .signedIn, assurance: .enrolling,
            .init("deconnexionParPage", tag: Self.tag, "Ferme la session du navigateur"),
            input: .init([Form.mediaType], Self.fields([])), outputs: FormParts.formOutputs, limits: AuthRoutes.small,
            auditEvent: "session.fermee",
            handler: .task { [accounts] request in
                _ = try request.form([], accounts)
                _ = try await accounts.end(request.signedIn().session, request)
                var response = Response.see("/connexion").adding(
                    "Clear-Site-Data", #""cache", "cookies", "storage""#)
                if let field = BrowserSession.forgetting(BrowserSession.cookie) { response.fields.append(field) }
                return response
            })
    }
}

extension Request {
    /// A form of a page that was shown to this session.
    func form(_ names: [String], _ accounts: Accounts) throws -> Form {
        let form = try Form(self, names)
        guard accounts.forms.isToken(try form.text(FormTokens.field), for: try signedIn().session) else {
            throw Problem(.forbidden, FormParts.tooOld)
        }
        return form
    }
}
