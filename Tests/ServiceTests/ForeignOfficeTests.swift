import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// What belongs to one office, asked for by another: it is as if it were not there, by the routes' own statements and by
/// PostgreSQL's policies behind them.
@Suite(.serialized) struct ForeignOfficeTests {
    /// An office with a thing of each kind that has an address.
    private struct Things {
        let office: ActOffice
        let document: String
        let act: String
        let job: String
        let key: String

        init() throws {
            office = try ActOffice()
            try office.judge(office.numbers[0])
            let drawn = try office.draw([office.numbers[0]])
            act = try #require(drawn.value["id"]?.string, "\(drawn.value)")
            let form = ImaginedWorld.form(try ImaginedWorld.made.get().file(60..<62))
            let sent = try office.service.ask(
                "POST", "/api/v2/declarations/upload",
                [
                    "Authorization": "Bearer \(office.token(office.first))", "Content-Type": form.type,
                    "Prefer": "respond-async",
                ], body: form.body)
            job = try #require(sent.value("Location")?.split(separator: "/").last.map(String.init), "\(sent.text)")
            document = try #require(try office.office.value("SELECT document_id FROM jobs WHERE id = '\(job)'"))
            key = try TrialKeys(in: office.service).id(.scoped)
            try office.office.value("UPDATE api_keys SET bureau = '\(office.bureau)' WHERE id = '\(key)'")
        }

        /// The path to one of them; nil when the path names none.
        func path(to route: Route, number: String, id: String? = nil) -> String? {
            let template = route.path.description
            let ids = ["/api/v2/documents/": document, "/api/v2/jobs/": job, "/api/v2/api-keys/": key, "/pv/": act]
            let own = ids.first { template.contains($0.key) }?.value
            guard template.contains("{numero}") || own != nil else { return nil }
            let parts = number.split(separator: "/").map(String.init)
            let values = [
                "id": id ?? own ?? "", "annee": parts[0], "bureau": parts[1], "numero": parts[2], "page": "1.png",
                "chapitre": "30",
            ]
            return route.path.parameters.reduce(template) { path, name in
                path.replacing("{\(name)}", with: values[name] ?? "inconnu")
            }
        }

        var stranger: String { office.bureau == "10S" ? "18N" : "10S" }
    }

    private static let things = Result { try Things() }

    /// Bodies that are right in themselves, so that nothing but the thing's absence can be said.
    private static func body(for route: Route) -> JSONValue? {
        guard route.input != nil else { return nil }
        let path = route.path.description
        if path.hasSuffix("/feedback") {
            return ["user_decision": "conforme", "evidence": "physique", "justification": "tout a été vérifié"]
        }
        if path.hasSuffix("/signature") { return ["empreinte": .string(String(repeating: "0", count: 64))] }
        if path.hasSuffix("/release") || path.hasSuffix("/cloture") || path.hasSuffix("/annulation") {
            return ["motif": "pour voir ce qui en serait dit"]
        }
        if route.method == .patch { return ["nb_articles": 1] }
        return [:]
    }

    private func ask(_ route: Route, _ path: String, _ token: String) throws -> RawResponse {
        let service = try Self.things.get().office.service
        var fields = ["Authorization": "Bearer \(token)"]
        if route.method != .get { fields["If-Match"] = "\"1\"" }
        let body = Self.body(for: route)
        if body != nil { fields["Content-Type"] = "application/json" }
        return try service.ask(
            route.method.name.description, path, fields, body: body?.jsonBytes(), as: nil, patience: .seconds(60))
    }

