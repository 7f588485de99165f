import JSON
import Platform
import TestKit
import Testing

/// What a request leaves in the log.
@Suite struct AccessLogTests {
    @Test func requestsAreNotedWithoutWhatTheyCarry() throws {
        let service = try Serving(
            .none, [], ["INSPECTIA_LOG_ACCESS": "all", "INSPECTIA_HTTP_TRUSTED_PROXIES": "127.0.0.1"], isReady: false)
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        let client = try RawClient(port: service.port)
        try client.send(
            """
            GET /problems/not_found?jeton=canari HTTP/1.1\r
            Host: localhost\r
            Authorization: Bearer canari\r
            Cookie: __Host-session=canari\r
            X-Forwarded-For: 203.0.113.9\r
            traceparent: 00-\(trace)-00f067aa0ba902b7-01\r
            \r

            """)
        #expect(try client.receive().status == 200)
        #expect(try service.ask("/inconnu%0a%22x").status == 404)
        #expect(try service.ask("/health/live").status == 200)
        try client.send("pas du HTTP\r\n\r\n")
        #expect(try client.receive().status == 400)
        #expect(try service.stop() == .exited(0))

        // Each connection's loop writes for itself: between two of them the log keeps no order.
        let lines = service.events("http.request").sorted { $0["status"]?.int ?? 0 < $1["status"]?.int ?? 0 }
        #expect(lines.map { $0["route"]?.string } == ["/problems/{code}", "aucune"])
        #expect(lines.map { $0["path"]?.string } == ["/problems/not_found", "/inconnu%0a%22x"])
        #expect(lines.map { $0["status"]?.int } == [200, 404])
        #expect(lines[0]["client"]?.string == "203.0.113.9")
        #expect(lines[0]["trace_id"]?.string == trace)
        #expect(service.events("http.refused").count == 1)
        #expect(!Program.text(service.log).contains("canari"))
        // Every line is one JSON object.
        for line in Program.text(service.log).split(separator: "\n") {
            #expect(try JSONValue(parsing: Array(line.utf8))["event"] != nil)
        }
    }

    /// A full disk, as far as the program can tell.
    @Test func aLogThatMayNotGrowDoesNotEndTheService() throws {
        let service = try Serving(
            .none, [], ["INSPECTIA_LOG_ACCESS": "all"], prefix: ["/usr/bin/prlimit", "--fsize=8192"], isReady: false)
        for _ in 0..<100 { #expect(try service.ask("/inconnu").status == 404) }
        #expect(try service.stop() == .exited(0))
        #expect(Program.text(service.log).utf8.count <= 8192)
        #expect(service.events("http.request").count > 10)
    }

    @Test(arguments: [("none", 0), ("errors", 0), ("all", 1)]) func theyAreNotedAsConfigured(
        _ choice: String, _ count: Int
    ) throws {
        let service = try Serving(.none, [], ["INSPECTIA_LOG_ACCESS": choice], isReady: false)
        #expect(try service.ask("/inconnu").status == 404)
        #expect(try service.stop() == .exited(0))
        #expect(service.events("http.request").count == count)
    }
}
