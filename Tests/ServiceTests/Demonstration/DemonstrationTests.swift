import Crypto
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
        let replayed = try DecisionCommands.replay(stage.settings, .last(1000))
        #expect(replayed.isGood && replayed.decisions == Stage.declarations, "\(replayed.text(json: false))")
        #expect(replayed.drawn == Stage.declarations && replayed.learned == Stage.declarations)
        #expect(try AuditCommands.verify(stage.settings, journal: nil, anchors: nil, key: nil).isGood)
        try again(stage, summary)
        try opens(stage, summary.accounts.secrets)
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
