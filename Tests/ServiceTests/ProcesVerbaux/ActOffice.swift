import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// An office with two agents, a chief, and declarations that were analysed.
struct ActOffice {
    let office: AnalysingService
    let first: UUIDv7
    let second: UUIDv7
    let chief: UUIDv7
    /// Declarations of the same office, which is the agents' own.
    let numbers: [String]
    let bureau: String

    var service: RunningService { office.service }

    init() throws {
        let world = try ImaginedWorld.made.get()
        office = try AnalysingService(models: world.models)
        let answer = try office.upload(world.file(0..<60))
        try #require(answer.status == 201, "\(answer.value)")
        let all = (answer.value["declarations"]?.array ?? []).compactMap { $0["numero_declaration"]?.string }
        let byOffice = Dictionary(grouping: all) { String($0.split(separator: "/")[1]) }
        let largest = try #require(byOffice.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) })
        try #require(largest.value.count >= 4)
        (bureau, numbers) = (largest.key, largest.value)
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATABASE_URL": office.database.connectionString,
            "INSPECTIA_DATA_DIR": office.service.directory.path,
        ])
        let (office, bureau) = (office, bureau)
        func add(_ name: String, _ role: Role) throws -> UUIDv7 {
            _ = try AccountCommands.add(
                settings, username: name, role: role.rawValue, bureau: bureau, email: nil, password: Office.password)
            try office.value("UPDATE users SET name = initcap(username) WHERE username = '\(name)'")
            return try #require(UUIDv7(try office.value("SELECT id FROM users WHERE username = '\(name)'") ?? ""))
        }
        (first, second) = (try add("awa", .inspector), try add("moussa", .inspector))
        chief = try add("fatou", .chief)
    }

    func token(_ user: UUIDv7, _ role: Role = .inspector, bureau other: String? = nil) -> String {
        service.token(role, user: user, bureau: other ?? bureau)
    }

    func ask(
        _ method: String, _ path: String, as user: UUIDv7, _ role: Role = .inspector, _ json: JSONValue? = nil
    ) throws -> (status: Int, value: JSONValue) {
        try office.ask(method, path, token(user, role), json: json)
    }

    func judge(_ number: String, fraud: Bool = true) throws {
        let verdict: JSONValue = [
            "user_decision": fraud ? "fraude" : "conforme", "evidence": "physique",
            "montant_redresse": fraud ? 1_500_000 : 0, "type_fraude": fraud ? "fausse_origine" : .null,
            "comments": "Cartons comptés un à un.",
            "justification": "vérification complète des colis et des factures",
        ]
        let answer = try ask("POST", "/api/v2/declarations/\(number)/feedback", as: first, .inspector, verdict)
        try #require(answer.status == 201, "\(answer.value)")
    }

    func draw(
        _ numbers: [String], second: String = "moussa", path: String = "/api/v2/pv", more: [JSONValue.Member] = []
    ) throws -> (status: Int, value: JSONValue) {
        let body: [JSONValue.Member] = [
            .init("declarations", .array(numbers.map { .string($0) })), .init("second_agent", .string(second)),
        ]
        return try ask("POST", path, as: first, .inspector, .object(body + more))
    }

    /// One that both have signed.
    func signed(_ numbers: [String]) throws -> JSONValue {
        for number in numbers { try judge(number) }
        let drawn = try draw(numbers)
        try #require(drawn.status == 201, "\(drawn.value)")
        let id = try #require(drawn.value["id"]?.string)
        let body: JSONValue = ["empreinte": try #require(drawn.value["empreinte"])]
        var last = drawn.value
        for agent in [first, second] {
            let answer = try ask("POST", "/api/v2/pv/\(id)/signature", as: agent, .inspector, body)
            try #require(answer.status == 200, "\(answer.value)")
            last = answer.value
        }
        return last
    }

    func document(_ id: String, as user: UUIDv7? = nil) throws -> RawResponse {
        try service.ask(
            "GET", "/api/v2/pv/\(id).pdf", ["Authorization": "Bearer \(token(user ?? first))"],
            patience: .seconds(60))
    }
}
