import HTTP
import JSON
import Platform
import Postgres

extension Permission {
    static let viewAudit = Permission("view_audit")
}

/// The audit trail, for those who must be able to look.
struct AuditRoutes {
    let database: Database

    var routes: [Route] { [search] }

    private static let mostEvents = 200
    private static let filters = ["acteur", "evenement", "objet", "depuis", "jusqua", "cursor", "limit"]

    private static let event = Schema.named(
        "EvenementAudit",
        .object([
            .init("seq", .integer()), .init("date", .string(format: "date-time")), .init("evenement", .string()),
            .init("acteur", .string()), .init("role", .string(), required: false),
            .init("bureau", .string(), required: false), .init("adresse", .string(), required: false),
            .init("trace", .string(), required: false), .init("objet", .string(), required: false),
            .init("details", .map(.any), required: false),
        ]))

    private var search: Route {
        Route(
            .get, "/api/v2/audit", access: .permission(.viewAudit),
            .init(
                "audit", tag: "Audit", "Le journal d'audit, du plus récent au plus ancien",
                details:
                    "Chaque événement porte son empreinte : SHA-256 de l'empreinte précédente et de son texte RFC 8785."
            ),
            parameters: [
                .init(.query, "acteur", .string(), "L'auteur exact, comme « utilisateur:… »"),
                .init(.query, "evenement", .string(), "Le nom exact de l'événement"),
                .init(.query, "objet", .string(), "L'objet exact, comme « session:… »"),
                .init(.query, "depuis", .string(format: "date-time"), "À partir de ce moment"),
                .init(.query, "jusqua", .string(format: "date-time"), "Jusqu'à ce moment compris"),
                .init(.query, "cursor", .integer(1...Int.max), "Le « suivant » de la page précédente"),
                .init(.query, "limit", .integer(1...Self.mostEvents), "Événements par page, 50 par défaut"),
            ],
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init(
                            "evenements",
                            .array(.object([.init("empreinte", .string()), .init("evenement", Self.event)]))),
                        .init("suivant", .integer(), required: false),
                    ]), "Une page du journal"),
                .init(.unprocessableContent, of: "application/problem+json", "Un critère n'est pas valable"),
            ],
            rate: .administration,
            handler: .task { [database] request in
                let filter = try Self.filter(try request.query)
                let found = try await AuditStore.search(filter, database)
                return Response(.ok, .json, Self.page(found, limit: filter.limit))
            })
    }

    private static func page(_ found: [AuditStore.Entry], limit: Int) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("evenements")
            json.array { json in
                for entry in found.prefix(limit) {
                    json.object { json in
                        json.member(
                            "empreinte",
                            entry.hash.reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) })
                        json.key("evenement")
                        json.raw(entry.canonical)
                    }
                }
            }
            if found.count > limit, limit > 0 { json.member("suivant", found[limit - 1].seq) }
        }
        return json.finish()
    }

    private static func filter(_ query: Query) throws -> AuditStore.Filter {
        for name in try query.names where !filters.contains(name) {
            throw refusal(name, "unknown_field", "ce critère n'existe pas")
        }
        var filter = AuditStore.Filter()
        filter.actor = try text("acteur", query)
        filter.event = try text("evenement", query)
        filter.object = try text("objet", query)
        filter.from = try moment("depuis", query)
        filter.to = try moment("jusqua", query)
        filter.before = try number("cursor", 1...Int.max, query)
        filter.limit = try number("limit", 1...mostEvents, query) ?? filter.limit
        return filter
    }

    private static func text(_ name: String, _ query: Query) throws -> String? {
        guard let text = try query.single(name) else { return nil }
        guard text.utf8.count <= 200, !text.utf8.contains(0) else {
            throw refusal(name, "invalid", "texte trop long ou illisible")
        }
        return text
    }

    private static func moment(_ name: String, _ query: Query) throws -> String? {
        guard let text = try query.single(name) else { return nil }
        guard let date = Timestamp(rfc3339: text) else {
            throw refusal(name, "invalid", "un moment s'écrit 2026-03-01T08:00:00Z")
        }
        return date.rfc3339(.microseconds)
    }

    private static func number(_ name: String, _ range: ClosedRange<Int>, _ query: Query) throws -> Int? {
        guard let text = try query.single(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw refusal(name, "invalid", "nombre hors bornes")
        }
        return number
    }

    private static func refusal(_ name: String, _ code: String, _ message: String) -> Problem {
        Problem(.validationFailed, items: [.init(pointer: name, code: code, message: message)])
    }
}
