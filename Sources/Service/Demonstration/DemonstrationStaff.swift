import HTTP
import Platform
import Postgres

/// Those who act in the demonstration.
struct DemonstrationStaff: Sendable {
    struct Person: Sendable {
        let principal: Principal
        let actor: AuditActor
    }

    /// Of each office.
    private let inspectors: [String: [Person]]
    private let chief: Person

    init(_ roles: Roles, _ database: some Queryable) async throws {
        var (inspectors, chief): ([String: [Person]], Person?) = ([:], nil)
        for one in DemonstrationAccount.all where one.role == .inspector || one.role == .chief {
            guard let account = try await AccountStore.account(named: one.username, database) else { continue }
            let person = Person(account, roles)
            if let bureau = one.bureau { inspectors[bureau, default: []].append(person) } else { chief = person }
        }
        guard let chief else { throw DemonstrationError.unreadable }
        (self.inspectors, self.chief) = (inspectors, chief)
    }

    /// One of the office's, whatever the number.
    func inspector(_ number: Int, of office: String) throws(DemonstrationError) -> Person {
        guard let all = inspectors[office], !all.isEmpty else { throw .unreadable }
        return all[number % all.count]
    }

    func person(_ doer: DemonstrationActs.Step.Doer, of office: String) throws(DemonstrationError) -> Person {
        switch doer {
        case .inspector(let number): try inspector(number, of: office)
        case .chief: chief
        }
    }
}

extension DemonstrationStaff.Person {
    fileprivate init(_ account: Account, _ roles: Roles) {
        principal = Principal(
            user: account.id, username: account.username, role: account.role.rawValue, bureau: account.bureau,
            session: .make(), rights: roles.rights(of: account.role))
        // The trail says that nobody was there.
        actor = AuditActor(
            name: AuditActor.user(account.id), role: account.role.rawValue, bureau: account.bureau,
            address: "demonstration")
    }
}
