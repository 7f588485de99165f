import HTTP
import JSON
import TestKit
import Testing

@testable import Service

/// What holds for every answer, whichever route gives it.
@Suite struct PipelineTests {
    let service = RunningService.local
    let proxied = RunningService.proxied

    @Test func anUnknownPathIsAProblem() throws {
        let answer = try service.get().ask("GET", "/inconnu%20?a=b")
        let problem = try JSONValue(parsing: answer.body)
        #expect(answer.status == 404)
        #expect(answer.value("Content-Type") == "application/problem+json; charset=utf-8")
        #expect(problem["type"]?.string == "/problems/not_found")
        #expect(problem["title"]?.string == "Introuvable")
        #expect(problem["status"]?.int == 404)
        #expect(problem["code"]?.string == "not_found")
        #expect(problem["instance"]?.string == "/inconnu%20")
        #expect(problem["retryable"]?.bool == false)
        let trace = try #require(problem["trace_id"]?.string)
        #expect(trace.utf8.count == 32)
    }

    @Test func aTraceIsContinued() throws {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let answer = try service.get().ask("GET", "/inconnu", ["traceparent": "00-\(trace)-00f067aa0ba902b7-01"])
        #expect(try JSONValue(parsing: answer.body)["trace_id"]?.string == trace)
    }

    @Test(arguments: ["/health", "/docs", "/essai/2026/articles"]) func anotherMethodIsNamed(_ path: String) throws {
        let answer = try service.get().ask("DELETE", path)
        #expect(answer.status == 405)
        let allowed = path.hasPrefix("/essai") ? "POST, OPTIONS" : "GET, HEAD, OPTIONS"
        #expect(answer.value("Allow") == allowed)
        #expect(try JSONValue(parsing: answer.body)["code"]?.string == "method_not_allowed")
    }

    @Test(arguments: ["TRACE", "PROPFIND", "get"]) func methodsThatNoRouteHasAreRefused(_ method: String) throws {
        #expect(try service.get().ask(method, "/health").status == 405)
    }

    @Test func theServerIsAskedAsAWhole() throws {
        let answer = try service.get().ask("OPTIONS", "*")
        #expect(answer.status == 204)
        #expect(answer.value("Allow")?.contains("GET") == true)
    }

    // MARK: Other origins

    private let preflight = ["Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"]

    @Test func aListedOriginIsAllowed() throws {
        let origin = RunningService.trustedOrigin
        let service = try proxied.get().service
        let asked = try service.ask("OPTIONS", "/essai/2026/articles", preflight.merging(["Origin": origin]) { $1 })
        #expect(asked.status == 204)
        #expect(asked.value("Access-Control-Allow-Origin") == origin)
        #expect(asked.value("Access-Control-Allow-Methods")?.contains("POST") == true)
        #expect(asked.value("Access-Control-Allow-Headers")?.contains("content-type") == true)
        #expect(asked.value("Access-Control-Allow-Credentials") == nil)
        #expect(asked.values("Vary").joined(separator: ", ").contains("Origin"))
        for path in ["/health", "/inconnu", "/essai/panne"] {
            let answer = try service.ask("GET", path, ["Origin": origin])
            #expect(answer.value("Access-Control-Allow-Origin") == origin, "\(path)")
        }
    }

    @Test(arguments: [
        "https://ailleurs.example", "null", "https://douane.example.ailleurs.example", "HTTPS://DOUANE.EXAMPLE",
    ])
    func anotherOriginIsNot(_ origin: String) throws {
        let fields = preflight.merging(["Origin": origin]) { $1 }
        for service in [try proxied.get().service, try service.get()] {
            let answer = try service.ask("OPTIONS", "/health", fields)
            #expect(answer.status == 204)
            #expect(!answer.fields.contains { $0.name.lowercased().hasPrefix("access-control-") })
        }
    }

    @Test func aPreflightForNoPathIsNotFound() throws {
        let fields = preflight.merging(["Origin": RunningService.trustedOrigin]) { $1 }
        #expect(try proxied.get().service.ask("OPTIONS", "/inconnu", fields).status == 404)
    }

