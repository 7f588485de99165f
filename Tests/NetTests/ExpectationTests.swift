import HTTP
import TestKit
import Testing

@testable import Net

@Suite(.serialized) struct ExpectationTests {
    private func head(_ path: String, _ size: Int, version: String = "1.1") -> String {
        "POST \(path) HTTP/\(version)\r\nHost: a\r\nContent-Length: \(size)\r\nExpect: 100-continue\r\n\r\n"
    }

    @Test(arguments: ["/whole", "/streamed"]) func leaveIsGivenBeforeTheBody(_ path: String) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            for _ in 0..<2 {
                try client.send(head(path, 1000))
                #expect(try client.receive().status == 100)
                #expect(client.isSilent(for: .milliseconds(20)))
                try client.send(Pattern.bytes(1000))
                #expect(try client.receive().text == "1000 intact")
            }
        }
    }

    @Test func leaveIsGivenWhenTheHandlerFirstAsks() async throws {
        let gate = Gate()
        let routes = [
            Route.task(.post, "/asked", input: .streamed) { request in
                await gate.pass()
                guard case .stream(let body) = request.body else { return Response(.badRequest) }
                var pattern = Pattern()
                while let piece = try await body.next() { pattern.check(piece) }
                return Response(.ok, .plain, pattern.verdict)
            }
        ]
        try await TestServer.run(routes) { server in
            let client = try server.client()
            try client.send(head("/asked", 1000))
            #expect(eventually { gate.arrived == 1 })
            #expect(client.isSilent(for: .milliseconds(100)))
            gate.open()
            #expect(try client.receive().status == 100)
            try client.send(Pattern.bytes(1000))
            #expect(try client.receive().text == "1000 intact")
        }
    }

    @Test(arguments: ["/whole", "/streamed"]) func aBodyTooLargeIsRefusedInsteadOfInvited(_ path: String) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send(head(path, [Route].uploadLimit + 1))
            try expectRefusal(client, 413)
        }
    }

    @Test func aHandlerThatRefusesWithoutReadingInvitesNothing() async throws {
        let routes = [Route.task(.post, "/refused", input: .streamed) { _ in throw Problem(.forbidden) }]
        try await TestServer.run(routes) { server in
            let client = try server.client()
            try client.send(head("/refused", 1000))
            try expectRefusal(client, 403)
        }
    }

    /// Leave given inside an answer would be taken for a part of it.
    @Test func leaveIsNotGivenOnceTheAnswerHasBegun() async throws {
        let routes = [
            Route.task(.post, "/both", input: .streamed) { request in
                Response(
                    .ok,
                    body: .stream(length: nil) { sink in
                        try await sink.write(Array("begun ".utf8))
                        guard case .stream(let body) = request.body else { return }
                        while let piece = try await body.next() { try await sink.write(piece) }
                    })
            }
        ]
        try await TestServer.run(routes) { server in
            let client = try server.client()
            try client.send(head("/both", 5) + "hello")
            #expect(try client.receive().text == "begun hello")
        }
    }

    @Test func anOldClientIsNotToldToContinue() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send(head("/whole", 10, version: "1.0"))
            #expect(client.isSilent(for: .milliseconds(50)))
            try client.send(Pattern.bytes(10))
            #expect(try client.receive().text == "10 intact")
        }
    }
}
