import HTTP
import Platform

/// Confirming who one is with a browser, before what asks for a recent proof.
struct ConfirmationPages {
    let accounts: Accounts

    var routes: [Route] { [confirmation, submitConfirmation] }

    private var confirmation: Route {
        Route(
            .get, "/connexion/confirmation", access: .signedIn, assurance: .enrolling,
            .init("pageConfirmation", tag: SignInPages.tag, "La page qui confirme qui l'on est"),
            parameters: [SignInPages.next],
            outputs: [FormParts.page],
            handler: .task { [accounts] request in
                try await Self.confirmationPage(request, accounts, next: request.query.single("suite"))
            })
    }

    private static func confirmationPage(
        _ request: Request, _ accounts: Accounts, next: String?, error: String? = nil, _ status: Status = .ok
    ) async throws -> Response {
        let principal = try request.signedIn()
        var fields = [FormParts.password]
        fields[0].isFirst = true
        if try await accounts.secondFactorState(request).confirmed != nil {
            fields.append(
                FormParts.code("Les six chiffres de votre application, ou un code de secours.", isFirst: false))
        }
        let form = FormParts.form(
            "/connexion/confirmation", fields, token: accounts.forms.token(for: principal.session),
            hidden: [("suite", FormParts.local(next) ?? "")], owner: principal.username, button: "Confirmer")
        return Page(
            title: "Confirmez votre identité",
            content: """
                <h1>Confirmez votre identité</h1>
                <p>Ce que vous allez faire demande que vous redonniez votre mot de passe, \(principal.username).</p>
                \(FormParts.error(error))
                \(form)
                """
        ).unkept(status)
    }

    private var submitConfirmation: Route {
        Route(
            .post, "/connexion/confirmation", access: .signedIn, assurance: .enrolling,
            .init("confirmationParPage", tag: SignInPages.tag, "Confirme qui l'on est, pour dix minutes"),
            input: .init([Form.mediaType], SignInPages.fields(["password", "code", "suite"])),
            outputs: FormParts.formOutputs, limits: AuthRoutes.small, rate: .login, auditEvent: "session.confirmee",
            handler: .task { [accounts] request in
                let form = try request.form(["password", "code", "suite"], accounts)
                let (code, next) = (try form.text("code"), try form.text("suite"))
                let session = try await accounts.reauthenticate(
                    form.text("password"), code: code.isEmpty ? nil : code, request)
                guard let session else {
                    await AuthRoutes.even(request.received)
                    return try await Self.confirmationPage(
                        request, accounts, next: next, error: "Mot de passe ou code incorrect.", .unauthorized)
                }
                var response = Response.see(FormParts.local(next) ?? "/compte")
                if let cookie = accounts.cookie(session) { response.fields.append(cookie) }
                return response
            })
    }
}
