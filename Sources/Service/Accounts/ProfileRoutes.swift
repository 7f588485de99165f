import HTTP
import JSON
import Platform

/// What somebody changes and is told about their own account.
struct ProfileRoutes {
    let accounts: Accounts

    var routes: [Route] { [change, notices, read] }

    private static let profile = Schema.object([
        .init("nom", .nullable(.string(maxLength: 120)), required: false),
        .init("email", .nullable(.string(format: "email", maxLength: 254)), required: false),
    ])
    private static let notice = Schema.named(
        "Avis",
        .object([
            .init("id", .string(format: "uuid")), .init("genre", .words(Notice.Kind.allCases.map(\.rawValue))),
            .init("date", .string(format: "date-time")), .init("message", .string()),
            .init("adresse", .nullable(.string())), .init("lu", .boolean),
        ]))

    private var change: Route {
        Route(
            .patch, "/auth/me", access: .signedIn,
            .init("modificationDeMonProfil", tag: AuthRoutes.tag, "Change son propre nom ou son adresse électronique"),
            input: .init(["application/json"], Self.profile),
            outputs: [.init(.ok, UserRoutes.user, "Le compte tel qu'il est"), AuthRoutes.refused, AuthRoutes.invalid],
            limits: AuthRoutes.small, auditEvent: "utilisateur.profil",
            handler: .task { [accounts] request in
                let edit: Edit = try request.read()
                let account = try await accounts.changeProfile(name: edit.name, email: edit.email, request)
                guard let account else { throw AuthRoutes.refusal("Ce compte n'existe plus.") }
                let email = try await accounts.email(of: account)
                var json = JSONWriter()
                UserRoutes.write(account, email, to: &json)
                return Response(.ok, .json, json.finish())
            })
    }

    private var notices: Route {
        Route(
            .get, "/auth/notices", access: .signedIn, assurance: .enrolling,
            .init(
                "avis", tag: AuthRoutes.tag, "Ce qui est arrivé à son compte, le dernier d'abord",
                details: "Appareil nouveau, échecs répétés, changement de mot de passe ou de second facteur."),
            outputs: [
                .init(
                    .ok, .object([.init("avis", .array(Self.notice)), .init("non_lus", .integer())]),
                    "Les \(NoticeStore.most) derniers au plus")
            ],
            handler: .task { [accounts] request in
                let user = try request.signedIn().user
                let unread = try await NoticeStore.unread(of: user, accounts.database)
                var json = JSONWriter()
                let notices = try await NoticeStore.all(of: user, accounts.database)
                json.object { json in
                    json.key("avis")
                    json.array { json in for notice in notices { Self.write(notice, to: &json) } }
                    json.member("non_lus", unread)
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private static func write(_ notice: Notice, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", notice.id.description)
            json.member("genre", notice.kind.rawValue)
            json.member("date", notice.date.rfc3339(.seconds))
            json.member("message", notice.kind.sentence)
            json.member("adresse", notice.address)
            json.member("lu", notice.isRead)
        }
    }

    private var read: Route {
        Route(
            .post, "/auth/notices/read", access: .signedIn, assurance: .enrolling,
            .init("lectureDesAvis", tag: AuthRoutes.tag, "Marque des avis comme lus"),
            input: .init(["application/json"], .object([.init("avis", .array(.string(format: "uuid")))])),
            outputs: [
                .init(.ok, .object([.init("marques", .integer())]), "Combien ne l'étaient pas"), AuthRoutes.invalid,
            ],
            limits: AuthRoutes.small,
            handler: .task { [accounts] request in
                let given: Chosen = try request.read()
                let count = try await NoticeStore.markRead(
                    given.notices, of: request.signedIn().user, accounts.database)
                var json = JSONWriter()
                json.object { $0.member("marques", count) }
                return Response(.ok, .json, json.finish())
            })
    }
}

/// What is to be changed; null takes it away.
private struct Edit: JSONReadable {
    var name: String??
    var email: String??

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "nom": name = .some(try reader.null() ? nil : try reader.string())
            case "email": email = .some(try reader.null() ? nil : try reader.string())
            default: throw reader.unknownMember(key)
            }
        }
    }
}

private struct Chosen: JSONReadable {
    let notices: [UUIDv7]

    init(json reader: inout JSONReader) throws(JSONError) {
        var notices: [UUIDv7]?
        try reader.object { key, reader throws(JSONError) in
            guard "avis" ~= key else { throw reader.unknownMember(key) }
            var found: [UUIDv7] = []
            try reader.array { reader throws(JSONError) in
                let offset = try reader.offset()
                guard let id = UUIDv7(try reader.string()) else { throw reader.refusal(at: offset) }
                found.append(id)
            }
            notices = found
        }
        self.notices = try reader.required(notices, "avis")
    }
}
