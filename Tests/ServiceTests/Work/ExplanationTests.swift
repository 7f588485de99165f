import Analysis
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Reading
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct ExplanationTests {
    private func office(_ rows: Range<Int>) throws -> (office: AnalysingService, analyses: [JSONValue]) {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        let answer = try office.upload(world.file(rows))
        try #require(answer.status == 201, "\(answer.value)")
        return (office, answer.value["declarations"]?.array ?? [])
    }

    @Test func nearCasesHaveBothOutcomesAndComeNearestFirst() throws {
        let (office, analyses) = try office(0..<160)
        defer { office.service.stop() }
        let numbers = analyses.compactMap { $0["numero_declaration"]?.string }
        for (place, number) in numbers.dropLast(3).enumerated() {
            let verdict: JSONValue = [
                "user_decision": place % 3 == 0 ? "fraude" : "conforme", "evidence": "physique",
                "justification": "tout a été vérifié", "montant_redresse": place % 3 == 0 ? 1000 : 0,
            ]
            #expect(try office.ask("POST", "/api/v2/declarations/\(number)/feedback", json: verdict).status == 201)
        }
        let last = try #require(numbers.last)
        let path = "/api/v2/declarations/\(last)/cas-proches"
        let (status, value) = try office.ask("GET", path + "?nombre=4")
        try #require(status == 200, "\(value)")
        let compared = try #require(value["compares"]?.int)
        #expect(compared > 0)
        for (name, result) in [("conformes", "conforme"), ("frauduleux", "fraude")] {
            let cases = value[name]?.array ?? []
            #expect(cases.allSatisfy { $0["resultat"]?.string == result && $0["preuve"] == "physique" })
            let distances = cases.compactMap { $0["distance"]?.double }
            #expect(distances == distances.sorted() && distances.allSatisfy { 0...1 ~= $0 } && distances.count <= 4)
            for one in cases {
                let shown = (one["ressemblances"]?.array?.count ?? 0) + (one["differences"]?.array?.count ?? 0)
                #expect(1...SimilarCases.strongest ~= shown)
                #expect(one["numero_declaration"]?.string != last)
            }
        }
        #expect(value["conformes"]?.array?.isEmpty == false && value["frauduleux"]?.array?.isEmpty == false)
        #expect(try office.ask("GET", path + "?nombre=11").status == 422)
        #expect(try office.ask("GET", path + "?nombre=0").status == 422)
        // An office sees its own cases only.
        let bureau = try #require(last.split(separator: "/").dropFirst().first)
        let own = office.service.token(.inspector, bureau: String(bureau))
        let mine = try office.ask("GET", path, own).value
        for one in (mine["conformes"]?.array ?? []) + (mine["frauduleux"]?.array ?? []) {
            #expect(one["numero_declaration"]?.string?.contains("/\(bureau)/") == true)
        }
        let stranger = office.service.token(.inspector, bureau: "99Z")
        #expect(try office.ask("GET", path, stranger).status == 404)
    }

    @Test func withoutAModelNothingIsNear() throws {
        let office = try AnalysingService(models: "/nonexistent")
        defer { office.service.stop() }
        #expect(try office.ask("POST", "/api/v2/declarations", json: ClaimTests.declaration(1)).status == 201)
        let near = try office.ask("GET", "/api/v2/declarations/2026/18N/1/cas-proches")
        #expect(near.status == 200 && near.value["raison"]?.string != nil && near.value["conformes"]?.array == [])
        let change = try office.ask("GET", "/api/v2/declarations/2026/18N/1/contrefactuel")
        #expect(change.status == 200 && change.value["changements"]?.array == [])
        #expect(change.value["phrase"]?.string?.contains("Aucun modèle") == true)
        #expect(try office.ask("GET", "/api/v2/declarations/2026/18N/2/contrefactuel").status == 404)
    }

    /// What is said would change the lane does so when it is simulated, and nothing is recorded of any of it.
    @Test func whatIsSaidToChangeTheLaneDoesSo() throws {
        let (office, analyses) = try office(0..<80)
        defer { office.service.stop() }
        let before = try office.value("SELECT count(*) FROM decisions")
        let running = try office.service.service.analysis.loaded()
        let schema = running.office.vocabulary.schema
        var (changed, unchanged) = (0, 0)
        for analysis in analyses.prefix(24) {
            let number = try #require(analysis["numero_declaration"]?.string)
            let (status, value) = try office.ask("GET", "/api/v2/declarations/\(number)/contrefactuel")
            try #require(status == 200, "\(value)")
            #expect(value["predicted_class"] == analysis["predicted_class"])
            let changes = value["changements"]?.array ?? []
            let phrase = try #require(value["phrase"]?.string)
            if changes.isEmpty {
                #expect(phrase.contains("Aucun changement plausible"))
                unchanged += 1
                continue
            }
            changed += 1
            let sizes = changes.compactMap { $0["facteur"]?.double }.map { max($0, 1 / $0) }
            // Factors are shown with four decimals.
            #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 <= $1 * 1.001 })
            #expect(sizes.allSatisfy { $0 <= Counterfactual.most * 1.001 })
            #expect(phrase == changes[0]["phrase"]?.string)
            #expect(changes.allSatisfy { $0["voie"] != value["predicted_class"] })
        }
        #expect(changed > 0, "\(unchanged)")
        // The same through the simulation itself.
        let day = Int32(AnalysisService.today.daysSinceEpoch)
        let bytes = try ImaginedWorld.made.get().file(0..<80)
        let file = try running.office.reader.read(.init(chapter: nil)) { () throws(ReadingError) in
            try TableFile(DocumentBytes(bytes)).table()
        }
        var checked = 0
        for row in 0..<min(file.declarationCount, 24) {
            let declaration = file.declaration(row)
            guard let found = Counterfactual(of: declaration, schema, { running.withoutDraw($0, on: day) }) else {
                continue
            }
            for change in found.changes {
                let factor = change.wanted / change.declared
                let there = running.withoutDraw(change.lever.scaled(declaration, by: factor, schema), on: day)
                #expect(there?.lane == change.change.lane && there?.lane != found.lane, "\(change.sentence)")
                checked += 1
            }
        }
        #expect(checked > 0)
        #expect(try office.value("SELECT count(*) FROM decisions") == before)
    }

    /// Values that nobody has verified keep a declaration from being released, whatever they are changed to.
    @Test func noReleaseIsNamedThatTheGuardrailWouldRefuse() async throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let analysis = office.service.service.analysis
        let running = try analysis.loaded()
        let day = Int32(AnalysisService.today.daysSinceEpoch)
        let schema = running.office.vocabulary.schema
        let declarations = try ImaginedWorld.made.get().declarations(0..<40, running)
        func probability(_ one: Declaration) -> Double { running.withoutDraw(one, on: day)?.probability ?? 0 }
        // A threshold that what is changed of some declaration passes.
        var drop = (from: 0.0, to: 0.0)
        for one in declarations {
            let own = probability(one)
            for lever in Lever.all {
                for factor in [0.25, 0.5, 2, 4] {
                    let other = probability(lever.scaled(one, by: factor, schema))
                    if own - other > drop.from - drop.to { drop = (own, other) }
                }
            }
        }
        let low = (drop.from + drop.to) / 2
        try #require(low > 0 && low < 0.9)
        let wanted: JSONValue = [
            "seuils": ["bas": .double(low), "t_soft": .double(low), "haut": 0.98, "t_hard": 0.99], "numero": 1,
            "motif": "pour voir ce qui retient",
        ]
        try #require(try office.ask("PUT", "/ml/policies/tous", office.expert, json: wanted).status == 200)
        // Those that a change would release if they had come as a table.
        let released = declarations.filter { one in
            guard running.withoutDraw(one, on: day)?.lane != .conforme else { return false }
            let found = Counterfactual(of: one, schema) { running.withoutDraw($0, on: day) }
            return found?.changes.contains { $0.change.lane == .conforme } == true
        }
        try #require(!released.isEmpty)
        let document = UUIDv7.make()
        try office.value(
            """
            INSERT INTO documents (id, bureau, genre, empreinte, octets, recu_par)
            VALUES ('\(document)', NULL, 'image', sha256('page'), 4, '\(UUIDv7.make())')
            """)
        let principal = Principal(
            user: .make(), username: "awa", role: Role.inspector.rawValue, bureau: nil, session: .make(),
            rights: office.service.service.accounts.roles.rights(of: .inspector))
        let handed = Handed(
            released.map { ($0, DeclarationOrigin(document: document, isUnverified: true)) })
        let answers = try await analysis.submit(
            handed, Submission(principal: principal, actor: AuditActor(name: AuditActor.user(principal.user))))
        for answer in answers {
            #expect(answer.lane != "conforme")
            let (status, value) = try office.ask("GET", "/api/v2/declarations/\(answer.number)/contrefactuel")
            try #require(status == 200, "\(value)")
            let changes = value["changements"]?.array ?? []
            #expect(changes.allSatisfy { $0["voie"] != "conforme" }, "\(value)")
            #expect(value["phrase"]?.string?.contains("serait conforme") == false)
            // The simulation begins where the decision was made.
            #expect(value["phrase"]?.string?.contains("a changé") == false)
        }
    }

    @Test func numbersAreRoundedAwayFromWhereTheyCameFrom() {
        #expect(Counterfactual.rounded(12_432, up: true) == 12_500)
        #expect(Counterfactual.rounded(12_432, up: false) == 12_400)
        #expect(Counterfactual.rounded(999.1, up: true) == 1000)
        #expect(Counterfactual.rounded(0, up: true) == 0)
        #expect(abs(Counterfactual.rounded(0.012_345, up: true) - 0.0124) < 1e-12)
        #expect(Counterfactual.rounded(.infinity, up: true) == .infinity)
    }

    /// Declarants have no permission that any of these asks for.
    @Test func declarantsAreNeverToldWhatWouldChangeTheirLane() throws {
        let service = try RunningService.local.get()
        for path in ["contrefactuel", "cas-proches", "liees", "issues"] {
            let answer = try service.ask("GET", "/api/v2/declarations/2026/18N/1/\(path)", as: .declarant)
            #expect(answer.status == 403, "\(path)")
        }
    }
}
