import Decisions
import JSON
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct PolicyTrialRoutesTests {
    private static let reason: JSONValue = "d'après les issues vérifiées du trimestre"
    /// Sends everything to control.
    private static let strict: JSONValue = ["seuils": ["bas": 0.001, "haut": 0.002, "t_soft": 0.001]]

    /// A service with verdicts on all that it decided: what has a high probability was mostly a fraud, unless nothing
    /// was, and controls take their time. It always draws the same.
    private func office(
        in directory: TemporaryDirectory, _ rows: Range<Int> = 0..<150, frauds: Bool = true
    ) throws -> AnalysingService {
        let world = try ImaginedWorld.made.get()
        try File.createDirectory(directory.path + "/keys")
        let key: JSONValue = ["epoques": [["numero": 1, "cle": .string(String(repeating: "A", count: 43))]]]
        try #require(try File.create(directory.path + "/keys/tirage.json", with: key.jsonBytes()))
        let office = try AnalysingService(models: world.models, directory: directory.path)
        if !frauds {
            // Every lane is seen often.
            let wanted: JSONValue = ["epsilon": 0.6, "motif": "beaucoup d'exploration", "numero": 1]
            try #require(try office.ask("PUT", "/ml/policies/tous", office.expert, json: wanted).status == 200)
        }
        let (status, value) = try office.upload(world.file(rows))
        try #require(status == 201, "\(value)")
        let analyses = value["declarations"]?.array ?? []
        let scores = analyses.compactMap { $0["fraud_probability"]?.double }.sorted()
        let cut = scores[scores.count * 3 / 4]
        for (place, analysis) in analyses.enumerated() {
            let isFraud = frauds && (analysis["fraud_probability"]?.double ?? 0) >= cut && place % 7 != 0
            let lane = analysis["rl_decision"]?.string
            let verdict: JSONValue = [
                "numero_declaration": analysis["numero_declaration"] ?? .null,
                "user_decision": isFraud ? "fraude" : "conforme", "evidence": "physique",
                "minutes": lane == "fraude" ? 2000 : lane == "zone_grise" ? 200 : 0,
                "montant_redresse": isFraud ? 3_000_000 : 0, "justification": "contrôle entier de la marchandise",
            ]
            let given = try office.ask("POST", "/predict/tous/rl/feedback", json: verdict)
            try #require(given.status == 201, "\(given.value)")
        }
        return office
    }

    @Test func aWorseChallengerIsRefused() async throws {
        let directory = try TemporaryDirectory()
        let office = try office(in: directory, frauds: false)
        defer { withExtendedLifetime(directory) { office.service.stop() } }
        let (status, draft) = try office.ask(
            "POST", "/ml/policies/tous/evaluation", office.expert, json: Self.strict)
        try #require(status == 200, "\(draft)")
        let id = try #require(draft["brouillon"])
        #expect(draft["essai"]?["conditions"]?["satisfait"] == false && draft["comparee_a"] == "tous-2")
        let adoption: JSONValue = ["brouillon": id, "motif": Self.reason, "numero": 2]
        let (refused, problem) = try office.ask("POST", "/ml/policies/tous/activation", office.expert, json: adoption)
        #expect(refused == 409)
        let codes = (problem["errors"]?.array ?? []).compactMap { $0["code"]?.string }
        #expect(codes.contains("gain") && codes.contains("ombre"), "\(problem)")
        #expect(try office.ask("GET", "/ml/policies/tous", office.expert).value["numero"] == 2)
        // Not for its age or its log's size: the same gate lets pass what is as good as what is in force.
        let analysis = office.service.service.analysis
        let log = try await OutcomeLog.read("tous", since: .now(), analysis.database.under(OfficeScope.all))
        var gate = PromotionGate()
        (gate.effectiveSize, gate.shadowDays, gate.unsupported, gate.tolerance) = (10, 0, 1, 0.02)
        let champion = try #require(try analysis.loaded().withLive { $0.policies["tous"] })
        let same = try DecisionPolicy(chapter: "tous", version: "autre", like: champion)
        let good = try PolicyTrials.judge(same, log, gate, isCalibrated: true)
        #expect(good.verdict.passes, "\(String(decoding: good.jsonBytes(), as: UTF8.self))")
        gate.tolerance = PromotionGate().tolerance
        let worse = try PolicyTrials.judge(
            same.with(try LaneThresholds(bas: 0.001, haut: 0.002, tHard: 0.9)), log, gate, isCalibrated: true)
        #expect(worse.verdict.findings.first { $0.code == "gain" }?.passes == false)
        let uncalibrated = try PolicyTrials.judge(same, log, gate, isCalibrated: false)
        #expect(!uncalibrated.verdict.passes)
    }

    @Test func draftsAreJudgedAnewAndComeIntoForceOnce() throws {
        let directory = try TemporaryDirectory()
        let office = try office(in: directory, 0..<30)
        defer { withExtendedLifetime(directory) { office.service.stop() } }
        let small: JSONValue = ["epsilon": 0.11]
        let (_, draft) = try office.ask("POST", "/ml/policies/tous/evaluation", office.expert, json: small)
        let id = try #require(draft["brouillon"])
        let (status, again) = try office.ask(
            "POST", "/ml/policies/tous/evaluation", office.expert, json: ["brouillon": id])
        #expect(status == 200 && again["brouillon"] == id, "\(again)")
        let (_, list) = try office.ask("GET", "/ml/policies/tous/evaluation", office.expert)
        #expect(list["data"]?.array?.count == 1 && list["data"]?[0]?["changement"]?["epsilon"] == 0.11)
        for refused: JSONValue in [
            ["brouillon": "x"], ["brouillon": id, "epsilon": 0.2], ["epsilon": 7], ["autre": 1],
        ] {
            #expect(
                try office.ask("POST", "/ml/policies/tous/evaluation", office.expert, json: refused).status == 422,
                "\(refused)")
        }
        let unknown: JSONValue = ["brouillon": .string(UUIDv7.make().description), "motif": Self.reason, "numero": 1]
        #expect(try office.ask("POST", "/ml/policies/tous/activation", office.expert, json: unknown).status == 404)
    }

    @Test func withoutOutcomesNothingIsJudged() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let trial = try office.ask("POST", "/ml/policies/tous/evaluation", office.expert, json: Self.strict)
        #expect(trial.status == 409, "\(trial.value)")
        let proposal = try office.ask("POST", "/predict/tous/thresholds/proposition", office.expert)
        #expect(proposal.status == 409, "\(proposal.value)")
    }

    @Test func outcomesProposeThresholdsAndAPersonAcceptsThem() throws {
        let directory = try TemporaryDirectory()
        let office = try office(in: directory)
        defer { withExtendedLifetime(directory) { office.service.stop() } }
        let path = "/predict/tous/thresholds/proposition"
        let (status, made) = try office.ask("POST", path, office.expert)
        try #require(status == 201, "\(made)")
        let proposals = made["propositions"]?.array ?? []
        #expect(proposals.compactMap { $0["methode"]?.string } == ["gain_net", "f1", "agent"])
        let f1 = try #require(proposals.first { $0["methode"] == "f1" })
        #expect(f1["suite"] == "a_approuver" && f1["detail"]?["courbe"]?["f1"]?.array?.isEmpty == false)
        #expect(f1["detail"]?["conditions"]?["conditions"]?.array?.count == 6)
        let id = try #require(f1["id"]?.string)
        #expect(try office.ask("GET", "/ml/policies/tous", office.expert).value["numero"] == 1)
        let stale: JSONValue = ["motif": Self.reason, "numero": 9]
        #expect(try office.ask("POST", "\(path)/\(id)/acceptation", office.expert, json: stale).status == 412)
        let act: JSONValue = ["motif": Self.reason, "numero": 1]
        let (accepted, policy) = try office.ask("POST", "\(path)/\(id)/acceptation", office.expert, json: act)
        #expect(accepted == 200 && policy["numero"] == 2, "\(policy)")
        #expect(policy["seuils"]?["haut"]?.double == f1["seuils"]?["haut"]?.double)
        let next: JSONValue = ["motif": Self.reason, "numero": 2]
        #expect(try office.ask("POST", "\(path)/\(id)/acceptation", office.expert, json: next).status == 409)
        let other = try #require(proposals.first { $0["methode"] == "gain_net" }?["id"]?.string)
        #expect(try office.ask("POST", "\(path)/\(other)/acceptation", office.expert, json: next).status == 409)
        let (_, list) = try office.ask("GET", path, office.expert)
        #expect(list["data"]?.array?.count == 3)
        #expect(list["data"]?.array?.count { $0["acceptee_le"]?.string != nil } == 1)
    }
}
