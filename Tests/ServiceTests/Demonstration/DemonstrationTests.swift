import Crypto
import Customs
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct DemonstrationTests {
    /// A database that a demonstration of some declarations may be put into.
    private struct Stage {
        static let declarations = 60
        let database: TestDatabase
        let directory: TemporaryDirectory

        init(like other: Stage? = nil) throws {
            database = try TestDatabase()
            directory = try other?.directory ?? TemporaryDirectory()
        }

        var variables: [String: String] {
            get throws {
                [
                    "INSPECTIA_DATA_DIR": directory.path,
                    "INSPECTIA_MODELS_DIRECTORY": try ImaginedWorld.made.get().models,
                ]
            }
        }

        var settings: ServiceSettings {
            get throws {
                try .reading(variables.merging(["INSPECTIA_DATABASE_URL": database.connectionString]) { $1 })
            }
        }

        func seed(
            _ report: @escaping @Sendable (DemonstrationCommands.Report) -> Void = { _ in }
        ) throws -> DemonstrationCommands.Summary {
            try DemonstrationCommands.seed(settings, declarations: Self.declarations, seed: 7, report)
        }

        /// The statement's value in the rows of all offices.
        func value(_ sql: String) throws -> String? {
            try database.value("SELECT set_config('inspectia.bureau', '*', true); " + sql)
        }

        /// Rows that must not be there.
        func count(_ sql: String) throws -> Int { Int(try value("SELECT count(*) FROM " + sql) ?? "") ?? -1 }

        /// What was declared, decided and said, without what is drawn by chance alone.
        func story() throws -> String? {
            try value(
                """
                SELECT string_agg(concat_ws(' ', numero_declaration, d.recue_le::date, d.voie, d.probabilite, f.donne_le,
                    f.user_decision), ',' ORDER BY numero_declaration, f.donne_le)
                FROM declarations d LEFT JOIN feedbacks f ON f.declaration_id = d.id
                """)
        }

        /// What became of the procès-verbaux.
        func acts() throws -> String? {
            try value(
                """
                SELECT string_agg(concat_ws(' ', annee, bureau, numero, etat, etabli_le, signe_1_le, signe_2_le, fin_le,
                    fin_motif), ',' ORDER BY id)
                FROM proces_verbaux
                """)
        }
    }

    @Test func aYearIsLivedAsItWouldHaveBeen() throws {
        let stage = try Stage()
        let summary = try stage.seed()
        #expect(summary.counts.declarations == Stage.declarations && !summary.wasThere)
        #expect(summary.counts.verdicts > 5 && summary.counts.frauds > 0 && summary.counts.open > 0)
        #expect(try stage.count("declarations") == Stage.declarations && stage.count("decisions") == Stage.declarations)
        #expect(try stage.count("outcomes") == summary.counts.verdicts)
        #expect(try stage.count("feedbacks") == summary.counts.verdicts + summary.counts.doubts)
        // Each on its own day.
        #expect(
            try stage.count(
                "declarations d JOIN decisions x ON x.id = d.decision_id JOIN predictions p ON p.id = x.prediction_id WHERE d.recue_le::date <> d.date_enregistrement OR x.jour <> d.date_enregistrement OR x.prise_le <> d.recue_le OR p.faite_le <> d.recue_le"
            ) == 0)
        #expect(
            try stage.count(
                "feedbacks f JOIN declarations d ON d.id = f.declaration_id LEFT JOIN outcomes o ON o.id = f.outcome_id WHERE f.donne_le <= d.recue_le OR o.connue_le <> f.donne_le::date OR o.inscrite_le <> f.donne_le"
            ) == 0)
        #expect(try stage.count("declarations WHERE recue_le > now() OR recue_le < now() - interval '367 days'") == 0)
        #expect(try stage.count("(SELECT DISTINCT bureau FROM declarations) t") == DemonstrationPlan.offices.count)
        // A verdict is of the declaration's own office.
        #expect(try stage.count("feedbacks f JOIN users u ON u.id = f.user_id WHERE u.bureau <> f.bureau") == 0)
        // What was learned was known to later decisions, and nothing of it to earlier ones.
        #expect(try stage.count("bandit_events") > 0 && stage.count("decisions WHERE appris > 0") > 0)
        #expect(
            try stage.count(
                "decisions x JOIN bandit_events e ON e.chapitre = x.chapitre AND e.sequence <= x.appris WHERE e.inscrit_le::date > x.jour"
            ) == 0)
        try drawsUp(stage, summary)
        let replayed = try DecisionCommands.replay(stage.settings, .last(1000))
        #expect(replayed.isGood && replayed.decisions == Stage.declarations, "\(replayed.text(json: false))")
        #expect(replayed.drawn == Stage.declarations && replayed.learned == Stage.declarations)
        #expect(try AuditCommands.verify(stage.settings, journal: nil, anchors: nil, key: nil).isGood)
        try again(stage, summary)
        try opens(stage, summary.accounts.secrets)
    }

    /// Acts are about frauds that were found, by two agents of the office, and brought further in the order of time.
    private func drawsUp(_ stage: Stage, _ summary: DemonstrationCommands.Summary) throws {
        #expect(summary.counts.acts > 0)
        #expect(try stage.count("proces_verbaux") == summary.counts.acts)
        #expect(try stage.count("proces_verbaux_declarations") == summary.counts.acts)
        #expect(
            try stage.count(
                "proces_verbaux_declarations v JOIN proces_verbaux p ON p.id = v.pv_id JOIN outcomes o ON o.declaration_id = v.declaration_id WHERE o.resultat <> 'fraude' OR p.etabli_le <= o.inscrite_le OR p.sans_constat > 0 OR v.bureau <> p.bureau"
            ) == 0)
        #expect(
            try stage.count(
                "proces_verbaux p JOIN users u ON u.id = p.agent_1 JOIN users w ON w.id = p.agent_2 WHERE u.bureau <> p.bureau OR w.bureau <> p.bureau"
            ) == 0)
        #expect(
            try stage.count(
                "proces_verbaux WHERE signe_1_le < etabli_le OR signe_2_le < signe_1_le OR fin_le < coalesce(signe_2_le, etabli_le) OR greatest(etabli_le, signe_2_le, fin_le) > now()"
            ) == 0)
        // Numbers are in the order of days, and without holes.
        #expect(
            try stage.count(
                "(SELECT numero, row_number() OVER (PARTITION BY bureau, annee ORDER BY etabli_le) AS rang FROM proces_verbaux) t WHERE numero <> rang"
            ) == 0)
    }

    @Test func actsGoTheirWaysInTheOrderOfTime() throws {
        let plan = DemonstrationPlan(lastDay: try #require(CivilDate(year: 2026, month: 6, day: 30)))
        let acts = DemonstrationActs(plan: plan)
        let last = plan.lastDay.daysSinceEpoch
        func saying(_ fraud: TwinScheme?, daysBefore: Int = 200) -> DemonstrationControls.Saying {
            .init(
                number: "2026/18N/1", office: "18N", day: last - daysBefore, second: 40_000, inspector: 1, verdict: [],
                fraud: fraud)
        }
        #expect((0..<50).allSatisfy { acts.steps(after: saying(nil), row: $0).isEmpty })
        var ends: [String: Int] = [:]
        for row in 0..<400 {
            let steps = acts.steps(after: saying(.contrefacon), row: row)
            guard let first = steps.first else {
                ends["aucun", default: 0] += 1
                continue
            }
            guard case .draw = first.deed else { throw DemonstrationError.unreadable }
            #expect(first.day > last - 200)
            #expect(zip(steps, steps.dropFirst()).allSatisfy { ($0.day, $0.second) < ($1.day, $1.second) })
            let end =
                switch steps.last?.deed {
                case .draw, nil: "brouillon"
                case .sign: steps.count == 3 ? "signe" : "brouillon"
                case .close: "clos"
                case .cancel: "annule"
                }
            ends[end, default: 0] += 1
        }
        #expect(Set(ends.keys) == ["aucun", "brouillon", "signe", "clos", "annule"], "\(ends)")
        #expect(ends["clos", default: 0] > 100 && ends["aucun", default: 0] < 150, "\(ends)")
        // Nothing is done that is still to come.
        #expect(
            (0..<100).flatMap { acts.steps(after: saying(.contrefacon, daysBefore: 2), row: $0) }.allSatisfy {
                $0.day <= last
            })
    }

    /// Seeding what is there changes nothing.
    private func again(_ stage: Stage, _ summary: DemonstrationCommands.Summary) throws {
        let events = try stage.count("audit_events")
        let second = try stage.seed()
        #expect(second.wasThere && second.counts == summary.counts && second.accounts.secrets.isEmpty)
        #expect(try stage.count("audit_events") == events)
        #expect(second.text(json: false).contains("déjà là"))
    }

    /// What was printed opens every account, and no account is without what its role asks for.
    private func opens(_ stage: Stage, _ secrets: [DemonstrationAccount.Secrets]) throws {
        #expect(secrets.count == DemonstrationAccount.all.count)
        #expect(Set(secrets.map(\.password)).count == secrets.count)
        let service = try RunningService(database: stage.database, stage.variables)
        defer { service.stop() }
        func post(_ path: String, _ body: JSONValue) throws -> JSONValue {
            let answer = try service.ask("POST", path, body: body.jsonBytes(), as: nil)
            try #require(answer.status == 200, "\(answer.text)")
            return try JSONValue(parsing: answer.body)
        }
        for one in secrets {
            let login = try post(
                "/auth/login", ["username": .string(one.account.username), "password": .string(one.password)])
            guard let factor = one.factor else {
                #expect(login["access_token"] != nil && login["mfa_enrollment_required"] == nil)
                continue
            }
            let challenge = try #require(login["mfa_token"])
            let code =
                one.account.role == .admin
                ? factor.password(step: OneTimePassword.step(at: Accounts.now)) : one.recoveryCodes[0]
            #expect(
                try post("/auth/mfa/verify", ["mfa_token": challenge, "code": .string(code)])["access_token"] != nil)
        }
        #expect(
            Set(secrets.filter { $0.factor != nil }.map(\.account.role)) == SecondFactorPolicy.always)
    }

    @Test func whatWasInterruptedGoesOnAsItBegan() throws {
        let whole = try Stage()
        _ = try whole.seed()
        let stage = try Stage(like: whole)
        #expect(throws: (any Error).self) {
            try stage.seed { report in
                guard case .progress(let done, _) = report, done >= 40 else { return }
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        let begun = try stage.count("declarations")
        #expect(40..<Stage.declarations ~= begun)
        let summary = try stage.seed()
        #expect(summary.wasResumed && !summary.wasThere && summary.counts.declarations == Stage.declarations)
        // The draws' key is the same one, so nothing differs.
        #expect(try stage.story() == whole.story())
        #expect(try stage.acts() == whole.acts() && whole.acts() != nil)
        #expect(try AuditCommands.verify(stage.settings, journal: nil, anchors: nil, key: nil).isGood)
    }

    @Test func anOfficesDatabaseIsRefused() throws {
        let stage = try Stage()
        _ = try AccountCommands.add(
            stage.settings, username: "une.inspectrice", role: "inspecteur", bureau: "18N", email: nil,
            password: Office.password)
        let events = try stage.count("audit_events")
        #expect(throws: DemonstrationError.self) { try stage.seed() }
        #expect(try stage.count("users") == 1 && stage.count("declarations") == 0)
        #expect(try stage.count("audit_events") == events)
    }

    @Test func aPlanIsReadAsItWasWritten() throws {
        let plan = DemonstrationPlan(
            declarations: 12, seed: 3, lastDay: try #require(CivilDate(year: 2026, month: 2, day: 28)))
        #expect(DemonstrationPlan(.object([.init("details", .object(plan.details))])) == plan)
        #expect(DemonstrationPlan(["details": ["declarations": 12]]) == nil)
        var (one, same, other) = (plan.random("a", 1), plan.random("a", 1), plan.random("b", 1))
        let drawn = one.next()
        #expect(drawn == same.next() && drawn != other.next())
    }
}
