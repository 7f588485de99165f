import Customs
import Decisions
import HTTP
import JSON
import Platform
import Testing

@testable import Service
@testable import TestKit

@Suite struct CorrectionTests {
    private let office: AnalysingService
    init() throws { office = try DeclarationRoutesTests.shared.get() }

    private static func declaration(_ number: String) -> JSONValue {
        [
            "annee": "2026", "bureau": "18N", "numero": .string(number), "date_enregistrement": "2026-03-02",
            "regime": "C100", "ninea": "001234567", "destinataire_nom": "AWA DIOP", "pays_provenance": "FR",
            "fret": 120000.25,
            "articles": [
                [
                    "code_sh": "3004900000", "pays_origine": "FR", "description": "MEDICAMENTS", "nombre_colis": 10,
                    "poids_brut": 120.125, "poids_net": 100, "valeur_caf": 4_500_000, "montant_liquidation": 225_000,
                ],
                [
                    "code_sh": "3004320000", "pays_origine": "CN", "description": "HORMONES", "poids_net": 5,
                    "valeur_caf": 250_000,
                ],
            ],
        ]
    }

    private func path(_ number: String) -> String { "/api/v2/declarations/2026/18N/\(number)" }

    private func fetch(_ number: String, _ query: String = "", _ token: String? = nil) throws -> (
        value: JSONValue, tag: String
    ) {
        let answer = try office.service.ask(
            "GET", path(number) + query, ["Authorization": "Bearer \(token ?? office.inspector)"])
        try #require(answer.status == 200, "\(answer.text)")
        return (try JSONValue(parsing: answer.body), try #require(answer.value("ETag")))
    }

    private func patch(
        _ number: String, _ body: JSONValue, tag: String?, as token: String? = nil
    ) throws -> (status: Int, value: JSONValue, tag: String?) {
        var fields = ["Authorization": "Bearer \(token ?? office.inspector)", "Content-Type": "application/json"]
        fields["If-Match"] = tag
        let answer = try office.service.ask(
            "PATCH", path(number), fields, body: body.jsonBytes(), patience: .seconds(60))
        return (answer.status, (try? JSONValue(parsing: answer.body)) ?? .null, answer.value("ETag"))
    }

    private func record(_ number: String) throws -> String {
        let (status, value) = try office.ask("POST", "/api/v2/declarations", json: Self.declaration(number))
        try #require(status == 201, "\(value)")
        return try fetch(number).tag
    }

    @Test func aCorrectionIsANewVersionAndTheOldOneStays() throws {
        let tag = try record("55001")
        let before = try fetch("55001").value
        let user = UUIDv7.make()
        let (status, value, next) = try patch(
            "55001", ["ninea": "007654321", "articles": ["2": ["valeur_caf": 900_000, "poids_net": .null]]], tag: tag,
            as: office.service.token(.inspector, user: user))
        // What is required of every article is required still.
        #expect(status == 422 && value["errors"]?[0]?["code"] == "missing:poids_net", "\(value) \(next ?? "")")
        let (done, answer, current) = try patch(
            "55001", ["ninea": "007654321", "fret": .null, "articles": ["2": ["valeur_caf": 900_000]]], tag: tag,
            as: office.service.token(.inspector, user: user))
        try #require(done == 200, "\(answer)")
        #expect(answer["version"] == 2 && current == "\"v2\"")
        #expect(answer["analyse"]?["numero_declaration"] == "2026/18N/55001")

        let (after, _) = try fetch("55001")
        #expect(after["declaration"]?["version"] == 2 && after["declaration"]?["valeur_caf"]?.double == 5_400_000)
        #expect(after["declaration"]?["champs"]?["ninea"] == "007654321")
        #expect(after["declaration"]?["champs"]?["destinataire_nom"] == "AWA DIOP")
        #expect(after["declaration"]?["champs"]?["fret"] == nil)
        #expect(
            after["articles"]?[1]?["valeur_caf"]?.double == 900_000 && after["articles"]?[0] == before["articles"]?[0])
        #expect(after["predictions"]?.array?.count == 2)
        #expect(after["predictions"]?[0]?["decision"]?["id"] == after["decision"]?["id"])
        #expect(after["declaration"]?["versions"]?[0]?["version"] == 1)
        let corrected = try #require(after["provenance"]?["champs"]?.members)
        #expect(corrected.map(\.name).sorted() == ["articles.2.valeur_caf", "fret", "ninea"])
        #expect(corrected.allSatisfy { $0.value["corrige_par"] == .string(user.description) })
        #expect(corrected.allSatisfy { $0.value["corrige_le"]?.string.flatMap { Timestamp(rfc3339: $0) } != nil })

        let (old, _) = try fetch("55001", "?version=1")
        #expect(old["declaration"]?["champs"] == before["declaration"]?["champs"])
        #expect(old["articles"] == before["articles"] && old["predictions"] == before["predictions"])
        #expect(old["decision"] == before["decision"] && old["declaration"]?["version"] == 1)
        #expect(try office.ask("GET", path("55001") + "?version=3").status == 404)
        #expect(try fetch("55001", "?version=2").value == after)

        // Which fields, and nothing of what they say.
        let event = try #require(
            try office.value(
                """
                SELECT canonical FROM audit_events WHERE evenement = 'declaration.corrigee'
                    AND objet = 'declaration:2026/18N/55001'
                """))
        #expect(event.contains("ninea") && !event.contains("007654321") && !event.contains("001234567"))
        // Each decision can be made again.
        let records = try office.value(
            """
            SELECT string_agg(enregistrement, E'\\n') FROM decisions x JOIN declarations d ON d.id = x.declaration_id
            WHERE d.numero = '55001'
            """)
        let texts = try #require(records).split(separator: "\n")
        #expect(texts.count == 2)
        for text in texts {
            let record = try DecisionRecord(parsing: Array(text.utf8))
            #expect(record.replay(learner: SegmentLearner(for: record.policy)).isSame)
        }
        // What was sent first is the same declaration still, and so is what it says now.
        let again = try office.ask("POST", "/api/v2/declarations", json: Self.declaration("55001"))
        #expect(again.status == 200 && again.value["decision"]?["id"] == after["decision"]?["id"])
    }

    @Test func onlyWhatWasSeenIsChanged() throws {
        let tag = try record("55010")
        let change: JSONValue = ["regime": "C200"]
        #expect(try patch("55010", change, tag: nil).status == 428)
        for wrong in ["\"v2\"", "\"v11.x\"", "W/\(tag)", "\"\""] {
            #expect(try patch("55010", change, tag: wrong).status == 412, "\(wrong)")
        }
        // However it was shown: the version counts.
        let all = try fetch("55010", "?contributions=toutes", office.expert).tag
        #expect(all != tag)
        #expect(try patch("55010", change, tag: "\"autre\", \(all)").status == 200)
        #expect(try patch("55010", ["regime": "C300"], tag: tag).status == 412)
        #expect(try patch("55010", ["regime": "C300"], tag: "*").value["version"] == 3)
        // Nothing to change, no version.
        let same = try patch("55010", ["regime": "C300"], tag: "\"v3\"")
        #expect(same.status == 200 && same.value["version"] == 3 && same.value["analyse"] == .null)
        #expect(try office.value("SELECT version FROM declarations WHERE numero = '55010'") == "3")
        #expect(try patch("55019", change, tag: "*").status == 404)
        #expect(
            try patch("55010", change, tag: "*", as: office.service.token(.inspector, bureau: "10S")).status == 404)
    }

    @Test(
        arguments: [
            (["numero": "1"], "/numero"), (["zorglub": 1], "/zorglub"), (["code_sh": "1"], "/code_sh"),
            (["articles": 7], "/articles"), (["articles": []], "/articles"), (["articles": ["4": [:]]], "/articles/4"),
            (["articles": ["1": .null, "2": .null]], "/articles"),
            (["articles": ["1": ["regime": "C100"]]], "/articles/1/regime"),
            (["ninea": ["1"]], "/ninea"), (["lecture_verifiee": 1], "/lecture_verifiee"),
            (["date_enregistrement": "hier"], "/date_enregistrement"), (["articles_lus": 3], "/articles_lus"),
        ] as [(JSONValue, String)]) func whatCannotBeIsRefusedByName(_ body: JSONValue, _ pointer: String) throws
    {
        let number = "550\(UInt32.random(in: 100_000...999_999))"
        let tag = try record(number)
        let (status, value, _) = try patch(number, body, tag: tag)
        #expect(status == 422 && value["errors"]?[0]?["pointer"] == .string(pointer), "\(value)")
        #expect(try fetch(number).tag == tag)
    }

    @Test func articlesAreAddedRemovedAndReplaced() throws {
        let tag = try record("55030")
        let article: JSONValue = [
            "code_sh": "3002200000", "pays_origine": "BE", "poids_net": 1, "valeur_caf": 10,
        ]
        let added = try patch("55030", ["articles": ["3": article, "1": .null]], tag: tag)
        try #require(added.status == 200, "\(added.value)")
        let found = try fetch("55030").value["articles"]?.array ?? []
        #expect(found.compactMap { $0["code_sh"]?.string } == ["3004320000", "3002200000"])
        #expect(try patch("55030", ["articles": [article]], tag: "\"v2\"").status == 200)
        #expect(try fetch("55030").value["articles"]?.array?.count == 1)
        #expect(try fetch("55030", "?version=1").value["articles"]?.array?.count == 2)
    }

    @Test func whatHasAVerdictStays() throws {
        let tag = try record("55040")
        let doubt: JSONValue = [
            "user_decision": "zone_grise", "justification": "des pièces manquent encore", "comments": "à suivre",
        ]
        #expect(try office.ask("POST", path("55040") + "/feedback", json: doubt).status == 201)
        // A doubt settles nothing.
        #expect(try patch("55040", ["regime": "C200"], tag: tag).status == 200)
        let verdict: JSONValue = [
            "user_decision": "fraude", "evidence": "physique", "justification": "autre marchandise que déclarée",
        ]
        #expect(try office.ask("POST", path("55040") + "/feedback", json: verdict).status == 201)
        #expect(try patch("55040", ["regime": "C300"], tag: "*").status == 409)
        // The verdict is on the version that it was given on.
        #expect(
            try office.value(
                """
                SELECT declaration_version FROM history_log h JOIN declarations d ON d.id = h.declaration_id
                WHERE d.numero = '55040' AND fraude
                """) == "2")
    }

    /// A correction of the same day takes the place of what it corrects, while serving and when it is made again.
    @Test func thePastIsMadeAgainWithCorrections() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        func snapshots(_ office: AnalysingService) throws -> [[UInt8]] {
            try office.service.service.analysis.loaded().withLive { $0.pasts.map { $0.history.snapshot() } }
        }
        func ask(_ method: String, _ path: String, _ body: JSONValue) throws -> Int {
            try office.service.ask(
                method, path,
                ["Authorization": "Bearer \(office.inspector)", "Content-Type": "application/json", "If-Match": "*"],
                body: body.jsonBytes(), patience: .seconds(60)
            ).status
        }
        #expect(try ask("POST", "/api/v2/declarations", Self.declaration("1")) == 201)
        let once = try snapshots(office)
        #expect(try ask("PATCH", path("1"), ["ninea": "007654321"]) == 200)
        let corrected = try snapshots(office)
        #expect(corrected != once)
        #expect(try ask("PATCH", path("1"), ["ninea": "001234567"]) == 200)
        // As if nothing had happened.
        #expect(try snapshots(office) == once)
        #expect(try ask("PATCH", path("1"), ["ninea": "007654321"]) == 200)
        let again = try AnalysingService(models: world.models, like: office)
        #expect(try snapshots(again) == corrected)
        again.service.stop()
        office.service.stop()
    }

    @Test(.enabled(if: BuiltProgram.path != nil, "le programme n'est pas construit"))
    func whoVerifiesAReadingReleasesIt() throws {
        let form = ImaginedWorld.form(try PrintedDeclaration(number: "55050").image(), name: "a.png")
        let sent = try office.service.ask(
            "POST", "/api/v2/declarations/upload",
            ["Authorization": "Bearer \(office.inspector)", "Content-Type": form.type], body: form.body,
            patience: .seconds(120))
        try #require(sent.status == 201, "\(sent.text)")
        func condition() throws -> DecisionConditions {
            let text = try office.value(
                """
                SELECT x.enregistrement FROM declarations d JOIN decisions x ON x.id = d.decision_id
                WHERE d.numero = '55050'
                """)
            return try DecisionRecord(parsing: Array(#require(text).utf8)).request.conditions
        }
        #expect(try condition() == .unverifiedReading)
        let first = try patch("55050", ["regime": "C200"], tag: "*")
        try #require(first.status == 200, "\(first.value)")
        #expect(try condition() == .unverifiedReading)
        let origin = try #require(try fetch("55050").value["provenance"])
        #expect(origin["a_verifier"] == true && origin["champs"]?["regime"]?["corrige_par"] != nil)
        // What the image said stays beside it.
        #expect(origin["champs"]?["regime"]?["source"] == "ocr" && origin["champs"]?["regime"]?["brut"] == "C100")
        #expect(try patch("55050", ["lecture_verifiee": true], tag: "*").value["version"] == 3)
        #expect(try condition() == [])
        let after = try fetch("55050").value
        #expect(after["provenance"]?["a_verifier"] == false)
        #expect(after["provenance"]?["champs"]?["regime"]?["corrige_par"] != nil)
        // The same image again is this declaration.
        let again = try office.service.ask(
            "POST", "/api/v2/declarations/upload",
            ["Authorization": "Bearer \(office.inspector)", "Content-Type": form.type], body: form.body,
            patience: .seconds(120))
        #expect(again.status == 200)
    }
}
