import HTTP
import JSON
import TestKit
import Testing

@testable import Service

@Suite struct RateLimiterTests {
    private func service(_ variables: [String: String]) throws -> RunningService {
        try RunningService(database: TestDatabase(), variables, adding: { TrialRoutes.all($0) })
    }

    @Test func everyAccountHasItsOwnQuota() throws {
        let service = try service(["INSPECTIA_LIMITS_READ": "3"])
        let (one, other) = (service.token(.inspector), service.token(.inspector))
        func ask(_ token: String) throws -> RawResponse {
            try service.ask("GET", "/essai/compte", ["Authorization": "Bearer \(token)"], as: nil)
        }
        for remaining in [2, 1, 0] {
            let answer = try ask(one)
            #expect(answer.status == 204)
            #expect(answer.value("RateLimit-Policy") == #""read";q=3;w=60"#)
            #expect(answer.value("RateLimit")?.hasPrefix("\"read\";r=\(remaining);t=") == true)
        }
        let refused = try ask(one)
        #expect(refused.status == 429)
        let wait = try #require(refused.value("Retry-After").flatMap { Int($0) })
        #expect(1...20 ~= wait)
        #expect(refused.value("RateLimit")?.hasPrefix(#""read";r=0;t="#) == true)
        #expect(refused.value("Content-Type") == "application/problem+json; charset=utf-8")
        let problem = try JSONValue(parsing: refused.body)
        #expect(problem["code"] == "too_many_requests" && problem["title"] == "Trop de requêtes")
        #expect(problem["retryable"] == true)
        #expect(problem["detail"] == "Au plus 3 requêtes de cette sorte par minute.")
        #expect(try ask(other).status == 204)
        // Another class is another quota.
        #expect(try service.ask("POST", "/auth/logout", ["Authorization": "Bearer \(one)"], as: nil).status == 204)
        service.stop()
    }

    /// Nobody can take an address that is not theirs, unless a proxy that is believed says so.
    @Test func strangersAreCountedByAddress() throws {
        let plain = try service(["INSPECTIA_LIMITS_READ": "2"])
        func statuses(_ service: RunningService, _ fields: [[String: String]]) throws -> [Int] {
            try fields.map { try service.ask("GET", "/problems", $0, as: nil).status }
        }
        let forged = (1...4).map { ["X-Forwarded-For": "203.0.113.\($0)"] }
        #expect(try statuses(plain, forged) == [200, 200, 429, 429])
        // Who is refused is counted too, so tokens are not tried without end.
        #expect(try plain.ask("GET", "/essai/compte", ["Authorization": "Bearer x"], as: nil).status == 429)
        #expect(try plain.ask("GET", "/essai/compte").status == 204)
        plain.stop()
        let proxied = try service(["INSPECTIA_LIMITS_READ": "2", "INSPECTIA_HTTP_TRUSTED_PROXIES": "127.0.0.1"])
        #expect(try statuses(proxied, forged) == [200, 200, 200, 200])
        let network = (1...4).map { ["X-Forwarded-For": "2001:db8::\($0)"] }
        #expect(try statuses(proxied, network) == [200, 200, 429, 429])
        #expect(try statuses(proxied, [["X-Forwarded-For": "2001:db8:0:1::1"]]) == [200])
        // Probes are free on the machine itself only.
        for _ in 0..<5 { #expect(try proxied.ask("GET", "/health/live", as: nil).status == 200) }
        let far = ["X-Forwarded-For": "198.51.100.1"]
        let probes = try (0..<3).map { _ in try proxied.ask("GET", "/health/live", far, as: nil).status }
        #expect(probes == [200, 200, 429])
        proxied.stop()
    }

    @Test func loginsAreBoundedBySourceAndZeroIsNoLimit() throws {
        let service = try service(["INSPECTIA_LIMITS_LOGIN": "2", "INSPECTIA_LIMITS_READ": "0"])
        let body = Array(#"{"refresh_token":"x"}"#.utf8)
        let statuses = try (0..<3).map { _ in try service.ask("POST", "/auth/refresh", body: body, as: nil).status }
        #expect(statuses == [401, 401, 429])
        let free = try service.ask("GET", "/problems", as: nil)
        #expect(free.status == 200 && free.value("RateLimit") == nil)
        service.stop()
    }

    /// Each row of the table has a class, and what may not be flooded is not counted as reading.
    @Test func theTableSaysWhatCosts() throws {
        for route in try RunningService.local.get().routes {
            let path = route.path.description
            if path.hasPrefix("/health") || path == "/metrics" { #expect(route.rate == .probe) }
            if path.hasPrefix("/auth/"), route.access == .anyone { #expect(route.rate == .login, "\(path)") }
            if route.method != .get { #expect(route.rate != .read, "\(path)") }
        }
    }
}