    /// A cache must not give the answer that was made without an origin to a page of the listed one.
    @Test func cachesAreToldThatOriginsDiffer() throws {
        let answer = try proxied.get().service.ask("GET", "/assets/inspectia.css")
        #expect(answer.values("Vary").joined(separator: ", ").contains("Origin"))
    }

    // MARK: Languages

    @Test(arguments: [
        ("en", "Not found"), ("en-GB, fr;q=0.5", "Not found"), ("fr, en", "Introuvable"), ("de", "Introuvable"),
    ])
    func titlesSpeakTheClientsLanguage(_ language: String, _ title: String) throws {
        let answer = try service.get().ask("GET", "/inconnu", ["Accept-Language": language])
        #expect(try JSONValue(parsing: answer.body)["title"]?.string == title)
    }

    // MARK: Fields of every answer

    private static let everything = [
        "/health", "/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs", "/problems",
        "/problems/conflict", "/assets/inspectia.css", "/assets/inspectia.svg", "/assets/swagger-start.js",
        "/essai/long", "/essai/panne", "/inconnu",
    ]

    @Test(arguments: everything) func everyAnswerProtectsBrowsers(_ path: String) throws {
        for method in ["GET", "HEAD", "DELETE", "OPTIONS"] {
            let answer = try service.get().ask(method, path)
            let policy = try #require(answer.value("Content-Security-Policy"))
            for part in [
                "default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
                "form-action 'self'",
            ] { #expect(policy.contains(part)) }
            #expect(!policy.contains("unsafe"))
            #expect(answer.value("X-Content-Type-Options") == "nosniff")
            #expect(answer.value("Referrer-Policy") == "no-referrer")
            #expect(answer.value("Cross-Origin-Opener-Policy") == "same-origin")
            #expect(answer.value("Strict-Transport-Security") == nil)
            #expect(answer.value("Server") == nil)
            #expect(answer.value("Date") != nil)
            if answer.status != 204 {
                let type = try #require(answer.value("Content-Type"))
                #expect(type.hasSuffix("charset=utf-8"), "\(type)")
            }
        }
    }

    /// Who knows the version knows the faults that it has.
    @Test(arguments: everything) func theVersionIsToldToNobodyFromElsewhere(_ path: String) throws {
        guard path != "/health", path != "/health/ready" else { return }
        let answer = try proxied.get().service.ask("GET", path, ["X-Forwarded-For": "203.0.113.9"], as: nil)
        #expect(!answer.text.contains(Service.version))
        #expect(!answer.fields.contains { $0.value.contains(Service.version) })
    }

    @Test func whatIsNoRequestIsAnsweredLikeOne() throws {
        let client = try RawClient(port: service.get().port)
        try client.send("GET / HTTP/1.1\r\n\r\n")
        let answer = try client.receive()
        #expect(answer.status == 400)
        #expect(answer.value("Content-Type") == "application/problem+json; charset=utf-8")
        #expect(answer.value("X-Content-Type-Options") == "nosniff")
        #expect(try JSONValue(parsing: answer.body)["trace_id"]?.string?.utf8.count == 32)
    }

    @Test func aFailureTellsNothingOfItsInside() throws {
        let answer = try service.get().ask("GET", "/essai/panne")
        #expect(answer.status == 500)
        #expect(try JSONValue(parsing: answer.body)["code"]?.string == "internal_error")
        #expect(!answer.text.contains("canari") && !answer.text.contains("Secret"))
    }

    // MARK: Bodies

    @Test(arguments: [(1000, 201), (1001, 413)]) func bodiesAreBounded(_ size: Int, _ status: Int) throws {
        let body = Array(("[" + String(repeating: " ", count: size - 2) + "]").utf8)
        #expect(try service.get().ask("POST", "/essai/2026/articles", body: body).status == status)
    }

    @Test func malformedJSONIsLocated() throws {
        let answer = try service.get().ask("POST", "/essai/2026/articles", body: Array("[1,\n 2,]".utf8))
        let problem = try JSONValue(parsing: answer.body)
        #expect(answer.status == 400)
        #expect(problem["code"]?.string == "malformed_json")
        #expect(problem["detail"]?.string == "Ligne 2, colonne 4.")
    }
}
