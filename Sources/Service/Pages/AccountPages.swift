import HTTP
import JSON
import Platform

/// What somebody sees of their own account: notices, profile, password, sessions.
struct AccountPages {
    let accounts: Accounts

    var routes: [Route] {
        [overview, submitProfile, markRead, password, submitPassword, sessions, endOthers, endSession]
    }

    static let outcome = Route.Parameter(.query, "fait", .string(maxLength: 40), "Ce qui vient d'être fait")
    private static let done = [
        "profil": "Votre profil est enregistré.", "avis": "Les avis sont marqués comme lus.",
        "mot-de-passe": "Votre mot de passe est changé ; vos autres sessions sont fermées.",
        "session": "La session est fermée.", "sessions": "Vos autres sessions sont fermées.",
        "retire": "Le second facteur est retiré.",
    ]

    /// A page of one's own account, with the way to the others.
    static func page(
        _ title: String, _ request: Request, _ accounts: Accounts, error: String? = nil, status: Status = .ok,
        _ content: HTML
    ) throws -> Response {
        let principal = try request.signedIn()
        let places = [
            ("/compte", "Mon compte"), ("/compte/mot-de-passe", "Mot de passe"),
            ("/compte/second-facteur", "Second facteur"), ("/compte/sessions", "Sessions"),
        ]
        let links: [HTML] = places.map { path, name in
            let current: HTML? = path == request.path ? " aria-current=\"page\"" : nil
            return "<li><a href=\"\(path)\"\(current)>\(name)</a></li>"
        }
        let leave = FormParts.form(
            "/deconnexion", [], token: accounts.forms.token(for: principal.session), button: "Se déconnecter")
        return Page(
            title: title,
            content: """
                <nav class="account" aria-label="Mon compte"><ul>\(links)</ul>\(leave)</nav>
                <h1>\(title)</h1>
                \(FormParts.done((try? request.query.single("fait")).flatMap { done[$0] }))
                \(FormParts.error(error))
                \(content)
                """
        ).unkept(status)
    }

    private static func token(_ request: Request, _ accounts: Accounts) throws -> String {
        accounts.forms.token(for: try request.signedIn().session)
    }

    // MARK: Overview

    private var overview: Route {
        Route(
            .get, "/compte", access: .signedIn, assurance: .enrolling,
            .init("pageCompte", tag: SignInPages.tag, "Son compte et ses avis"), parameters: [Self.outcome],
            outputs: [FormParts.page, AuthRoutes.refused],
            handler: .task { [accounts] request in try await Self.overview(request, accounts) })
    }

    private static func overview(
        _ request: Request, _ accounts: Accounts, error: String? = nil, _ status: Status = .ok
    ) async throws -> Response {
        let principal = try request.signedIn()
        guard let account = try await AccountStore.account(principal.user, accounts.database) else {
            throw AuthRoutes.refusal("Ce compte n'existe plus.")
        }
        let email = try await accounts.email(of: account)
        let notices = try await NoticeStore.all(of: principal.user, accounts.database)
        let token = try token(request, accounts)
        let profile = FormParts.form(
            "/compte/profil",
            [
                .init(
                    name: "nom", label: "Nom et prénom", autocomplete: "name", value: account.name ?? "",
                    isRequired: false),
                .init(
                    name: "email", label: "Adresse électronique", type: "email", autocomplete: "email",
                    value: email ?? "", isRequired: false),
            ], token: token, button: "Enregistrer")
        let unread = notices.contains { !$0.isRead }
        return try page(
            "Mon compte", request, accounts, error: error, status: status,
            """
            <dl><dt>Nom de compte</dt><dd>\(account.username)</dd><dt>Rôle</dt><dd>\(account.role.title)</dd>
            <dt>Bureau</dt><dd>\(account.bureau ?? "tous")</dd></dl>
            <section aria-labelledby="profil"><h2 id="profil">Profil</h2>\(profile)</section>
            <section aria-labelledby="avis"><h2 id="avis">Avis</h2>
            \(notices.isEmpty ? "<p>Rien à signaler.</p>" : table(notices))
            \(unread ? FormParts.form("/compte/avis", [], token: token, button: "Tout marquer comme lu") : nil)
            </section>
            """)
    }

