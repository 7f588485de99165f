import Crypto
import HTTP
import Platform

/// One's own second factor: setting it up, replacing it, taking it away, recovery codes.
struct SecondFactorPages {
    let accounts: Accounts

    var routes: [Route] { [state, offer, confirm, renewCodes, remove] }

    private var state: Route {
        Route(
            .get, "/compte/second-facteur", access: .signedIn, assurance: .recentEnrolling,
            .init("pageSecondFacteur", tag: SignInPages.tag, "Son second facteur"),
            parameters: [AccountPages.outcome], outputs: [FormParts.page],
            handler: .task { [accounts] request in
                let state = try await accounts.secondFactorState(request)
                let token = accounts.forms.token(for: try request.signedIn().session)
                return try AccountPages.page(
                    "Second facteur", request, accounts,
                    state.confirmed == nil ? Self.absent(state, token) : Self.present(state, token))
            })
    }

    private static func absent(_ state: Accounts.SecondFactorState, _ token: String) -> HTML {
        """
        <p>\(state.isRequired ? "Votre rôle exige un second facteur : rien d'autre n'est ouvert avant." : "Un second facteur protège votre compte même si votre mot de passe est connu d'un autre.")</p>
        <p>Il vous faut une application d'authentification sur votre téléphone ; elle n'a pas besoin de réseau.</p>
        \(FormParts.form("/compte/second-facteur", [], token: token, button: "Installer un second facteur"))
        """
    }

    private static func present(_ state: Accounts.SecondFactorState, _ token: String) -> HTML {
        """
        <p>Actif depuis le \(state.confirmed?.french ?? ""). Il vous reste \(state.recoveryCodesLeft) code\(state.recoveryCodesLeft > 1 ? "s" : "") de secours.</p>
        \(FormParts.form("/compte/second-facteur", [], token: token, button: "Le remplacer"))
        \(FormParts.form("/compte/second-facteur/codes", [], token: token, button: "Obtenir de nouveaux codes de secours"))
        \(state.isRequired ? nil : FormParts.form("/compte/second-facteur/retrait", [], token: token, button: "Le retirer"))
        """
    }

    private var offer: Route {
        Route(
            .post, "/compte/second-facteur", access: .signedIn, assurance: .recentEnrolling,
            .init("installationParPage", tag: SignInPages.tag, "Propose un second facteur, à confirmer par un code"),
            input: .init([Form.mediaType], SignInPages.fields([])), outputs: [FormParts.page] + FormParts.formOutputs,
            limits: AuthRoutes.small, auditEvent: "second_facteur.propose",
            handler: .task { [accounts] request in
                _ = try request.form([], accounts)
                guard let (secret, account) = try await accounts.offerSecondFactor(request) else {
                    throw AuthRoutes.refusal("Ce compte n'existe plus.")
                }
                return try Self.offerPage(secret, account.username, request, accounts)
            })
    }

    private static func offerPage(
        _ secret: OneTimePassword, _ username: String, _ request: Request, _ accounts: Accounts, error: String? = nil,
        _ status: Status = .ok
    ) throws -> Response {
        let address = secret.address(issuer: "InspectIA", account: username)
        let drawing = HTML(stringLiteral: QRCode(address)?.svg ?? "")
        let digits = Array(Base32.encode(secret.secret))
        let groups = stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<min($0 + 4, digits.count)]) }
        let form = FormParts.form(
            "/compte/second-facteur/confirmation",
            [FormParts.code("Les six chiffres que l'application montre maintenant.")],
            token: accounts.forms.token(for: try request.signedIn().session), button: "Activer")
        return try AccountPages.page(
            "Installer le second facteur", request, accounts, error: error, status: status,
            """
            <ol><li>Ouvrez votre application d'authentification et ajoutez un compte.</li>
            <li>Photographiez ce code, ou saisissez la clé à la main.</li>
            <li>Donnez ci-dessous le code à six chiffres qu'elle montre, dans les dix minutes.</li></ol>
            <figure class="qr">\(drawing)<figcaption>Clé à saisir à la main : <code>\(groups.joined(separator: " "))</code></figcaption></figure>
            \(form)
            """)
    }

    private var confirm: Route {
        Route(
            .post, "/compte/second-facteur/confirmation", access: .signedIn, assurance: .recentEnrolling,
            .init("confirmationDuFacteurParPage", tag: SignInPages.tag, "Active le second facteur proposé"),
            input: .init([Form.mediaType], SignInPages.fields(["code"])),
            outputs: [FormParts.page] + FormParts.formOutputs, limits: AuthRoutes.small,
            rate: .login, auditEvent: "second_facteur.installe",
            handler: .task { [accounts] request in
                let form = try request.form(["code"], accounts)
                guard let confirmed = try await accounts.confirmSecondFactor(form.text("code"), request) else {
                    let principal = try request.signedIn()
                    guard let secret = try await accounts.offeredSecondFactor(principal.user) else {
                        return .see("/compte/second-facteur")
                    }
                    return try Self.offerPage(
                        secret, principal.username, request, accounts, error: SecondFactorRoutes.refusedConfirmation,
                        .unprocessableContent)
                }
                var response = try Self.codesPage(confirmed.recoveryCodes, request, accounts)
                if let cookie = accounts.cookie(confirmed.session) { response.fields.append(cookie) }
                return response
            })
    }

    private static func codesPage(_ codes: [String], _ request: Request, _ accounts: Accounts) throws -> Response {
        let items: [HTML] = codes.map { "<li><code>\($0)</code></li>" }
        return try AccountPages.page(
            "Codes de secours", request, accounts,
            """
            <p>Chacun de ces codes remplace une fois votre application. Imprimez-les ou recopiez-les, et gardez-les loin du téléphone : <strong>ils ne seront plus montrés.</strong></p>
            <ol class="codes">\(items)</ol>
            <p><a href="/compte">Je les ai gardés</a></p>
            """)
    }

    private var renewCodes: Route {
        Route(
            .post, "/compte/second-facteur/codes", access: .signedIn, assurance: .recent,
            .init("codesDeSecoursParPage", tag: SignInPages.tag, "Donne de nouveaux codes de secours"),
            input: .init([Form.mediaType], SignInPages.fields([])), outputs: [FormParts.page] + FormParts.formOutputs,
            limits: AuthRoutes.small, auditEvent: "second_facteur.codes_renouveles",
            handler: .task { [accounts] request in
                _ = try request.form([], accounts)
                guard let codes = try await accounts.renewRecoveryCodes(request) else {
                    return .see("/compte/second-facteur")
                }
                return try Self.codesPage(codes, request, accounts)
            })
    }

    private var remove: Route {
        Route(
            .post, "/compte/second-facteur/retrait", access: .signedIn, assurance: .recent,
            .init("retraitParPage", tag: SignInPages.tag, "Retire son second facteur, si le rôle ne l'exige pas"),
            input: .init([Form.mediaType], SignInPages.fields([])),
            outputs: FormParts.formOutputs + [AuthRoutes.conflicting], limits: AuthRoutes.small,
            auditEvent: "second_facteur.retire",
            handler: .task { [accounts] request in
                _ = try request.form([], accounts)
                _ = try await accounts.removeSecondFactor(request)
                return .see("/compte/second-facteur?fait=retire")
            })
    }
}
