import HTTP
import JSON

/// How a part of the service is, as it was just now found to be.
enum ComponentHealth: String, Sendable {
    case ok
    /// It works, but not as it should: somebody must look.
    case degraded = "degrade"
    case unavailable = "indisponible"
}

/// How the service is: each part that was looked at, and what follows for the whole.
struct HealthReport: Sendable {
    let version: String
    let components: [(name: String, health: ComponentHealth)]

    /// The database is needed for everything; any other part that fails leaves a service that still helps.
    var overall: ComponentHealth {
        if components.contains(where: { $0.name == Self.database && $0.health == .unavailable }) { return .unavailable }
        return components.allSatisfy { $0.health == .ok } ? .ok : .degraded
    }

    static let database = "base"
    static let models = "modeles"
    static let disk = "disque"
    static let reading = "ocr"

    var response: Response {
        var json = JSONWriter()
        json.object { json in
            json.member("statut", overall.rawValue)
            json.member("version", version)
            json.key("composants")
            json.object { json in
                for component in components {
                    json.key(component.name)
                    json.string(component.health.rawValue)
                }
            }
        }
        let status: Status = overall == .unavailable ? .serviceUnavailable : .ok
        let response = Response(status, .json, json.finish()).adding("Cache-Control", "no-store")
        return overall == .unavailable ? response.adding("Retry-After", "2") : response
    }

    static let schema = Schema.named(
        "Sante",
        .object([
            .init("statut", .words([ComponentHealth.ok, .degraded, .unavailable].map(\.rawValue))),
            .init("version", .string()),
            .init("composants", .map(.words([ComponentHealth.ok, .degraded, .unavailable].map(\.rawValue)))),
        ]))
}