    private static func table(_ notices: [Notice]) -> HTML {
        let rows: [HTML] = notices.map { notice in
            """
            <tr><td>\(notice.date.french)</td><td>\(notice.isRead ? nil : "<strong>Nouveau.</strong> " as HTML)\(notice.kind.sentence)</td>\
            <td>\(notice.address ?? "")</td></tr>
            """
        }
        return """
            <table><caption>Ce qui est arrivé à ce compte, en temps universel</caption>
            <thead><tr><th scope="col">Date</th><th scope="col">Avis</th><th scope="col">Adresse</th></tr></thead>
            <tbody>\(rows)</tbody></table>
            """
    }

    private var submitProfile: Route {
        Route(
            .post, "/compte/profil", access: .signedIn,
            .init("profilParPage", tag: SignInPages.tag, "Change son nom ou son adresse électronique"),
            input: .init([Form.mediaType], SignInPages.fields(["nom", "email"])), outputs: FormParts.formOutputs,
            limits: AuthRoutes.small, auditEvent: "utilisateur.profil",
            handler: .task { [accounts] request in
                let form = try request.form(["nom", "email"], accounts)
                let (name, email) = (try form.text("nom"), try form.text("email"))
                do {
                    _ = try await accounts.changeProfile(
                        name: .some(name.isEmpty ? nil : name), email: .some(email.isEmpty ? nil : email), request)
                } catch let problem as Problem where problem.kind.status == .unprocessableContent {
                    return try await Self.overview(
                        request, accounts, error: problem.sentence, .unprocessableContent)
                }
                return .see("/compte?fait=profil")
            })
    }

    private var markRead: Route {
        Route(
            .post, "/compte/avis", access: .signedIn, assurance: .enrolling,
            .init("avisLusParPage", tag: SignInPages.tag, "Marque ses avis comme lus"),
            input: .init([Form.mediaType], SignInPages.fields([])), outputs: FormParts.formOutputs,
            limits: AuthRoutes.small,
            handler: .task { [accounts] request in
                _ = try request.form([], accounts)
                _ = try await NoticeStore.markRead(nil, of: request.signedIn().user, accounts.database)
                return .see("/compte?fait=avis")
            })
    }

    // MARK: Password

    private var password: Route {
        Route(
            .get, "/compte/mot-de-passe", access: .signedIn,
            .init("pageMotDePasse", tag: SignInPages.tag, "La page qui change son mot de passe"),
            parameters: [Self.outcome], outputs: [FormParts.page],
            handler: .task { [accounts] request in try Self.passwordPage(request, accounts) })
    }

    private static func passwordPage(
        _ request: Request, _ accounts: Accounts, error: String? = nil, _ status: Status = .ok
    ) throws -> Response {
        var present = FormParts.password
        present.isFirst = true
        let form = FormParts.form(
            "/compte/mot-de-passe", [present] + FormParts.newPassword("Nouveau mot de passe"),
            token: try token(request, accounts), owner: try request.signedIn().username,
            button: "Changer le mot de passe")
        return try page("Mot de passe", request, accounts, error: error, status: status, form)
    }

    private var submitPassword: Route {
        let names = ["password", "nouveau", "repetition"]
        return Route(
            .post, "/compte/mot-de-passe", access: .signedIn,
            .init("motDePasseParPage", tag: SignInPages.tag, "Change son mot de passe"),
            input: .init([Form.mediaType], SignInPages.fields(names)), outputs: FormParts.formOutputs,
            limits: AuthRoutes.small, rate: .login, auditEvent: "mot_de_passe.change",
            handler: .task { [accounts] request in
                let form = try request.form(names, accounts)
                let chosen = try form.text("nouveau")
                func again(_ error: String) throws -> Response {
                    try Self.passwordPage(request, accounts, error: error, .unprocessableContent)
                }
                guard try form.text("repetition") == chosen else {
                    return try again("Les deux nouveaux mots de passe diffèrent.")
                }
                do {
                    guard try await accounts.changePassword(from: form.text("password"), to: chosen, request) else {
                        await AuthRoutes.even(request.received)
                        return try again("Ce n'est pas le mot de passe actuel.")
                    }
                } catch let problem as Problem where problem.kind.status.family == 4 {
                    return try again(problem.sentence)
                }
                return .see("/compte/mot-de-passe?fait=mot-de-passe")
            })
    }

