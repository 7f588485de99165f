import HTTP
import JSON
import Platform

/// One page of a list that goes backwards in time: where it begins, and how long it is.
struct ListPage: Sendable {
    /// What the last row of the page before said of itself.
    let cursor: String?
    let limit: Int

    static let parameters: [Route.Parameter] = [
        .init(.query, "cursor", .string(maxLength: 64), "Le « next_cursor » de la page précédente"),
        .init(.query, "limit", .integer(1...200), "Lignes par page, 50 par défaut"),
    ]

    /// - Parameter others: names that the route itself knows.
    init(_ query: Query, others: Set<String> = []) throws {
        for name in try query.names where name != "cursor" && name != "limit" && !others.contains(name) {
            throw Self.refusal(name, "unknown_field", "ce paramètre n'existe pas")
        }
        cursor = try query.single("cursor")
        if let text = try query.single("limit") {
            guard let limit = Int(text), 1...200 ~= limit else { throw Self.refusal("limit", "invalid", "de 1 à 200") }
            self.limit = limit
        } else {
            limit = 50
        }
    }

    /// The cursor of a list that is ordered by a number.
    var number: Int? {
        get throws {
            guard let cursor else { return nil }
            guard let number = Int(cursor), 1...Int(Int32.max) ~= number else { throw Self.badCursor }
            return number
        }
    }

    /// The cursor of a list that is ordered by identifiers.
    var id: UUIDv7? {
        get throws {
            guard let cursor else { return nil }
            guard let id = UUIDv7(cursor) else { throw Self.badCursor }
            return id
        }
    }

    private static let badCursor = refusal("cursor", "invalid", "ce n'est pas un curseur de cette liste")

    private static func refusal(_ name: String, _ code: String, _ message: String) -> Problem {
        Problem(.validationFailed, items: [.init(pointer: name, code: code, message: message)])
    }

    static func schema(_ line: Schema) -> Schema {
        .object([
            .init("data", .array(line)),
            .init(
                "page",
                .object([.init("next_cursor", .nullable(.string())), .init("limit", .integer(1...200))])),
        ])
    }

    /// `found` has one more than the limit when there are more.
    func response<Line: JSONWritable>(_ found: [Line], next: (Line) -> String) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("data")
            json.array { json in for line in found.prefix(limit) { json.value(line) } }
            json.key("page")
            json.object { json in
                json.member("next_cursor", found.count > limit ? next(found[limit - 1]) : nil)
                json.member("limit", limit)
            }
        }
        return Response(.ok, .json, json.finish())
    }
}
