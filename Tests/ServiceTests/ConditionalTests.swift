import HTTP
import TestKit
import Testing

@testable import Service

/// Answers that depend on what the client has already.
@Suite struct ConditionalTests {
    let service = RunningService.local

    @Test(arguments: [
        "/openapi.json", "/docs", "/problems", "/problems/conflict", "/assets/inspectia.css", "/essai/long",
    ])
    func whatHasNotChangedIsNotSentAgain(_ path: String) throws {
        let service = try service.get()
        let first = try service.ask("GET", path)
        let tag = try #require(first.value("ETag"))
        for known in [tag, "W/" + tag, "\"autre\", \(tag)", "*"] {
            for method in ["GET", "HEAD"] {
                let second = try service.ask(method, path, ["If-None-Match": known])
                #expect(second.status == 304)
                #expect(second.body.isEmpty)
                #expect(second.value("ETag") == tag)
                // What a 200 would have said of itself (RFC 9110 §15.4.5).
                #expect(second.value("Cache-Control") == first.value("Cache-Control"))
                #expect(second.value("Vary") == first.value("Vary"))
                #expect(second.value("Content-Type") == nil)
            }
        }
        #expect(try service.ask("GET", path, ["If-None-Match": "\"autre\""]).status == 200)
        #expect(try service.ask("GET", path, ["If-Match": tag]).status == 200)
        #expect(try service.ask("GET", path, ["If-Match": "\"autre\""]).status == 412)
    }

    @Test func theTagOfTheCompressedAnswerServesToo() throws {
        let service = try service.get()
        let gzip = ["Accept-Encoding": "gzip"]
        let tag = try #require(try service.ask("GET", "/docs", gzip).value("ETag"))
        let second = try service.ask("GET", "/docs", gzip.merging(["If-None-Match": tag]) { $1 })
        #expect(second.status == 304)
        #expect(second.value("ETag") == tag)
    }

    @Test func aMalformedTagIsRefused() throws {
        let answer = try service.get().ask("GET", "/docs", ["If-Match": "sans guillemets"])
        #expect(answer.status == 400)
    }

    @Test func headSaysWhatGetWouldSend() throws {
        let service = try service.get()
        for path in ["/docs", "/openapi.json", "/health/live", "/problems"] {
            let whole = try service.ask("GET", path)
            let head = try service.ask("HEAD", path)
            #expect(head.status == whole.status)
            #expect(head.value("Content-Length") == whole.value("Content-Length"), "\(path)")
            #expect(head.value("ETag") == whole.value("ETag"), "\(path)")
        }
    }
}
