import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// Every row of the table against everybody who can ask.
@Suite struct GateTests {
    enum Client: CustomTestStringConvertible, Sendable, Hashable {
        case local, remote, role(Role), disabled, ended, expired, nonsense

        static let all: [Client] =
            [.local, .remote, .disabled, .ended, .expired, .nonsense] + Role.allCases.map { .role($0) }

        var testDescription: String { "\(self)" }

        func fields(_ service: RunningService) -> [String: String] {
            let token: String
            switch self {
            case .local: return [:]
            case .remote: return ["X-Forwarded-For": "203.0.113.9"]
            case .role(let role): token = service.token(role)
            case .disabled:
                let user = UUIDv7.make()
                service.service.accounts.revocations.set(user: user, .init(role: .admin, bureau: nil, isActive: false))
                token = service.token(.admin, user: user)
            case .ended:
                let session = UUIDv7.make()
                service.service.accounts.revocations.end(session: session)
                token = service.token(.admin, session: session)
            case .expired: token = service.token(.admin, seconds: 0)
            case .nonsense: token = "eyJhbGciOiJub25lIn0.e30."
            }
            return ["Authorization": "Bearer \(token)"]
        }

        /// Nil when the route is to answer as it says; else the refusal.
        func refusal(_ access: Access, _ roles: Roles) -> Int? {
            switch (access, self) {
            case (.anyone, _), (.localOr, .local): nil
            case (.signedIn, .role): nil
            case (.permission(let permission), .role(let role)), (.localOr(let permission), .role(let role)):
                roles.rights(of: role).permissions.contains(permission) ? nil : 403
            default: 401
            }
        }
    }

    /// The path with each named part given a value that exists.
    static func path(of route: Route) -> String {
        let values = ["code": "not_found", "file": "swagger-ui.css", "annee": "2026"]
        return route.path.parameters.reduce(route.path.description) { path, name in
            path.replacing("{\(name)}", with: values[name] ?? "inconnu")
        }
    }

    @Test(arguments: Client.all) func everyRouteIsOpenToThoseItNames(_ client: Client) throws {
        let service = try RunningService.local.get()
        let roles = service.service.accounts.roles
        #expect(service.routes.count > 20)
        for route in service.routes {
            let path = Self.path(of: route)
            let body = route.input == nil ? nil : Array("[]".utf8)
            let answer = try service.ask(
                route.method.name.description, path, client.fields(service), body: body, as: nil)
            guard let refusal = client.refusal(route.access, roles) else {
                let expected = route.outputs.map { Int($0.status.code) }
                #expect(expected.contains(answer.status), "\(path) says \(answer.status)")
                continue
            }
            #expect(answer.status == refusal, "\(route.method) \(path)")
            #expect(answer.value("WWW-Authenticate") == (refusal == 401 ? "Bearer" : nil), "\(path)")
            let code = refusal == 401 ? "unauthenticated" : "forbidden"
            #expect(try JSONValue(parsing: answer.body)["code"]?.string == code, "\(path)")
            #expect(answer.value("Cache-Control") == "no-store", "\(path)")
        }
    }

    /// Whatever stands in between: a proxy that is known or not, and one that says the client is this machine.
    @Test(arguments: [
        ["X-Forwarded-For": "203.0.113.9"], ["Forwarded": "for=203.0.113.9"], ["X-Forwarded-For": "127.0.0.1"],
    ])
    func behindAProxyNobodyIsLocal(_ fields: [String: String]) throws {
        for service in [try RunningService.local.get(), try RunningService.proxied.get().service] {
            #expect(try service.ask("GET", "/metrics", fields, as: nil).status == 401)
            #expect(try service.ask("GET", "/metrics", fields, as: .admin).status == 200)
            #expect(try service.ask("GET", "/metrics", fields, as: .chief).status == 403)
        }
        #expect(try RunningService.local.get().ask("GET", "/metrics", as: nil).status == 200)
    }

    /// A permission that no role has would shut its route for everybody.
    @Test func everyPermissionIsSomebodys() throws {
        let service = try RunningService.local.get()
        let roles = service.service.accounts.roles
        for permission in service.routes.compactMap(\.access.permission) {
            #expect(Role.allCases.contains { roles.rights(of: $0).permissions.contains(permission) }, "\(permission)")
        }
        let inspector = roles.rights(of: .inspector).permissions
        #expect(inspector.isSubset(of: roles.rights(of: .expert).permissions))
    }

    /// What each row asks of the session itself: a second factor that must be there, a proof that is recent.
    @Test func everyRouteAsksForTheAssuranceItNames() throws {
        let service = try RunningService.local.get()
        #expect(service.routes.count(where: \.assurance.isRecent) > 10)
        for route in service.routes where route.access != .anyone {
            let role = try #require(
                Role.allCases.first { role in
                    guard let permission = route.access.permission else { return role == .admin }
                    return service.service.accounts.roles.rights(of: role).permissions.contains(permission)
                })
            func code(_ proof: Proof, _ age: Int64) throws -> String? {
                let body = route.input == nil ? nil : Array("[]".utf8)
                let token = ["Authorization": "Bearer \(service.token(role, proof: proof, age: age))"]
                let path = Self.path(of: route)
                let answer = try service.ask(route.method.name.description, path, token, body: body, as: nil)
                return (try? JSONValue(parsing: answer.body))?["code"]?.string
            }
            let mustHaveTwo = service.service.accounts.secondFactors.roles.contains(role)
            let isEnrollmentAsked = try code(.password, 1) == "mfa_enrollment_required"
            #expect(isEnrollmentAsked == (mustHaveTwo && !route.assurance.admitsEnrolling), "\(route.path)")
            for (age, isStale) in [(Int64(590), false), (600, true)] {
                let isProofAsked = try code(.twoFactors, age) == "reauthentication_required"
                #expect(isProofAsked == (isStale && route.assurance.isRecent), "\(route.path)")
            }
        }
    }

    @Test func whatOnlySomeMaySeeIsNotStored() throws {
        let service = try RunningService.local.get()
        for route in service.routes where route.access != .anyone {
            let answer = try service.ask("GET", Self.path(of: route))
            let control = try #require(answer.value("Cache-Control") ?? (answer.status == 405 ? "no-store" : nil))
            #expect(["no-store", "private, no-cache"].contains(control), "\(route.path)")
        }
    }

    @Test(arguments: ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b"])
    func aFieldThatIsNoTokenIsRefused(_ field: String) throws {
        let answer = try RunningService.local.get().ask("GET", "/auth/me", ["Authorization": field], as: nil)
        #expect(answer.status == 401)
    }
}
