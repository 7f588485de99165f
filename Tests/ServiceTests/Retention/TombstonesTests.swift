import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// What was purged is told apart from what never was, by whoever could have seen it.
@Suite(.serialized) struct TombstonesTests {
    @Test func whatWasPurgedIsGone() throws {
        let act = try ActOffice()
        defer { act.service.stop() }
        let (office, aged) = (act.office, AgedDatabase(act.office))
        let number = act.numbers[0]
        let prediction = try #require(
            try aged.value(
                "SELECT prediction_id FROM decisions x JOIN declarations d ON d.decision_id = x.id WHERE numero_declaration = '\(number)'"
            ))
        let document = try #require(try aged.value("SELECT id FROM documents"))
        let drawn = try act.draw([number])
        let pv = try #require(drawn.value["id"]?.string)
        let ended = try act.ask(
            "POST", "/api/v2/pv/\(pv)/annulation", as: act.first, .inspector, ["motif": "établi par erreur ce matin"])
        try #require(ended.status == 200)
        try aged.age(months: 61)
        try aged.purge()
        #expect(try aged.numbers.isEmpty)

        let verdict: JSONValue = [
            "user_decision": "fraude", "evidence": "physique", "montant_redresse": 1,
            "justification": "contrôle entier de la marchandise",
        ]
        var named = verdict.members ?? []
        named.append(.init("prediction_id", .string(prediction)))
        let own: [(String, String, JSONValue?)] = [
            ("GET", "/api/v2/declarations/\(number)", nil),
            ("GET", "/api/v2/declarations/detail?declaration_id=\(number)", nil),
            ("GET", "/api/v2/declarations/\(number)/liees", nil), ("GET", "/api/v2/declarations/\(number)/issues", nil),
            ("POST", "/api/v2/declarations/\(number)/feedback", verdict),
            ("POST", "/api/v2/queue/\(number)/claim", [:]),
            ("GET", "/api/v2/pv/\(pv)", nil),
            ("POST", "/predict/30/rl/feedback", .object(named)),
        ]
        for (method, path, body) in own {
            let answer = try act.ask(method, path, as: act.first, .inspector, body)
            #expect(answer.status == 410, "\(method) \(path): \(answer.value)")
            #expect(answer.value["detail"]?.string?.hasPrefix("Ce dossier a été purgé le ") == true)
        }
        #expect(try office.ask("GET", "/api/v2/documents/\(document)/extraction").status == 410)
        // Another office never saw it; and what never was is not found.
        let foreign = act.token(act.first, bureau: "99Z")
        #expect(try office.ask("GET", "/api/v2/declarations/\(number)", foreign).status == 404)
        #expect(try office.ask("GET", "/api/v2/declarations/\(number)9").status == 404)
        #expect(try office.ask("GET", "/api/v2/pv/\(UUIDv7.make())").status == 404)
    }

    /// Its number is never that of a new declaration, whatever way it comes.
    @Test func aPurgedNumberIsNotTakenAgain() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let aged = AgedDatabase(office)
        let one = DeclarationRoutesTests.declaration("900001")
        #expect(try office.ask("POST", "/api/v2/declarations", json: one).status == 201)
        try aged.age(months: 61)
        try aged.purge()
        let again = try office.ask("POST", "/api/v2/declarations", json: one)
        #expect(again.status == 410, "\(again.value)")
        #expect(
            try office.ask("POST", "/api/v2/declarations", json: DeclarationRoutesTests.declaration("900001", value: 1))
                .status == 410)
        let two = try office.ask(
            "POST", "/api/v2/declarations", json: [one, DeclarationRoutesTests.declaration("900002")])
        #expect(two.status == 201 && two.value["rejets"]?[0]?["code"] == "declaration_purgee", "\(two.value)")
        #expect(try aged.numbers.count == 1)
        // The database holds it too.
        #expect(throws: PlainSQL.Refused.self) {
            try aged.value(
                """
                INSERT INTO declarations (id, annee, bureau, numero, empreinte, contenu, nb_articles, droits, source, statut)
                SELECT gen_random_uuid(), split_part(numero_declaration, '/', 1)::int2, bureau,
                    split_part(numero_declaration, '/', 3), empreinte, '{}', 0, 0, 'import', 'importee'
                FROM declarations_purgees
                """)
        }
    }
}