    @Test func nothingOfAnotherOfficeIsThere() throws {
        let things = try Self.things.get()
        var count = 0
        for route in things.office.service.routes where route.isOfficeScoped {
            let row = try #require(RouteMatrix.row(route))
            guard let path = things.path(to: route, number: things.office.numbers[0]) else { continue }
            for role in Role.allCases where row.roles.contains(role) {
                let token = things.office.service.token(role, bureau: things.stranger)
                let answer = try ask(route, path, token)
                #expect(answer.status == 404, "\(role) \(route.method) \(path): \(answer.text.suffix(300))")
                count += 1
            }
        }
        #expect(count > 40)
        // Nothing was done to them either.
        let untouched = try #require(try things.office.office.value("SELECT etat FROM proces_verbaux"))
        #expect(untouched == "brouillon")
        #expect(
            try things.office.office.value(
                "SELECT count(*) FROM api_keys WHERE revoked_at IS NOT NULL AND id = '\(things.key)'") == "0")
    }

    /// The same questions find them in their own office; so it is the office that hides them.
    @Test func theirOwnOfficeHasThem() throws {
        let things = try Self.things.get()
        for route in things.office.service.routes where route.isOfficeScoped && route.method == .get {
            let row = try #require(RouteMatrix.row(route))
            guard let path = things.path(to: route, number: things.office.numbers[0]) else { continue }
            // A table has no pages, no job may have ended yet, and the declaration may be of another chapter.
            if path.hasPrefix("/predict/") || path.contains("/pages/") || path.hasSuffix("/rejets.csv")
                || path.hasSuffix("/extraction")
            {
                continue
            }
            // Jobs are their owner's.
            let role = try #require([Role.inspector, .admin].first { row.roles.contains($0) }, "\(path)")
            let token = things.office.token(things.office.first, role)
            let answer = try ask(route, path, token)
            #expect([200, 409].contains(answer.status), "\(role) \(path): \(answer.status) \(answer.text.suffix(300))")
        }
    }

    /// Whatever is asked for: what nobody has and what another has look the same.
    @Test(arguments: [1, 2, 3]) func whatIsForeignLooksLikeWhatIsNot(_ seed: UInt64) throws {
        let things = try Self.things.get()
        var random = SeededGenerator(seed: seed)
        for route in things.office.service.routes where route.isOfficeScoped {
            let row = try #require(RouteMatrix.row(route))
            guard let role = Role.allCases.filter({ row.roles.contains($0) }).randomElement(using: &random),
                let foreign = things.path(to: route, number: things.office.numbers.randomElement(using: &random) ?? ""),
                let unknown = things.path(
                    to: route,
                    number: "2026/\(things.office.bureau)/\(Int.random(in: 0...999_999_999, using: &random))",
                    id: "\(UUIDv7.make())")
            else { continue }
            let token = things.office.service.token(role, bureau: things.stranger)
            let answers = try [foreign, unknown].map { path in
                let answer = try ask(route, path, token)
                let members = try JSONValue(parsing: answer.body).members ?? []
                return (answer.status, members.filter { !["trace_id", "instance"].contains($0.name) })
            }
            #expect(answers[0].0 == answers[1].0 && answers[0].1 == answers[1].1, "\(route.method) \(foreign)")
        }
    }

    // MARK: The second wall

    private static let withOffice = """
        SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'bureau'
            AND NOT a.attisdropped
        """

    /// Accounts are found by name before anybody is anybody; all other rows that have an office are behind the wall.
    @Test func everyTableWithAnOfficeIsBehindTheWall() throws {
        let office = try Self.things.get().office.office
        #expect(try office.value(Self.withOffice + " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)") == "users")
        #expect(
            try office.value(
                Self.withOffice
                    + " AND c.relname <> 'users' AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)")
                == nil)
    }

    /// As the role that the service works as, with statements that say nothing of offices.
    @Test func statementsThatForgetTheOfficeSeeNoOther() throws {
        let office = try Self.things.get().office
        // Partitions it reaches through their table alone.
        let reached = Self.withOffice + " AND c.relrowsecurity AND NOT c.relispartition"
        let tables = try #require(try office.office.value(reached)).split(separator: " ")
        #expect(tables.count > 15)
        var filled = 0
        for table in tables {
            func count(_ scope: String?) throws -> Int {
                let setting = scope.map { "SELECT set_config('inspectia.bureau', '\($0)', true);" } ?? ""
                let sql = "BEGIN; \(setting) SELECT count(*) FROM \(table)"
                return Int(try PlainSQL.value(office.office.database.serviceConnectionString, sql) ?? "") ?? -1
            }
            let (all, ours, theirs, none) = (try count("*"), try count(office.bureau), try count("99Z"), try count(nil))
            #expect(theirs == 0 && none == 0, "\(table)")
            #expect(ours <= all)
            filled += ours > 0 ? 1 : 0
        }
        #expect(filled >= 8)
    }
}
