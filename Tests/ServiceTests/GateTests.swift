import HTTP
import JSON
import TestKit
import Testing

@testable import Service

/// Every row of the table against every place that a client can ask from.
@Suite struct GateTests {
    enum Client: CaseIterable, CustomTestStringConvertible {
        case local, throughUnknownProxy, throughKnownProxy, forwarded, ownAddressBehindProxy

        var testDescription: String { "\(self)" }
        var isLocal: Bool { self == .local }

        var fields: [String: String] {
            switch self {
            case .local: [:]
            case .throughUnknownProxy, .throughKnownProxy: ["X-Forwarded-For": "203.0.113.9"]
            case .forwarded: ["Forwarded": "for=203.0.113.9"]
            // Whoever writes it, it says that somebody stands in between.
            case .ownAddressBehindProxy: ["X-Forwarded-For": "127.0.0.1"]
            }
        }

        func service() throws -> RunningService {
            self == .throughKnownProxy ? try RunningService.proxied.get().service : try RunningService.local.get()
        }
    }

    /// The path with each named part given a value that exists.
    static func path(of route: Route) -> String {
        let values = ["code": "not_found", "file": "swagger-ui.css", "annee": "2026"]
        return route.path.parameters.reduce(route.path.description) { path, name in
            path.replacing("{\(name)}", with: values[name] ?? "inconnu")
        }
    }

    @Test(arguments: Client.allCases) func everyRouteIsOpenToThoseItNames(_ client: Client) throws {
        let service = try client.service()
        #expect(service.routes.count > 12)
        for route in service.routes {
            let path = Self.path(of: route)
            let body = route.input == nil ? nil : Array("[]".utf8)
            let answer = try service.ask(route.method.name.description, path, client.fields, body: body)
            if client.isLocal || route.access == .anyone {
                let expected = route.outputs.map { Int($0.status.code) }
                #expect(expected.contains(answer.status), "\(path) says \(answer.status)")
            } else {
                #expect(answer.status == 401, "\(path)")
                #expect(answer.value("WWW-Authenticate") == "Bearer", "\(path)")
                #expect(try JSONValue(parsing: answer.body)["code"]?.string == "unauthenticated", "\(path)")
                #expect(answer.value("Cache-Control") == "no-store", "\(path)")
            }
        }
    }

    @Test func whatOnlySomeMaySeeIsNotStored() throws {
        let service = try RunningService.local.get()
        for route in service.routes where route.access != .anyone {
            let answer = try service.ask("GET", Self.path(of: route))
            let control = try #require(answer.value("Cache-Control"), "\(route.path)")
            #expect(["no-store", "private, no-cache"].contains(control), "\(route.path)")
        }
    }
}