    // MARK: Sessions

    private var sessions: Route {
        Route(
            .get, "/compte/sessions", access: .signedIn, assurance: .enrolling,
            .init("pageSessions", tag: SignInPages.tag, "Ses sessions ouvertes"), parameters: [Self.outcome],
            outputs: [FormParts.page],
            handler: .task { [accounts] request in
                let principal = try request.signedIn()
                let token = try Self.token(request, accounts)
                let open = try await SessionStore.open(of: principal.user, accounts.database)
                let rows: [HTML] = open.map { session in
                    let end: HTML =
                        session.id == principal.session
                        ? "<strong>celle-ci</strong>"
                        : FormParts.form("/compte/sessions/\(session.id)/fin", [], token: token, button: "Fermer")
                    return """
                        <tr><td>\(session.created.french)</td><td>\(session.lastSeen.french)</td>\
                        <td>\(session.address)</td><td>\(session.agent)</td><td>\(end)</td></tr>
                        """
                }
                return try Self.page(
                    "Sessions", request, accounts,
                    """
                    <table><caption>Vos sessions ouvertes, en temps universel</caption>
                    <thead><tr><th scope="col">Ouverte</th><th scope="col">Dernier passage</th><th scope="col">Adresse</th>\
                    <th scope="col">Programme</th><th scope="col">Fin</th></tr></thead><tbody>\(rows)</tbody></table>
                    \(FormParts.form("/compte/sessions/fin", [], token: token, button: "Fermer toutes les autres"))
                    """)
            })
    }

    private var endOthers: Route {
        Route(
            .post, "/compte/sessions/fin", access: .signedIn, assurance: .enrolling,
            .init("finDesSessionsParPage", tag: SignInPages.tag, "Ferme ses autres sessions"),
            input: .init([Form.mediaType], SignInPages.fields([])), outputs: FormParts.formOutputs,
            limits: AuthRoutes.small, auditEvent: "sessions.fermees",
            handler: .task { [accounts] request in
                _ = try request.form([], accounts)
                try await accounts.endOthers(request)
                return .see("/compte/sessions?fait=sessions")
            })
    }

    private var endSession: Route {
        Route(
            .post, "/compte/sessions/{id}/fin", access: .signedIn, assurance: .enrolling,
            .init("finDeSessionParPage", tag: SignInPages.tag, "Ferme une de ses sessions"),
            parameters: [.init(.path, "id", .string(format: "uuid"), "La session")],
            input: .init([Form.mediaType], SignInPages.fields([])),
            outputs: FormParts.formOutputs + [
                .init(.notFound, of: "application/problem+json", "Aucune session ouverte n'a cet identifiant")
            ], limits: AuthRoutes.small, auditEvent: "session.fermee",
            handler: .task { [accounts] request in
                _ = try request.form([], accounts)
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }), try await accounts.end(id, request)
                else { throw Problem(.notFound) }
                return .see("/compte/sessions?fait=session")
            })
    }
}

extension Role {
    /// What people call it.
    var title: String {
        switch self {
        case .inspector: "Inspecteur"
        case .expert: "Expert des modèles"
        case .chief: "Chef de service"
        case .admin: "Administrateur"
        case .declarant: "Déclarant"
        }
    }
}

extension Timestamp {
    /// `21/11/2026 14:09`, in UTC.
    var french: String {
        let text = Array(rfc3339(.seconds))
        return "\(String(text[8..<10]))/\(String(text[5..<7]))/\(String(text[0..<4])) \(String(text[11..<16]))"
    }
}
