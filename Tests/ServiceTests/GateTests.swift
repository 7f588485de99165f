import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// Every row of the table against everybody who can ask.
@Suite struct GateTests {
    enum Client: CustomTestStringConvertible, Sendable, Hashable {
        case local, remote, role(Role), otherOffice, disabled, ended, expired, nonsense
        case key(TrialKeys.Name)

        static let all: [Client] =
            [.local, .remote, .otherOffice, .disabled, .ended, .expired, .nonsense] + Role.allCases.map { .role($0) }
            + TrialKeys.Name.allCases.map { .key($0) }

        var testDescription: String { "\(self)" }

        func fields(_ service: RunningService) throws -> [String: String] {
            let token: String
            switch self {
            case .local: return [:]
            case .remote: return ["X-Forwarded-For": "203.0.113.9"]
            case .role(let role): token = service.token(role)
            case .otherOffice: token = service.token(.admin, bureau: "10S")
            case .key(let name): token = try TrialKeys.local.get().secrets[name]?.text ?? ""
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
        func refusal(_ route: Route, _ row: RouteMatrix.Row) -> Int? {
            if row.isOpen { return nil }
            switch self {
            case .local: return row.isOpenLocally ? nil : 401
            case .role(let role): return row.roles.contains(role) ? nil : 403
            case .otherOffice: return row.roles.contains(.admin) ? nil : 403
            case .key(let name) where name.isGood:
                let isMeant = route.access.permission.map { name.permissions.contains($0.name) } ?? true
                return row.admitsKeys && isMeant ? nil : 403
            case .key, .remote, .disabled, .ended, .expired, .nonsense: return 401
            }
        }
    }

    /// The path with each named part given a value that exists.
    static func path(of route: Route, id: String? = nil) -> String {
        var values = ["code": "not_found", "file": "swagger-ui.css", "annee": "2026"]
        values["id"] = id
        return route.path.parameters.reduce(route.path.description) { path, name in
            path.replacing("{\(name)}", with: values[name] ?? "inconnu")
        }
    }

    @Test(arguments: Client.all) func everyRouteIsOpenToThoseItNames(_ client: Client) throws {
        let service = try RunningService.local.get()
        #expect(service.routes.count > 20)
        let fields = try client.fields(service)
        for route in service.routes {
            let row = try #require(
                RouteMatrix.row(route), "\(route.method) \(route.path): say in RouteMatrix who may ask")
            // What belongs to one office, asked for by the other.
            let foreign = client == .otherOffice && route.isOfficeScoped
            let path = Self.path(of: route, id: foreign ? try TrialKeys.local.get().id(.scoped) : nil)
            let body = route.input == nil ? nil : Array("[]".utf8)
            let answer = try service.ask(
                route.method.name.description, path, fields, body: foreign ? Array("{}".utf8) : body, as: nil)
            guard let refusal = client.refusal(route, row) else {
                let expected = route.outputs.map { Int($0.status.code) }
                #expect(expected.contains(answer.status), "\(path) says \(answer.status)")
                if foreign, !route.path.parameters.isEmpty { #expect(answer.status == 404, "\(path)") }
                continue
            }
            #expect(answer.status == refusal, "\(route.method) \(path)")
            #expect(answer.value("WWW-Authenticate") == (refusal == 401 ? "Bearer" : nil), "\(path)")
            let code = refusal == 401 ? "unauthenticated" : "forbidden"
            #expect(try JSONValue(parsing: answer.body)["code"]?.string == code, "\(path)")
            #expect(answer.value("Cache-Control") == "no-store", "\(path)")
        }
    }

    /// The table and the file of roles together say what was written down by hand.
    @Test func theTableSaysWhoMayAsk() throws {
        let service = try RunningService.local.get()
        let roles = service.service.accounts.roles
        for route in service.routes {
            let row = try #require(RouteMatrix.row(route), "\(route.method) \(route.path)")
            #expect(row.isOpen == (route.access == .anyone), "\(route.path)")
            #expect(row.admitsKeys == route.admitsKeys, "\(route.path)")
            if case .localOr = route.access { #expect(row.isOpenLocally) } else { #expect(!row.isOpenLocally) }
            guard let permission = route.access.permission else { continue }
            let allowed = Role.allCases.filter { roles.rights(of: $0).permissions.contains(permission) }
            #expect(Set(allowed) == row.roles, "\(route.method) \(route.path)")
            guard route.admitsKeys else { continue }
            #expect(roles.grantableToKeys.contains(permission), "\(route.path)")
            // A machine's proof is never recent.
            #expect(!route.assurance.isRecent, "\(route.path)")
        }
    }

    /// What a body has too much is refused by name, wherever a body is taken.
    @Test func unknownMembersOfABodyAreRefused() throws {
        let service = try RunningService.local.get()
        let roles = service.service.accounts.roles
        for route in service.routes {
            guard let input = route.input, input.mediaTypes == ["application/json"], case .object = input.schema else {
                continue
            }
            let role = Role.allCases.first { role in
                route.access.permission.map { roles.rights(of: role).permissions.contains($0) } ?? true
            }
            let answer = try service.ask(
                route.method.name.description, Self.path(of: route), body: Array(#"{"is_admin":true}"#.utf8), as: role)
            #expect(answer.status == 422, "\(route.path)")
            let error = try JSONValue(parsing: answer.body)["errors"]?[0]
            #expect(error?["code"] == "unknown_field" && error?["pointer"] == "/is_admin", "\(route.path)")
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
