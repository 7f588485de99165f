import Analysis
import Customs
import Decisions
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct DeclarationRoutesTests {
    static let shared = Result { try AnalysingService(models: try ImaginedWorld.made.get().models) }

    static func declaration(_ number: String, value: Int = 4_500_000) -> JSONValue {
        [
            "annee": "2026", "bureau": "18N", "numero": .string(number), "date_enregistrement": "2026-03-02",
            "regime": "C100", "ninea": "001234567", "pays_provenance": "FR",
            "articles": [
                [
                    "code_sh": "3004900000", "pays_origine": "FR", "description": "MEDICAMENTS", "nombre_colis": 10,
                    "poids_brut": 120, "poids_net": 100, "valeur_caf": .int(value), "montant_liquidation": 225_000,
                ]
            ],
        ]
    }

    @Test func aDeclarationIsAnalysedAndRecordedAsTheContractSays() throws {
        let office = try Self.shared.get()
        let (status, value) = try office.ask("POST", "/api/v2/declarations", json: Self.declaration("900001"))
        try #require(status == 201, "\(value)")
        #expect(value["numero_declaration"] == "2026/18N/900001")
        #expect(value["chapitre"] == "30")
        #expect(value["model_name"] == "essai")
        #expect(value["prediction_id"]?.string.flatMap { UUIDv7($0) } != nil)
        let probability = try #require(value["fraud_probability"]?.double)
        #expect(0...1 ~= probability)
        #expect((value["explication"]?["contributions"]?.array?.count ?? 0) <= 10)
        let (found, detail) = try office.ask("GET", "/api/v2/declarations/2026/18N/900001?contributions=toutes")
        try #require(found == 200, "\(detail)")
        let why = try #require(detail["predictions"]?[0]?["explication"])
        let sum = (why["contributions"]?.array ?? []).reduce(why["base_value"]?.double ?? .nan) {
            $0 + ($1["shap_value"]?.double ?? .nan)
        }
        #expect(abs(sum - (why["marge"]?.double ?? .nan)) < 1e-6)
        #expect(detail["declaration"]?["champs"]?["ninea"] == "001234567")
        #expect(detail["articles"]?[0]?["code_sh"] == "3004900000")
        #expect(detail["decision"]?["voie"] == value["rl_decision"])
        for hidden in ["propensions", "epsilon", "tirage", "strate", "exploratoire"] {
            #expect(detail["decision"]?[hidden] == nil, "\(hidden)")
        }
        let (_, seen) = try office.ask("GET", "/api/v2/declarations/2026/18N/900001", office.expert)
        let shares = (seen["decision"]?["propensions"]?.array ?? []).compactMap(\.double)
        #expect(abs(shares.reduce(0, +) - 1) < 1e-12 && shares.count == 3)
        #expect(
            try office.value(
                """
                SELECT count(*) FROM features f JOIN predictions p ON p.id = f.prediction_id
                JOIN declarations d ON d.id = p.declaration_id
                WHERE d.numero = '900001' AND abs(f.base_value + (SELECT sum(x) FROM unnest(f.shap) x)
                    - (p.reponse::jsonb -> 'explication' ->> 'marge')::float8) < 1e-6
                """) == "1")
        #expect(
            try office.value(
                "SELECT string_agg(evenement, ' ' ORDER BY seq) FROM audit_events WHERE objet = 'declaration:2026/18N/900001'"
            ) == "declaration.analysee declaration.consultee declaration.consultee")
    }

    @Test func allContributionsAreThereAgainAsTheyWere() throws {
        let office = try Self.shared.get()
        let one = Self.declaration("900031")
        let path = "/api/v2/declarations?contributions=toutes"
        func told(_ answer: JSONValue?) -> [[JSONValue?]] {
            (answer?["explication"]?["contributions"]?.array ?? []).map { contribution in
                ["feature_name", "libelle", "feature_value", "shap_value", "feature_impact"].map { contribution[$0] }
            }
        }
        let simulated = told(try office.ask("POST", path + "&simulation=true", json: one).value)
        #expect(simulated.count > 10)
        #expect(told(try office.ask("POST", "/api/v2/declarations", json: one).value) == Array(simulated.prefix(10)))
        #expect(told(try office.ask("POST", path, json: one).value) == simulated)
        let (_, detail) = try office.ask("GET", "/api/v2/declarations/2026/18N/900031?contributions=toutes")
        #expect(told(detail["predictions"]?[0]) == simulated)
    }

    @Test func theSameAgainIsAnsweredAsItWas() throws {
        let office = try Self.shared.get()
        let first = try office.ask("POST", "/api/v2/declarations", json: Self.declaration("900002"))
        #expect(first.status == 201)
        for _ in 0..<20 {
            let again = try office.ask("POST", "/api/v2/declarations", json: Self.declaration("900002"))
            #expect(again.status == 200)
            #expect(again.value == first.value)
        }
        let other = try office.ask("POST", "/api/v2/declarations", json: Self.declaration("900002", value: 1))
        #expect(other.status == 409)
        #expect(other.value["errors"]?[0]?["code"] == "numero_deja_enregistre")
        #expect(
            try office.value(
                "SELECT count(*) FROM decisions x JOIN declarations d ON d.id = x.declaration_id WHERE numero = '900002'"
            ) == "1")
    }

    @Test func aSimulationLeavesNothing() throws {
        let office = try Self.shared.get()
        let (status, value) = try office.ask(
            "POST", "/api/v2/declarations?simulation=true", json: Self.declaration("900003"))
        #expect(status == 200)
        #expect(value["fraud_probability"]?.double != nil && value["prediction_id"] == nil)
        #expect(try office.ask("GET", "/api/v2/declarations/2026/18N/900003").status == 404)
    }

    @Test func aListHasItsResultForEachRow() throws {
        let office = try Self.shared.get()
        var bad = Self.declaration("900011").members ?? []
        bad = bad.map { $0.name == "bureau" ? .init("bureau", "nulle part") : $0 }
        let (status, value) = try office.ask(
            "POST", "/api/v2/declarations",
            json: [Self.declaration("900010"), .object(bad), Self.declaration("900012")])
        try #require(status == 201, "\(value)")
        #expect(value["declarations"]?.array?.count == 2)
        #expect(value["rejets"]?[0]?["code"]?.string?.hasPrefix("bad_office") == true)
        #expect(value["statistiques"]?["total"] == 2 && value["statistiques"]?["rejetees"] == 1)
    }

    @Test func whatIsNoDeclarationIsRefused() throws {
        let office = try Self.shared.get()
        func post(_ text: String, _ path: String = "/api/v2/declarations") throws -> Int {
            try office.service.ask(
                "POST", path, ["Authorization": "Bearer \(office.inspector)", "Content-Type": "application/json"],
                body: Array(text.utf8)
            ).status
        }
        #expect(try post("{") == 400)
        #expect(try post("[]") == 422)
        #expect(try post("{}") == 422)
        #expect(try post("texte;a;b\n1;2;3") == 400)
        #expect(try post("{\"annee\":\"2026\"}") == 422)
        #expect(try post("{}", "/predict/99") == 404)
        let longest = String(repeating: "9", count: 64)
        #expect(try office.ask("POST", "/api/v2/declarations", json: Self.declaration(longest)).status == 201)
        #expect(try office.ask("POST", "/api/v2/declarations", json: Self.declaration(longest + "9")).status == 422)
        let wrong = try office.ask("POST", "/predict/84", json: Self.declaration("900020"))
        #expect(wrong.status == 422 && wrong.value["errors"]?[0]?["code"] == "wrong_chapter")
        let right = try office.ask("POST", "/predict/chap30", json: Self.declaration("900020"))
        #expect(right.status == 201, "\(right.value)")
    }

    @Test func anInspectorOfAnotherOfficeSeesNothing() throws {
        let office = try Self.shared.get()
        #expect(try office.ask("POST", "/api/v2/declarations", json: Self.declaration("900030")).status == 201)
        let stranger = office.service.token(.inspector, bureau: "10S")
        #expect(try office.ask("GET", "/api/v2/declarations/2026/18N/900030", stranger).status == 404)
        let list = try office.ask("GET", "/api/v2/declarations?bureau=18N", stranger).value
        #expect(list["data"]?.array?.isEmpty == true)
        #expect(
            try office.ask("POST", "/api/v2/declarations", stranger, json: Self.declaration("900031")).status == 403)
    }

    @Test func aFileIsTakenAndListedPageByPage() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        let (status, value) = try office.upload(world.file(0..<70))
        try #require(status == 201, "\(value)")
        let total = try #require(value["statistiques"]?["total"]?.int)
        #expect(total > 20 && value["declarations"]?.array?.count == total)
        let again = try office.upload(world.file(0..<70))
        #expect(again.status == 200 && again.value["declarations"] == value["declarations"])
        for sort in ["-recue_le", "recue_le", "-score"] {
            var seen: [String] = []
            var cursor = ""
            repeat {
                let page = try office.ask("GET", "/api/v2/declarations?limit=9&sort=\(sort)\(cursor)").value
                seen += (page["data"]?.array ?? []).compactMap { $0["numero_declaration"]?.string }
                cursor = page["page"]?["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(seen.count == total && Set(seen).count == total)
        }
        #expect(try office.ask("GET", "/api/v2/declarations?limit=201").status == 422)
        #expect(try office.ask("GET", "/api/v2/declarations?inconnu=1").status == 422)
        let records = try office.value(
            "SELECT string_agg(enregistrement, E'\\n' ORDER BY id) FROM decisions")
        for text in try #require(records).split(separator: "\n") {
            let record = try DecisionRecord(parsing: Array(text.utf8))
            #expect(record.jsonBytes() == Array(text.utf8))
            #expect(record.replay(learner: SegmentLearner(for: record.policy)).isSame)
        }
    }

    @Test func withoutAModelNothingIsReleased() throws {
        let office = try AnalysingService(models: "/nonexistent")
        defer { office.service.stop() }
        let (status, value) = try office.ask("POST", "/api/v2/declarations", json: Self.declaration("1"))
        #expect(status == 201)
        #expect(value["rl_decision"] == "zone_grise" || value["rl_decision"] == "fraude")
        #expect(value["predicted_class"] == "zone_grise" && value["fraud_probability"] == .null)
        let motifs = value["decision"]?["motifs"]?.array ?? []
        #expect(motifs.contains { $0["code"] == "sans_probabilite" })
    }

    @Test func whatIsRememberedIsWhatTheLogMakesAgain() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        #expect(try office.upload(world.file(0..<30)).status == 201)
        func snapshots(_ office: AnalysingService) throws -> [[UInt8]] {
            try office.service.service.analysis.loaded().withLive { $0.pasts.map { $0.history.snapshot() } }
        }
        let grown = try snapshots(office)
        let again = try AnalysingService(models: world.models, like: office)
        #expect(try snapshots(again) == grown)
        again.service.stop()
        office.service.stop()
    }

    @Test func chaptersTellOfThemselves() throws {
        let office = try Self.shared.get()
        let chapters = try office.ask("GET", "/predict/chapters").value["chapitres"]?.array ?? []
        #expect(chapters.compactMap { $0["chapitre"]?.string } == ["30", "84", "85"])
        for path in ["config", "features", "model-info", "thresholds"] {
            let (status, value) = try office.ask("GET", "/predict/30/\(path)")
            #expect(status == 200 && value["chapitre"] == "30", "\(path)")
            #expect(try office.ask("GET", "/predict/99/\(path)").status == 404)
        }
    }
}
