import Analysis
import Crypto
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// Plays a year of the imagined world into an empty database, day after day and through the very acts that requests
/// perform: so what is decided knows what was known on its day, and what is learned is learned from verdicts.
struct Demonstration: Sendable {
    let settings: ServiceSettings
    let database: Database
    let analysis: AnalysisService
    let report: @Sendable (DemonstrationCommands.Report) -> Void

    private var all: ScopedDatabase { database.under(OfficeScope.all) }

    /// What became of it.
    func run(_ wanted: DemonstrationPlan) async throws -> DemonstrationCommands.Summary {
        let plan: DemonstrationPlan
        var accounts: [DemonstrationAccount.Secrets] = []
        let state = try await DemonstrationStore.state(all)
        switch state {
        case .foreign: throw DemonstrationError.foreign
        case .ended: return .init(counts: try await DemonstrationStore.counts(all), wasThere: true)
        case .begun(let begun): plan = begun
        case .empty:
            plan = wanted
            accounts = try await addAccounts(plan)
            report(.accounts(.init(secrets: accounts)))
        }
        try await analysis.prepare()
        try await live(plan)
        try await database.transaction { transaction in
            try await AuditStore.append(
                AuditEvent(
                    name: DemonstrationPlan.ended, actor: AccountCommands.operatorActor(), details: plan.details),
                in: transaction)
        }
        return .init(
            counts: try await DemonstrationStore.counts(all), accounts: .init(secrets: accounts),
            wasResumed: state == .begun(plan))
    }

    /// All of them, or none: what is begun has its accounts.
    private func addAccounts(_ plan: DemonstrationPlan) async throws -> [DemonstrationAccount.Secrets] {
        let seals = try analysis.vault.uses[.secondFactors]
        return try await database.transaction { [settings] transaction in
            var secrets: [DemonstrationAccount.Secrets] = []
            for account in DemonstrationAccount.all {
                secrets.append(try await account.add(settings.secondFactors, seals, transaction))
            }
            try await AuditStore.append(
                AuditEvent(
                    name: DemonstrationPlan.begun, actor: AccountCommands.operatorActor(),
                    details: plan.details + [.init("comptes", .int(secrets.count))]), in: transaction)
            return secrets
        }
    }

    // MARK: The year

    private func live(_ plan: DemonstrationPlan) async throws {
        let office = try analysis.loaded().office
        let year = try await analysis.pool.run { try DemonstrationYear(plan, office) }
        let controls = DemonstrationControls(plan: plan)
        let staff = try await staff()
        var given = try await DemonstrationStore.given(all)
        var agenda: [Int: [DemonstrationControls.Saying]] = [:]
        var arrivals = year.arrivals[...]
        for day in plan.days {
            for saying in (agenda.removeValue(forKey: day) ?? []).sorted(by: { $0.second < $1.second }) {
                // What was said before an interruption is not said again.
                if let count = given[saying.number], count > 0 {
                    given[saying.number] = count - 1
                } else {
                    try await say(saying, staff)
                }
            }
            while let arrival = arrivals.first, arrival.day == day {
                arrivals.removeFirst()
                for (row, lane) in zip(arrival.rows, try await handIn(arrival, of: year, plan, staff)) {
                    for saying in controls.sayings(on: year.records[row], row: row, lane: lane) {
                        agenda[saying.day, default: []].append(saying)
                    }
                }
                report(.progress(done: arrival.rows.upperBound, of: year.records.count))
            }
        }
    }

    /// The lane of each.
    private func handIn(
        _ arrival: DemonstrationYear.Arrival, of year: DemonstrationYear, _ plan: DemonstrationPlan,
        _ staff: [String: [Inspector]]
    ) async throws -> [String] {
        var random = plan.random("arrivée", arrival.rows.lowerBound)
        guard let inspector = staff[arrival.office].map({ random.pick($0) }) else {
            throw DemonstrationError.unreadable
        }
        var submission = Submission(principal: inspector.principal, actor: inspector.actor)
        submission.source = "fichier"
        submission.moment = DemonstrationPlan.moment(arrival.day, second: random.whole(7 * 3600...16 * 3600))
        return try await analysis.submit(Handed(year.file, arrival.rows), submission).map { answer in
            if case .refused(_, let message) = answer.state { throw DemonstrationError.refused(message) }
            guard let lane = answer.lane else { throw DemonstrationError.unreadable }
            return lane
        }
    }

    private func say(_ saying: DemonstrationControls.Saying, _ staff: [String: [Inspector]]) async throws {
        guard let inspectors = staff[saying.office] else { throw DemonstrationError.unreadable }
        let inspector = inspectors[saying.inspector % inspectors.count]
        do {
            _ = try await analysis.take(
                try Verdict(parsing: saying.verdict), on: saying.number, by: inspector.principal, inspector.actor,
                at: DemonstrationPlan.moment(saying.day, second: saying.second))
        } catch let problem as Problem {
            throw DemonstrationError.refused(problem.detail ?? "\(problem)")
        }
    }

    // MARK: Who acts

    private struct Inspector: Sendable {
        let principal: Principal
        let actor: AuditActor
    }

    /// The inspectors of each office.
    private func staff() async throws -> [String: [Inspector]] {
        let roles = try Roles(path: settings.resources + "/config/roles.json")
        var staff: [String: [Inspector]] = [:]
        for one in DemonstrationAccount.all where one.role == .inspector {
            guard let bureau = one.bureau, let account = try await AccountStore.account(named: one.username, database)
            else { continue }
            let inspector = Inspector(
                principal: Principal(
                    user: account.id, username: account.username, role: account.role.rawValue, bureau: bureau,
                    session: .make(), rights: roles.rights(of: account.role)),
                // The trail says that nobody was there.
                actor: AuditActor(
                    name: AuditActor.user(account.id), role: account.role.rawValue, bureau: bureau,
                    address: "demonstration"))
            staff[bureau, default: []].append(inspector)
        }
        return staff
    }
}
