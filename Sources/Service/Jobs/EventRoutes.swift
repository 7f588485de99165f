import HTTP

/// What happens, as it happens.
struct EventRoutes {
    let hub: EventHub

    var routes: [Route] { [events] }

    private var events: Route {
        Route(
            .get, "/api/v2/events", access: .signedIn,
            .init(
                "evenements", tag: JobRoutes.tag, "Ce qui se passe, à mesure (Server-Sent Events)",
                details: """
                    Chaque événement a son numéro, son sujet (`travail` : un travail avance ou finit) et du JSON. Qui revient
                    avec `Last-Event-ID` reçoit ce qu'il a manqué depuis une heure au plus ; `resync` dit de tout relire.
                    """),
            parameters: [
                .init(.query, "sujets", .string(maxLength: 200), "Ces sujets seulement, séparés par des virgules"),
                .init(.header, "Last-Event-ID", .string(maxLength: 20), "Le dernier événement reçu"),
            ],
            outputs: [
                .init(.ok, of: "text/event-stream", "Les événements"),
                .init(.tooManyRequests, of: "application/problem+json", "Trop de flux de ce compte"),
            ],
            handler: .task { [hub] request in
                let principal = try request.signedIn()
                let subjects = try request.query.single("sujets") ?? ""
                let last = request.header("last-event-id").flatMap { Int($0) }
                let (id, stream) = try hub.admit(
                    principal, Set(subjects.split(separator: ",").map(String.init)))
                return .events({
                    await hub.begin(id, after: last)
                    return stream
                })
            })
    }
}
