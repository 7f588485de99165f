import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct RelatedTests {
    private static func declaration(
        _ number: Int, bureau: String = "18N", importer: String = "001234567", declarant: String = "D0001",
        container: String? = "MSCU1234566", code: String = "3004900000"
    ) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("annee", "2026"), .init("bureau", .string(bureau)), .init("numero", .string("\(number)")),
            .init("date_enregistrement", "2026-03-02"), .init("regime", "C100"), .init("ninea", .string(importer)),
            .init("destinataire_nom", "Pharmacie du Plateau"), .init("code_ppm_declarant", .string(declarant)),
            .init(
                "articles",
                [
                    [
                        "code_sh": .string(code), "pays_origine": "FR", "description": "MEDICAMENTS", "poids_net": 100,
                        "valeur_caf": .int(4_500_000 + number), "montant_liquidation": 225_000,
                    ]
                ]),
        ]
        if let container { members.append(.init("conteneur", .string(container))) }
        return .object(members)
    }

    private func links(_ office: AnalysingService, _ number: Int, _ token: String? = nil) throws -> [String: JSONValue]
    {
        let (status, value) = try office.ask("GET", "/api/v2/declarations/2026/18N/\(number)/liees", token)
        try #require(status == 200, "\(value)")
        return Dictionary(
            uniqueKeysWithValues: (value["liens"]?.array ?? []).compactMap { link in
                link["lien"]?.string.map { ($0, link) }
            })
    }

    @Test func whatAFileHasInCommonWithOthersIsCounted() throws {
        let office = try AnalysingService(models: "/nonexistent")
        defer { office.service.stop() }
        func send(_ value: JSONValue) throws {
            let answer = try office.ask("POST", "/api/v2/declarations", json: value)
            try #require(answer.status == 201, "\(answer.value)")
        }
        try send(Self.declaration(1))
        try send(Self.declaration(2, declarant: "D0002", container: nil, code: "8471300000"))
        try send(Self.declaration(3, importer: "007654321", container: nil))
        try send(Self.declaration(4, importer: "007654321", declarant: "D0002", code: "8471300000"))
        try send(Self.declaration(5, bureau: "10S"))
        for (number, decision) in [(2, "fraude"), (3, "conforme")] {
            let verdict: JSONValue = [
                "user_decision": .string(decision), "evidence": "physique", "justification": "tout a été vérifié",
                "montant_redresse": decision == "fraude" ? 700_000 : 0,
            ]
            let path = "/api/v2/declarations/2026/18N/\(number)/feedback"
            try #require(try office.ask("POST", path, json: verdict).status == 201)
        }
        let all = try links(office, 1)
        #expect(all["importateur"]?["nombre"] == 2 && all["importateur"]?["issues"]?["fraude"] == 1)
        #expect(all["importateur"]?["issues"]?["montant"]?.double == 700_000)
        #expect(all["importateur"]?["libelle"] == "Pharmacie du Plateau")
        #expect(all["declarant"]?["nombre"] == 2 && all["declarant"]?["issues"]?["conforme"] == 1)
        #expect(all["conteneur"]?["nombre"] == 2 && all["conteneur"]?["libelle"] == "MSCU1234566")
        #expect(all["marchandise"]?["nombre"] == 2 && all["marchandise"]?["plafonne"] == false)
        let latest = all["importateur"]?["dernieres"]?.array ?? []
        #expect(latest.compactMap { $0["numero_declaration"]?.string } == ["2026/10S/5", "2026/18N/2"])
        #expect(latest.first?["importateur"] == "001234567")

        // One office sees its own, and nobody the other's.
        let own = try links(office, 1, office.service.token(.inspector, bureau: "18N"))
        #expect(own["importateur"]?["nombre"] == 1 && own["conteneur"]?["nombre"] == 1)
        let stranger = office.service.token(.inspector, bureau: "10S")
        #expect(try office.ask("GET", "/api/v2/declarations/2026/18N/1/liees", stranger).status == 404)
        #expect(try office.ask("GET", "/api/v2/declarations/2026/18N/99/liees").status == 404)
    }
}
