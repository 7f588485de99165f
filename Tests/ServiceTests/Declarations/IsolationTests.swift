import Analysis
import JSON
import Platform
import TestKit
import Testing
import Trees

@testable import Service

/// The isolation score from the answer to what is stored, and to the criteria that ask for it.
@Suite(.serialized) struct IsolationTests {
    private static let reason: JSONValue = "décision du comité de ciblage du mois"
    private static let path = "/ml/policies/criteres"

    /// The imagined world's package as an earlier version of the program wrote it.
    private static let bare = Result {
        let directory = try TemporaryDirectory()
        let package = try ModelPackage.read(ImaginedWorld.made.get().models + "/essai-1")
        var manifest = package.manifest
        manifest.isolation = nil
        try ModelPackage(manifest, forest: package.forest, past: package.past).write(to: directory.path + "/essai-1")
        return directory
    }

    private func criterion(_ code: String, _ formula: String) -> JSONValue {
        [
            "code": .string(code), "phrase": "La déclaration ne ressemble à aucune autre",
            "proprietaire": "Bureau du ciblage", "base_legale": "Code des douanes, art. 97", "valide_du": "2020-01-01",
            "valide_au": "2039-12-31", "action": "controle_obligatoire", "formule": .string(formula),
        ]
    }

    private func ranks(_ answer: JSONValue) -> [Double] {
        (answer["declarations"]?.array ?? []).compactMap { $0["isolement"]?["rang"]?.double }
    }

    @Test func theAnswerIsStoredWholeAndItsRankBesideIt() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        let (status, answer) = try office.upload(world.file(0..<60))
        try #require(status == 201, "\(answer)")
        let declarations = try #require(answer["declarations"]?.array)
        #expect(ranks(answer).count == declarations.count && ranks(answer).allSatisfy { 0...1 ~= $0 })
        for analysis in declarations {
            let (number, isolation) = (analysis["numero_declaration"]?.string ?? "", analysis["isolement"])
            let rank = isolation?["rang"]?.double ?? .nan
            #expect((isolation?["score"]?.double).map { $0 > 0 && $0 < 1 } == true)
            #expect((isolation?["caracteristiques"] != nil) == (rank >= 0.95))
            #expect(isolation?["phrase"]?.string?.contains("dont le modèle a appris") == true)
            let (_, detail) = try office.ask("GET", "/api/v2/declarations/\(number)?contributions=toutes")
            #expect(detail["predictions"]?[0]?["isolement"] == isolation)
        }
        #expect(
            try office.value(
                """
                SELECT count(*) FROM predictions
                WHERE isolement = (reponse::jsonb -> 'isolement' ->> 'rang')::float8
                """) == "\(declarations.count)")
        let (_, model) = try office.ask("GET", "/predict/30/model-info")
        #expect(model["isolement"]?["arbres"] == 100)

        // A correction is looked at anew.
        let number = try #require(declarations[0]["numero_declaration"]?.string)
        let changed = try office.service.ask(
            "PATCH", "/api/v2/declarations/\(number)",
            ["Authorization": "Bearer \(office.inspector)", "Content-Type": "application/json", "If-Match": "*"],
            body: Array(#"{"articles":{"1":{"poids_net":"0.001"}}}"#.utf8), patience: .seconds(60))
        let corrected = try JSONValue(parsing: changed.body)
        try #require(changed.status == 200, "\(corrected)")
        let rank = try #require(corrected["analyse"]?["isolement"]?["rang"]?.double)
        #expect(rank != declarations[0]["isolement"]?["rang"]?.double)
        #expect(
            try office.value("SELECT isolement FROM predictions ORDER BY id DESC LIMIT 1").flatMap { Double($0) }
                == rank)
    }

    @Test func criteriaAskForItAndMissItWhereItIsNot() throws {
        let world = try ImaginedWorld.made.get()
        let before = try AnalysingService(models: Self.bare.get().path)
        let (status, old) = try before.upload(world.file(0..<30))
        try #require(status == 201, "\(old)")
        let oldCount = old["declarations"]?.array?.count ?? 0
        #expect(oldCount > 0 && old["declarations"]?.array?.allSatisfy { $0["isolement"] == nil } == true)
        #expect(try before.value("SELECT count(*) FROM predictions WHERE isolement IS NULL") == "\(oldCount)")
        let office = try AnalysingService(models: world.models, like: before)
        defer {
            before.service.stop()
            office.service.stop()
        }
        let (_, new) = try office.upload(world.file(30..<90))
        let (found, count) = (ranks(new), new["declarations"]?.array?.count ?? 0)
        #expect(found.count == count)
        let bound = found.sorted()[found.count / 2]
        let (written, draft) = try office.ask(
            "POST", Self.path, office.expert, json: criterion("insolite", "isolement >= \(bound)"))
        try #require(written == 201, "\(draft)")
        let (_, report) = try office.ask("POST", "\(Self.path)/insolite/simulation", office.expert, json: ["numero": 1])
        let simulation = report["simulation"]
        #expect(simulation?["declarations"] == .int(oldCount + count), "\(report)")
        #expect(simulation?["indecises"] == .int(oldCount))
        #expect(simulation?["touchees"] == .int(found.count { $0 >= bound }))
        let chief = office.service.token(.chief, bureau: nil)
        let (active, value) = try office.ask(
            "POST", "\(Self.path)/insolite/activation", chief, json: ["numero": 1, "motif": Self.reason])
        try #require(active == 200, "\(value)")
        let (_, more) = try office.upload(world.file(90..<130))
        for analysis in more["declarations"]?.array ?? [] {
            let motifs = (analysis["decision"]?["motifs"]?.array ?? []).compactMap { $0["code"]?.string }
            #expect(motifs.contains("insolite") == ((analysis["isolement"]?["rang"]?.double ?? 0) >= bound))
        }
        // Decisions are made again from what was stored with them.
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATABASE_URL": office.database.connectionString,
            "INSPECTIA_DATA_DIR": office.service.directory.path,
        ])
        #expect(try DecisionCommands.replay(settings, .last(1000)).isGood)
    }
}
