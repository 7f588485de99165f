import HTTP
import JSON
import Platform

extension Permission {
    static let manageUsers = Permission("manage_users")
}

extension Account {
    /// Of what administrators see of it.
    var tag: EntityTag? { EntityTag("v\(version)") }
}

/// Accounts, for administrators.
struct UserRoutes {
    let accounts: Accounts

    var routes: [Route] { [list, one, change] }

    static let tag = "Comptes"
    private static let pageSize = 100
    static let user = Schema.named(
        "Compte",
        .object([
            .init("id", .string(format: "uuid")), .init("username", .string()),
            .init("email", .nullable(.string())), .init("role", .words(Role.allCases.map(\.rawValue))),
            .init("bureau", .nullable(.string())), .init("nom", .nullable(.string())),
            .init(
                "statut",
                .described(
                    "« invite » : le mot de passe n'est pas encore choisi.", .words(["actif", "invite", "desactive"]))
            ),
        ]))
    static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Aucun compte n'a cet identifiant")

    private var list: Route {
        Route(
            .get, "/api/v2/users", access: .permission(.manageUsers),
            .init("comptes", tag: Self.tag, "Les comptes, par nom"),
            parameters: [.init(.query, "cursor", .string(), "Le « suivant » de la page précédente")],
            outputs: [
                .init(
                    .ok, .object([.init("comptes", .array(Self.user)), .init("suivant", .string(), required: false)]),
                    "Une page de comptes"),
                AuthRoutes.invalid,
            ],
            rate: .administration,
            handler: .task { [accounts] request in
                let after = try request.query.single("cursor")
                if let after { try Accounts.check(username: after) }
                let found = try await AccountStore.page(
                    after: after, count: Self.pageSize + 1, accounts.database)
                let emails = try await accounts.emails.open(found, accounts.database)
                var json = JSONWriter()
                json.object { json in
                    json.key("comptes")
                    json.array { json in
                        for (account, email) in zip(found, emails).prefix(Self.pageSize) {
                            Self.write(account, email, to: &json)
                        }
                    }
                    if found.count > Self.pageSize { json.member("suivant", found[Self.pageSize - 1].username) }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private var one: Route {
        Route(
            .get, "/api/v2/users/{id}", access: .permission(.manageUsers),
            .init("compte", tag: Self.tag, "Un compte, avec l'étiquette de sa version"),
            parameters: [.init(.path, "id", .string(format: "uuid"), "Le compte")],
            outputs: [.init(.ok, Self.user, "Le compte"), Self.unknown],
            rate: .administration,
            handler: .task { [self] request in
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }),
                    let account = try await AccountStore.account(id, accounts.database)
                else { throw Problem(.notFound) }
                return try await answer(account)
            })
    }

    private var change: Route {
        Route(
            .patch, "/api/v2/users/{id}", access: .permission(.manageUsers), assurance: .recent,
            .init(
                "modificationDeCompte", tag: Self.tag, "Change le rôle, le bureau ou le statut d'un compte",
                details:
                    "Cela vaut dès la requête suivante de ce compte ; un compte désactivé perd ses sessions. Il reste toujours un administrateur."
            ),
            parameters: [
                .init(.path, "id", .string(format: "uuid"), "Le compte"),
                .init(.header, "If-Match", .string(), "L'étiquette de la version lue"),
            ],
            input: .init(
                ["application/json"],
                .object([
                    .init("role", .words(Role.allCases.map(\.rawValue)), required: false),
                    .init("bureau", .nullable(.string(maxLength: 8)), required: false),
                    .init("statut", .words(["actif", "desactive"]), required: false),
                ])),
            outputs: [
                .init(.ok, Self.user, "Le compte tel qu'il est"), AuthRoutes.conflicting, AuthRoutes.invalid,
                Self.unknown, .init(.preconditionFailed, of: "application/problem+json", "Le compte a changé depuis"),
            ], rate: .administration, auditEvent: "utilisateur.modifie",
            handler: .task { [self] request in
                let edit: Edit = try request.read()
                if case .some(.some(let bureau)) = edit.bureau { try Accounts.check(bureau: bureau) }
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }),
                    let account = try await accounts.change(id, request, { edit.applied(to: $0) })
                else { throw Problem(.notFound) }
                return try await answer(account)
            })
    }

    private func answer(_ account: Account) async throws -> Response {
        let email = try await accounts.email(of: account)
        var json = JSONWriter()
        Self.write(account, email, to: &json)
        return Response(.ok, .json, json.finish()).adding("ETag", account.tag?.description ?? "")
    }

    static func write(_ account: Account, _ email: String?, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", account.id.description)
            json.member("username", account.username)
            json.member("email", email)
            json.member("role", account.role.rawValue)
            json.member("bureau", account.bureau)
            json.member("nom", account.name)
            json.member(
                "statut", account.isActive ? account.passwordHash == nil ? "invite" : "actif" : "desactive")
        }
    }

    /// What is to be changed; the rest stays.
    private struct Edit: JSONReadable {
        var role: Role?
        /// Null takes the office away.
        var bureau: String??
        var isActive: Bool?

        init(json reader: inout JSONReader) throws(JSONError) {
            try reader.object { key, reader throws(JSONError) in
                switch key {
                case "role":
                    let offset = try reader.offset()
                    guard let value = Role(rawValue: try reader.string()) else { throw reader.refusal(at: offset) }
                    role = value
                case "bureau": bureau = .some(try reader.null() ? nil : try reader.string())
                case "statut":
                    let offset = try reader.offset()
                    switch try reader.string() {
                    case "actif": isActive = true
                    case "desactive": isActive = false
                    default: throw reader.refusal(at: offset)
                    }
                default: throw reader.unknownMember(key)
                }
            }
        }

        func applied(to state: Revocations.UserState) -> Revocations.UserState {
            .init(role: role ?? state.role, bureau: bureau ?? state.bureau, isActive: isActive ?? state.isActive)
        }
    }
}
