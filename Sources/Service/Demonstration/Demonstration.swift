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

    /// What somebody does on a day.
    private enum Event {
        case saying(DemonstrationControls.Saying, row: Int)
        case step(DemonstrationActs.Step)

        var second: Int {
            switch self {
            case .saying(let saying, _): saying.second
            case .step(let step): step.second
            }
        }
    }

    private func live(_ plan: DemonstrationPlan) async throws {
        let running = try analysis.loaded()
        let office = running.office
        let year = try await analysis.pool.run { try DemonstrationYear(plan, office) }
        let (controls, acts) = (DemonstrationControls(plan: plan), DemonstrationActs(plan: plan))
        let roles = try Roles(path: settings.resources + "/config/roles.json")
        let staff = try await DemonstrationStaff(roles, database)
        let register = ProcesVerbaux(analysis: analysis, roles: roles)
        var given = try await DemonstrationStore.given(all)
        var agenda: [Int: [Event]] = [:]
        var arrivals = year.arrivals[...]
        for day in plan.days {
            try await running.countObserved(on: CivilDate(daysSinceEpoch: day), all)
            for event in (agenda.removeValue(forKey: day) ?? []).sorted(by: { $0.second < $1.second }) {
                switch event {
                case .saying(let saying, let row):
                    // What was said before an interruption is not said again.
                    if let count = given[saying.number], count > 0 {
                        given[saying.number] = count - 1
                    } else {
                        try await say(saying, staff)
                    }
                    for step in acts.steps(after: saying, row: row) {
                        agenda[step.day, default: []].append(.step(step))
                    }
                case .step(let step): try await take(step, register, staff)
                }
            }
            while let arrival = arrivals.first, arrival.day == day {
                arrivals.removeFirst()
                for (row, lane) in zip(arrival.rows, try await handIn(arrival, of: year, plan, staff)) {
                    for saying in controls.sayings(on: year.records[row], row: row, lane: lane) {
                        agenda[saying.day, default: []].append(.saying(saying, row: row))
                    }
                }
                report(.progress(done: arrival.rows.upperBound, of: year.records.count))
            }
        }
    }

    /// The lane of each.
    private func handIn(
        _ arrival: DemonstrationYear.Arrival, of year: DemonstrationYear, _ plan: DemonstrationPlan,
        _ staff: DemonstrationStaff
    ) async throws -> [String] {
        var random = plan.random("arrivée", arrival.rows.lowerBound)
        let inspector = try staff.inspector(random.whole(0...1), of: arrival.office)
        var submission = Submission(principal: inspector.principal, actor: inspector.actor)
        submission.source = "fichier"
        submission.moment = DemonstrationPlan.moment(arrival.day, second: random.whole(7 * 3600...16 * 3600))
        return try await analysis.submit(Handed(year.file, arrival.rows), submission).map { answer in
            if case .refused(_, let message) = answer.state { throw DemonstrationError.refused(message) }
            guard let lane = answer.lane else { throw DemonstrationError.unreadable }
            return lane
        }
    }

    private func say(_ saying: DemonstrationControls.Saying, _ staff: DemonstrationStaff) async throws {
        let inspector = try staff.inspector(saying.inspector, of: saying.office)
        try await Self.acting {
            _ = try await analysis.take(
                try Verdict(parsing: saying.verdict), on: saying.number, by: inspector.principal, inspector.actor,
                at: DemonstrationPlan.moment(saying.day, second: saying.second))
        }
    }

    /// What was done before an interruption is not done again.
    private func take(
        _ step: DemonstrationActs.Step, _ register: ProcesVerbaux, _ staff: DemonstrationStaff
    ) async throws {
        let person = try staff.person(step.doer, of: step.office)
        let moment = DemonstrationPlan.moment(step.day, second: step.second)
        let known = try await DemonstrationStore.act(about: step.number, all)
        try await Self.acting {
            guard let id = known, let whole = try await register.whole(id, by: person.principal) else {
                if let request = try step.request(second: staff) {
                    _ = try await register.draw(request, by: person.principal, person.actor, at: moment)
                }
                return
            }
            guard let act = step.act(on: whole, by: person.principal.user) else { return }
            _ = try await register.apply(act, to: id, by: person.principal, person.actor, at: moment)
        }
    }

    private static func acting(_ body: () async throws -> Void) async throws {
        do { try await body() } catch let problem as Problem {
            throw DemonstrationError.refused(problem.detail ?? "\(problem)")
        }
    }
}

extension DemonstrationActs.Step {
    /// Nil when it does not draw anything up.
    fileprivate func request(second staff: DemonstrationStaff) throws -> ProcesVerbalRequest? {
        guard case .draw(let words) = deed, case .inspector(let own) = doer else { return nil }
        let second = try staff.inspector(own + 1, of: office)
        let body: JSONValue = [
            "declarations": [.string(number)], "second_agent": .string(second.principal.username),
            "constatations": words.statement.map { .string($0) } ?? .null,
            "declarations_interesse": words.reply.map { .string($0) } ?? .null,
        ]
        return try ProcesVerbalRequest(parsing: body.jsonBytes())
    }

    /// Nil when it was done.
    fileprivate func act(on whole: ProcesVerbaux.Whole, by account: UUIDv7) -> ProcesVerbalStanding.Act? {
        guard whole.standing.ending == nil else { return nil }
        switch deed {
        case .draw: return nil
        case .sign:
            let hasSigned = whole.standing.signatures.contains { $0.agent == account }
            return hasSigned ? nil : .sign(hash: whole.standing.hash)
        case .close(let reason): return .close(reason: reason)
        case .cancel(let reason): return .cancel(reason: reason)
        }
    }
}
