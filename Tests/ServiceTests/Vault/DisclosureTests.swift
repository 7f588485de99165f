import Customs
import HTTP
import Platform
import Testing

@testable import Service

@Suite struct DisclosureTests {
    private func shown(_ permissions: Set<Permission>) -> [String] {
        let principal = Principal(
            user: .make(), username: "a", role: "admin", bureau: nil, session: .make(), rights: .init(permissions))
        let disclosure = Disclosure(to: principal)
        return [
            disclosure.shown("Awa Diop", .nom), disclosure.shown("123456789", .entreprise),
            disclosure.shown("3004320000", nil),
        ]
    }

    @Test func whoNeedNotKnowSeesAMask() {
        #expect(shown([]) == ["A** D***", "******789", "3004320000"])
        #expect(shown([.viewPersonalData]) == ["Awa Diop", "123456789", "3004320000"])
    }

    @Test func thoseWhoControlGoodsSeeAndThoseWhoAdministerDoNot() throws {
        let roles = try RunningService.local.get().service.accounts.roles
        let seeing = Role.allCases.filter { roles.rights(of: $0).permissions.contains(.viewPersonalData) }
        #expect(seeing == [.inspector, .expert, .chief])
    }
}
