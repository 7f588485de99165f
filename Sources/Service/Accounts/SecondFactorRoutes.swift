import Crypto
import HTTP
import JSON
import Platform

/// The second factor: codes at sign-in, and its owner's setting it up.
struct SecondFactorRoutes {
    let accounts: Accounts

    var routes: [Route] { [verify, state, enroll, confirm, renewCodes, remove] }

    private static let tag = "Second facteur"
    private static let code = Schema.string(maxLength: 64)
    private static let recoveryCodes = Schema.Member(
        "recovery_codes",
        .described("Dix codes de secours, montrés cette fois seulement ; chacun sert une fois.", .array(.string())))

    private var verify: Route {
        Route(
            .post, "/auth/mfa/verify", access: .anyone,
            .init(
                "codeDeConnexion", tag: Self.tag, "Termine la connexion avec un code",
                details:
                    "Le code à six chiffres de l'application, ou un code de secours. Un code ne sert qu'une fois. Un échec ne dit pas sa cause."
            ),
            input: .init(
                ["application/json"], .object([.init("mfa_token", .string(maxLength: 64)), .init("code", Self.code)])),
            outputs: [.init(.ok, AuthRoutes.tokens, "La session est ouverte"), AuthRoutes.refused, AuthRoutes.invalid],
            limits: AuthRoutes.small, rate: .login, auditEvent: "session.ouverte",
            handler: .task { [accounts] request in
                let given: Verification = try request.read()
                guard let session = try await accounts.verify(given.token, code: given.code, by: .tokens, request)
                else {
                    await AuthRoutes.even(request.received)
                    throw AuthRoutes.refusal(Self.refusedCode)
                }
                return AuthRoutes.answer(session, accounts)
            })
    }

    static let refusedCode =
        "Ce code n'est pas valable, ou a déjà servi. Attendez le code suivant ; après plusieurs échecs, attendez quelques minutes."

    private var state: Route {
        Route(
            .get, "/auth/mfa", access: .signedIn, assurance: .enrolling,
            .init("secondFacteur", tag: Self.tag, "L'état de son second facteur"),
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("actif", .boolean), .init("obligatoire", .boolean),
                        .init("depuis", .nullable(.string(format: "date-time"))),
                        .init("codes_de_secours_restants", .integer(0...10)),
                    ]), "L'état")
            ],
            handler: .task { [accounts] request in
                let state = try await accounts.secondFactorState(request)
                var json = JSONWriter()
                json.object { json in
                    json.member("actif", state.confirmed != nil)
                    json.member("obligatoire", state.isRequired)
                    json.member("depuis", state.confirmed?.rfc3339(.seconds))
                    json.member("codes_de_secours_restants", state.recoveryCodesLeft)
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private var enroll: Route {
        Route(
            .post, "/auth/mfa/enroll", access: .signedIn, assurance: .recentEnrolling,
            .init(
                "installationDuSecondFacteur", tag: Self.tag, "Propose un second facteur, à confirmer par un code",
                details: "Valable dix minutes ; celui d'avant compte jusqu'à la confirmation."),
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("secret", .described("En base 32, à saisir à la main.", .string())),
                        .init("otpauth_uri", .string(format: "uri")),
                        .init("qr_svg", .described("L'adresse otpauth en code QR.", .string())),
                        .init("expires_in", .integer()),
                    ]), "Ce que l'application d'authentification doit connaître"), AuthRoutes.refused,
            ], auditEvent: "second_facteur.propose",
            handler: .task { [accounts] request in
                guard let (secret, account) = try await accounts.offerSecondFactor(request) else {
                    throw AuthRoutes.refusal("Ce compte n'existe plus.")
                }
                let address = secret.address(issuer: "InspectIA", account: account.username)
                var json = JSONWriter()
                json.object { json in
                    json.member("secret", Base32.encode(secret.secret))
                    json.member("otpauth_uri", address)
                    json.member("qr_svg", QRCode(address)?.svg ?? "")
                    json.member("expires_in", 600)
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private var confirm: Route {
        Route(
            .post, "/auth/mfa/confirm", access: .signedIn, assurance: .recentEnrolling,
            .init(
                "confirmationDuSecondFacteur", tag: Self.tag, "Active le second facteur proposé",
                details: "Les autres sessions du compte sont fermées."),
            input: .init(["application/json"], .object([.init("code", Self.code)])),
            outputs: [
                .init(.ok, .object([Self.recoveryCodes] + AuthRoutes.accessToken), "Il est actif"),
                AuthRoutes.invalid,
            ], limits: AuthRoutes.small, rate: .login, auditEvent: "second_facteur.installe",
            handler: .task { [accounts] request in
                let given: Code = try request.read()
                guard let confirmed = try await accounts.confirmSecondFactor(given.code, request) else {
                    throw Accounts.refusal("/code", Self.refusedConfirmation)
                }
                var json = JSONWriter()
                json.object { json in
                    json.member("recovery_codes", confirmed.recoveryCodes)
                    AuthRoutes.write(accounts.accessToken(confirmed.session), to: &json)
                }
                return Response(.ok, .json, json.finish())
            })
    }

    static let refusedConfirmation =
        "Ce n'est pas le code attendu, ou la proposition a plus de dix minutes. Vérifiez l'heure de l'appareil."

    private var renewCodes: Route {
        Route(
            .post, "/auth/mfa/recovery-codes", access: .signedIn, assurance: .recent,
            .init("codesDeSecours", tag: Self.tag, "Donne dix nouveaux codes de secours ; les anciens ne valent plus"),
            outputs: [.init(.ok, .object([Self.recoveryCodes]), "Les codes"), AuthRoutes.conflicting],
            auditEvent: "second_facteur.codes_renouveles",
            handler: .task { [accounts] request in
                guard let codes = try await accounts.renewRecoveryCodes(request) else { throw Self.absence }
                var json = JSONWriter()
                json.object { $0.member("recovery_codes", codes) }
                return Response(.ok, .json, json.finish())
            })
    }

    static var absence: Problem { Problem(.conflict, "Ce compte n'a pas de second facteur.") }

    private var remove: Route {
        Route(
            .delete, "/auth/mfa", access: .signedIn, assurance: .recent,
            .init("retraitDuSecondFacteur", tag: Self.tag, "Retire son second facteur, si le rôle ne l'exige pas"),
            outputs: [.init(.noContent, of: nil, "Il est retiré"), AuthRoutes.conflicting],
            auditEvent: "second_facteur.retire",
            handler: .task { [accounts] request in
                guard try await accounts.removeSecondFactor(request) else { throw Self.absence }
                return Response(.noContent)
            })
    }
}

private struct Verification: JSONReadable {
    let token: String
    let code: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var (token, code): (String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "mfa_token": token = try reader.string()
            case "code": code = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.token = try reader.required(token, "mfa_token")
        self.code = try reader.required(code, "code")
    }
}

private struct Code: JSONReadable {
    let code: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var code: String?
        try reader.object { key, reader throws(JSONError) in
            guard "code" ~= key else { throw reader.unknownMember(key) }
            code = try reader.string()
        }
        self.code = try reader.required(code, "code")
    }
}
