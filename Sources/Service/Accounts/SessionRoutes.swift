import HTTP
import JSON
import Platform

/// One's own sessions: seen and ended.
struct SessionRoutes {
    let accounts: Accounts

    var routes: [Route] { [logout, list, endOthers, end] }

    private static let session = Schema.named(
        "Session",
        .object([
            .init("id", .string(format: "uuid")), .init("ouverte", .string(format: "date-time")),
            .init("vue", .string(format: "date-time")), .init("expire", .string(format: "date-time")),
            .init("adresse", .string()), .init("agent", .string()), .init("actuelle", .boolean),
        ]))

    private var logout: Route {
        Route(
            .post, "/auth/logout", access: .signedIn, assurance: .enrolling,
            .init("deconnexion", tag: AuthRoutes.tag, "Ferme la session en cours"),
            outputs: [.init(.noContent, of: nil, "Elle est fermée")], auditEvent: "session.fermee",
            handler: .task { [accounts] request in
                _ = try await accounts.end(request.signedIn().session, request)
                return Response(.noContent).adding("Clear-Site-Data", #""cache", "cookies", "storage""#)
            })
    }

    private var list: Route {
        Route(
            .get, "/auth/sessions", access: .signedIn, assurance: .enrolling,
            .init("sessions", tag: AuthRoutes.tag, "Ses sessions ouvertes, la dernière d'abord"),
            outputs: [.init(.ok, .object([.init("sessions", .array(Self.session))]), "Les sessions")],
            handler: .task { [accounts] request in
                let principal = try request.signedIn()
                let sessions = try await SessionStore.open(of: principal.user, accounts.database)
                var json = JSONWriter()
                json.object { json in
                    json.key("sessions")
                    json.array { json in
                        for session in sessions {
                            json.object { json in
                                json.member("id", session.id.description)
                                json.member("ouverte", session.created.rfc3339(.seconds))
                                json.member("vue", session.lastSeen.rfc3339(.seconds))
                                json.member("expire", session.expires.rfc3339(.seconds))
                                json.member("adresse", session.address)
                                json.member("agent", session.agent)
                                json.member("actuelle", session.id == principal.session)
                            }
                        }
                    }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private var endOthers: Route {
        Route(
            .delete, "/auth/sessions", access: .signedIn, assurance: .enrolling,
            .init("finDesAutresSessions", tag: AuthRoutes.tag, "Ferme toutes ses sessions, sauf celle en cours"),
            outputs: [.init(.noContent, of: nil, "Elles sont fermées")], auditEvent: "sessions.fermees",
            handler: .task { [accounts] request in
                try await accounts.endOthers(request)
                return Response(.noContent)
            })
    }

    private var end: Route {
        Route(
            .delete, "/auth/sessions/{id}", access: .signedIn, assurance: .enrolling,
            .init("finDeSession", tag: AuthRoutes.tag, "Ferme une de ses sessions"),
            parameters: [.init(.path, "id", .string(format: "uuid"), "La session")],
            outputs: [
                .init(.noContent, of: nil, "Elle est fermée"),
                .init(.notFound, of: "application/problem+json", "Aucune session ouverte n'a cet identifiant"),
            ], auditEvent: "session.fermee",
            handler: .task { [accounts] request in
                guard let id = request.parameter("id").flatMap({ UUIDv7($0) }),
                    try await accounts.end(id, request)
                else { throw Problem(.notFound) }
                return Response(.noContent)
            })
    }
}
