import JSON
import Platform
import Synchronization
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct ClaimTests {
    /// A service whose declarations all wait: without a model none is released.
    private func office(_ count: Int) throws -> AnalysingService {
        let office = try AnalysingService(models: "/nonexistent")
        for number in 0..<count {
            let answer = try office.ask("POST", "/api/v2/declarations", json: Self.declaration(number))
            try #require(answer.status == 201, "\(answer.value)")
        }
        return office
    }

    static func declaration(_ number: Int) -> JSONValue {
        [
            "annee": "2026", "bureau": "18N", "numero": .string("\(number)"), "date_enregistrement": "2026-03-02",
            "regime": "C100", "ninea": "001234567",
            "articles": [
                [
                    "code_sh": "3004900000", "pays_origine": "FR", "description": "MEDICAMENTS \(number)",
                    "poids_net": 100, "valeur_caf": 4_500_000, "montant_liquidation": .int(100_000 + 1000 * number),
                ]
            ],
        ]
    }

    private func post(
        _ path: String, _ office: AnalysingService, _ token: String, _ body: JSONValue? = nil
    ) throws -> (status: Int, value: JSONValue) {
        try office.ask("POST", "/api/v2/queue/\(path)", token, json: body)
    }

    private func verdict(_ office: AnalysingService, _ number: Int, _ token: String) throws -> Int {
        try office.ask(
            "POST", "/api/v2/declarations/2026/18N/\(number)/feedback", token,
            json: [
                "user_decision": "conforme", "evidence": "physique", "justification": "tout a été ouvert et compté",
            ]
        ).status
    }

    @Test func inspectorsThatRaceNeverGetTheSameFile() throws {
        let office = try office(20)
        defer { office.service.stop() }
        // Two hundred claims: each inspector takes files until none is left.
        let tokens = (0..<10).map { _ in office.service.token(.inspector, user: .make(), bureau: "18N") }
        let taken = Mutex<[String]>([])
        let statuses = Mutex<[Int]>([])
        let done = Monitor(0)
        for token in tokens {
            Thread.start("inspector") {
                for _ in 0..<20 {
                    guard let answer = try? post("next", office, token) else { continue }
                    statuses.withLock { $0.append(answer.status) }
                    if let number = answer.value["dossier"]?["declaration"]?["numero_declaration"]?.string {
                        taken.withLock { $0.append(number) }
                    }
                }
                done.withLock { $0 += 1 }
                done.signal()
            }.detach()
        }
        done.wait { $0 == tokens.count ? () : nil }
        let numbers = taken.withLock { $0 }
        let all = statuses.withLock { $0 }
        #expect(all.count == 200 && Set(all).isSubset(of: [200, 204, 409]), "\(Set(all))")
        #expect(numbers.count == 20 && Set(numbers).count == 20, "\(numbers.count) \(Set(numbers).count)")
        #expect(try office.value("SELECT count(*) FROM attributions") == "20")
        #expect(try office.value("SELECT count(*) FROM audit_events WHERE evenement = 'dossier.pris'") == "20")
    }

    @Test func theNextFileIsTheBestAndComesWithItsAnalysis() throws {
        let office = try office(3)
        defer { office.service.stop() }
        let token = office.service.token(.inspector, user: .make())
        let list = try office.ask("GET", "/api/v2/queue", token).value
        let first = try #require(list["data"]?[0]?["numero_declaration"]?.string)
        let (status, value) = try post("next", office, token, ["minutes": 5, "chapitre": "chap30"])
        try #require(status == 200, "\(value)")
        #expect(value["dossier"]?["declaration"]?["numero_declaration"]?.string == first)
        #expect(value["dossier"]?["predictions"]?[0]?["rl_decision"] != nil)
        #expect(value["dossier"]?["decision"]?["propensions"] == nil)
        #expect(value["attribution"]?["a_moi"] == true)
        let expert = office.service.token(.expert, user: .make())
        let other = try post("next", office, expert)
        #expect(other.status == 200 && other.value["dossier"]?["decision"]?["tirage"] == nil)
        #expect(try office.ask("GET", "/api/v2/queue", token).value["data"]?.array?.count == 1)
        let mine = try office.ask("GET", "/api/v2/queue?attribution=miens", token).value["data"]
        #expect(mine?.array?.count == 1 && mine?[0]?["numero_declaration"]?.string == first)
        #expect(try office.ask("GET", "/api/v2/queue?attribution=tous", token).value["data"]?.array?.count == 3)
        #expect(try post("next", office, token, ["chapitre": "84"]).status == 204)
        for wrong: JSONValue in [
            ["minutes": 0], ["minutes": 241], ["voie": "conforme"], ["autre": 1], ["chapitre": "3"],
        ] {
            #expect(try post("next", office, token, wrong).status == 422, "\(wrong)")
        }
        #expect(try post("next", office, token, ["minutes": 240, "voie": "conforme"]).status == 422)
    }

    @Test func whatSomebodyHasNobodyElseTakesOrJudges() throws {
        let office = try office(2)
        defer { office.service.stop() }
        let (mine, theirs) = (
            office.service.token(.inspector, user: .make()), office.service.token(.inspector, user: .make())
        )
        #expect(try post("2026/18N/0/claim", office, mine).status == 200)
        let refused = try post("2026/18N/0/claim", office, theirs)
        #expect(refused.status == 409 && refused.value["errors"]?[0]?["code"] == "pris_par_un_autre")
        #expect(try post("2026/18N/0/renew", office, theirs).status == 409)
        #expect(try post("2026/18N/0/release", office, theirs, ["motif": "pour voir"]).status == 409)
        #expect(try verdict(office, 0, theirs) == 409)
        #expect(try office.value("SELECT count(*) FROM feedbacks") == "0")
        // One that nobody has is judged by anybody, as ever.
        #expect(try verdict(office, 1, theirs) == 201)
        #expect(try verdict(office, 0, mine) == 201)
        #expect(try office.value("SELECT fin FROM attributions") == "verdict")
        #expect(try post("2026/18N/0/claim", office, theirs).status == 409)
        #expect(try office.ask("GET", "/api/v2/queue", mine).value["data"]?.array?.isEmpty == true)
    }

    @Test func aClaimEndsByItselfAndNothingHasToSweep() throws {
        let office = try office(1)
        defer { office.service.stop() }
        let (mine, theirs) = (
            office.service.token(.inspector, user: .make()), office.service.token(.inspector, user: .make())
        )
        #expect(try post("next", office, mine).status == 200)
        #expect(try post("next", office, theirs).status == 204)
        try office.value(
            "UPDATE attributions SET prise_le = now() - interval '2 hours', expire_le = now() - interval '1 second'")
        #expect(try post("2026/18N/0/renew", office, mine).status == 409)
        #expect(try post("next", office, theirs).status == 200)
        #expect(
            try office.value("SELECT string_agg(coalesce(fin, '-'), ' ' ORDER BY id) FROM attributions") == "expiree -")
        // One that ran out forbids nobody's verdict.
        try office.value(
            "UPDATE attributions SET prise_le = now() - interval '2 hours', expire_le = now() - interval '1 second' WHERE fin IS NULL"
        )
        #expect(try verdict(office, 0, mine) == 201)
        #expect(
            try office.value("SELECT string_agg(coalesce(fin, '-'), ' ' ORDER BY id) FROM attributions")
                == "expiree expiree")
    }

    @Test func aClaimIsRenewedAndGivenBackWithAReason() throws {
        let office = try office(1)
        defer { office.service.stop() }
        let token = office.service.token(.inspector, user: .make())
        let first = try post("2026/18N/0/claim", office, token, ["minutes": 1])
        let longer = try post("2026/18N/0/renew", office, token, ["minutes": 60])
        #expect(longer.status == 200 && longer.value["attribution"]?["renouvellements"] == 1)
        let (a, b) = (
            first.value["attribution"]?["expire_le"]?.string, longer.value["attribution"]?["expire_le"]?.string
        )
        #expect(try #require(a) < #require(b))
        // Renewing never shortens.
        let shorter = try post("2026/18N/0/claim", office, token, ["minutes": 1])
        #expect(shorter.value["attribution"]?["expire_le"]?.string == b)
        for _ in 2..<WorkRules.standard.renewals {
            #expect(try post("2026/18N/0/renew", office, token).status == 200)
        }
        #expect(try post("2026/18N/0/renew", office, token).status == 409)
        #expect(try post("2026/18N/0/release", office, token, ["motif": "ab"]).status == 422)
        #expect(try post("2026/18N/0/release", office, token, ["motif": "le chauffeur est absent"]).status == 204)
        #expect(try post("2026/18N/0/release", office, token, ["motif": "encore une fois"]).status == 409)
        #expect(try office.value("SELECT fin || ': ' || motif FROM attributions") == "rendue: le chauffeur est absent")
        #expect(try post("next", office, token).status == 200)
    }

    @Test func nobodyHasMoreThanTheirShare() throws {
        let office = try office(WorkRules.standard.held + 1)
        defer { office.service.stop() }
        let token = office.service.token(.inspector, user: .make())
        for _ in 0..<WorkRules.standard.held { #expect(try post("next", office, token).status == 200) }
        #expect(try post("next", office, token).status == 409)
        #expect(try post("2026/18N/0/release", office, token, ["motif": "trop de dossiers"]).status != 404)
    }

    @Test func anotherOfficesFilesAreNotThere() throws {
        let office = try office(1)
        defer { office.service.stop() }
        let stranger = office.service.token(.inspector, user: .make(), bureau: "10S")
        #expect(try post("next", office, stranger).status == 204)
        for act in ["claim", "renew"] {
            #expect(try post("2026/18N/0/\(act)", office, stranger).status == 404)
        }
        #expect(try post("2026/18N/0/release", office, stranger, ["motif": "pour voir"]).status == 404)
        #expect(try office.ask("GET", "/api/v2/queue", stranger).value["data"]?.array?.isEmpty == true)
        #expect(try post("2026/18N/inconnu/claim", office, office.inspector).status == 404)
    }

    /// Whatever the program does, the database holds one claim a file.
    @Test func twoClaimsOnOneFileCannotBeStored() throws {
        let office = try office(1)
        defer { office.service.stop() }
        #expect(try post("next", office, office.inspector).status == 200)
        #expect(throws: (any Error).self) {
            try office.value(
                """
                INSERT INTO attributions (id, declaration_id, bureau, user_id, expire_le)
                SELECT gen_random_uuid(), declaration_id, bureau, gen_random_uuid(), now() + interval '1 hour'
                FROM attributions
                """)
        }
    }

    @Test func conformeIsNotInTheQueue() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        let answer = try office.upload(world.file(0..<60))
        let lanes = (answer.value["declarations"]?.array ?? []).compactMap { one in
            one["numero_declaration"]?.string.map { ($0, one["rl_decision"]?.string ?? "") }
        }
        // What the database notes of the guardrail is what the records say, of real ones.
        let mandatory = "(x.enregistrement::jsonb -> 'voies_permises') = '[\"fraude\"]'"
        #expect(
            try office.value(
                """
                SELECT count(*) FROM declarations d JOIN decisions x ON x.id = d.decision_id
                WHERE d.obligatoire <> (\(mandatory))
                """) == "0")
        let released = try #require(lanes.first { $0.1 == "conforme" })
        let list = try office.ask("GET", "/api/v2/queue?limit=200").value["data"]?.array ?? []
        #expect(
            Set(list.compactMap { $0["numero_declaration"]?.string })
                == Set(lanes.filter { $0.1 != "conforme" }.map(\.0)))
        #expect(try post("\(released.0)/claim", office, office.inspector).status == 409)
    }
}
