import Platform
import TestKit
import Testing

@testable import Service

@Suite struct ServiceMetricsTests {
    private let service = RunningService.local

    /// Every sample by its name with labels. Each line must be a comment or a sample, each sample must have a type.
    private func scrape(_ service: RunningService) throws -> [String: Double] {
        let answer = try service.ask("GET", "/metrics", as: nil)
        try #require(answer.status == 200)
        #expect(answer.value("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.text.hasSuffix("\n"))
        var types: [String: String] = [:]
        var samples: [String: Double] = [:]
        for line in answer.text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE ") {
                #expect(types.updateValue(String(words[3]), forKey: String(words[2])) == nil, "\(line)")
            } else if !line.hasPrefix("# HELP ") {
                let family = words[0].prefix { $0 != "{" }
                let isTyped = ["", "_bucket", "_sum", "_count"].contains { suffix in
                    family.hasSuffix(suffix) && types[String(family.dropLast(suffix.count))] != nil
                }
                #expect(isTyped && family.hasPrefix("inspectia_") || family.hasPrefix("process_"), "\(line)")
                let number = try #require(words.last)
                let value = try #require(Double(number), "\(line)")
                let name = line.dropLast(number.count + 1)
                #expect(samples.updateValue(value, forKey: String(name)) == nil, "\(line)")
            }
        }
        return samples
    }

    private func requests(_ route: String, _ method: String, _ group: String) -> String {
        "inspectia_http_requests_total{route=\"\(route)\",method=\"\(method)\",status_class=\"\(group)\"}"
    }

    @Test func everyRequestIsCountedUnderItsRoute() throws {
        let service = try service.get()
        let counted = [
            ("GET", "/problems/gone", requests("/problems/{code}", "GET", "2xx")),
            ("HEAD", "/problems/locked", requests("/problems/{code}", "HEAD", "2xx")),
            ("GET", "/problems/rien", requests("/problems/{code}", "GET", "4xx")),
        ]
        let before = try scrape(service)
        for (method, path, _) in counted { _ = try service.ask(method, path) }
        let after = try scrape(service)
        for (_, path, name) in counted {
            #expect((after[name] ?? 0) >= (before[name] ?? 0) + 1, "\(path)")
        }
        let durations = "inspectia_http_request_duration_seconds_count{route=\"/problems/{code}\"}"
        #expect((after[durations] ?? 0) >= (before[durations] ?? 0) + 3)
        #expect(
            (after["inspectia_http_connections_total"] ?? 0) >= (before["inspectia_http_connections_total"] ?? 0) + 4)
        #expect(after["inspectia_ready"] == 1)
        #expect(after["inspectia_db_up"] == 1)
        #expect((after["inspectia_db_queries_total"] ?? 0) > 0)
        #expect(after["inspectia_build_info{version=\"\(Service.version)\"}"] == 1)
    }

    /// Whoever invents paths and methods must not fill our memory.
    @Test func whatNobodyKnowsAddsNoLabels() throws {
        let own = try RunningService(database: nil)
        _ = try own.ask("GET", "/inconnu")
        _ = try own.ask("MKCOL", "/inconnu")
        _ = try own.ask("MKCOL", "/health")
        _ = try scrape(own)
        let before = try scrape(own)
        for number in 0..<50 {
            _ = try own.ask("GET", "/inconnu/\(number)")
            _ = try own.ask("M\(number)", "/health")
            _ = try own.ask("GET", "/problems/\(number)")
        }
        let after = try scrape(own)
        let grown = Set(after.keys).subtracting(before.keys)
        #expect(grown.allSatisfy { $0.contains("/problems/{code}") }, "\(grown)")
        #expect(after[requests("aucune", "GET", "4xx")] == 51)
    }

    @Test func whatIsNoRequestIsCountedApart() throws {
        let service = try service.get()
        let name = "inspectia_http_refusals_total{status_class=\"4xx\"}"
        let before = try scrape(service)[name] ?? 0
        let client = try RawClient(port: service.port)
        try client.send("pas du HTTP\r\n\r\n")
        #expect(try client.receive().status == 400)
        #expect(try scrape(service)[name] ?? 0 >= before + 1)
    }
}
