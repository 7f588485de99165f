import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct BatchRoutesTests {
    private let office: AnalysingService
    init() throws { office = try DeclarationRoutesTests.shared.get() }

    private func declaration(_ number: String, _ changes: [(String, JSONValue)] = []) -> JSONValue {
        var members = Self.sound.members ?? []
        for (name, value) in [("numero", .string(number))] + changes {
            members.removeAll { $0.name == name }
            members.append(.init(name, value))
        }
        return .object(members)
    }

    private static let sound: JSONValue = [
        "annee": "2026", "bureau": "18N", "date_enregistrement": "2026-03-02", "regime": "c100",
        "ninea": "1234567", "destinataire_nom": "AWA DIOP",
        "articles": [
            [
                "code_sh": "3004900000", "pays_origine": "FR", "poids_brut": 90, "poids_net": 80, "valeur_caf": 1000000,
                "montant_liquidation": 50000,
            ]
        ],
    ]

    @Test func eachElementHasItsOwnResult() throws {
        let list: JSONValue = [
            declaration("880001"), declaration("880002", [("bureau", "?")]), 7, declaration("880001"),
            declaration("880001", [("ninea", "7654321")]), declaration("880003"),
            ["declarations": [declaration("1"), declaration("2")]],
            declaration("880004", [("articles", [["code_sh": "8471300000"]])]),
        ]
        let token = office.service.token(.inspector)
        let (status, value) = try office.ask("POST", "/predict/30/batch", token, json: list)
        try #require(status == 201, "\(value)")
        let results = value["resultats"]?.array ?? []
        #expect(results.compactMap { $0["index"]?.int } == Array(0..<8))
        #expect(results.compactMap { $0["statut"]?.int } == [201, 422, 422, 200, 409, 201, 422, 422], "\(value)")
        #expect(results[0]["analyse"]?["numero_declaration"] == "2026/18N/880001")
        #expect(results[3]["analyse"] == results[0]["analyse"])
        #expect(results[1]["erreurs"]?[0]?["code"] == "bad_office")
        #expect(results[4]["erreurs"]?[0]?["code"] == "numero_deja_enregistre")
        #expect(value["statistiques"]?["total"] == 3 && value["statistiques"]?["rejetees"] == 5)
        let other = try office.ask(
            "POST", "/predict/30/batch", office.service.token(.inspector, bureau: "10S"), json: [declaration("880009")])
        #expect(other.status == 200 && other.value["resultats"]?[0]?["statut"] == 403)
        let simulated = try office.ask(
            "POST", "/predict/30/batch?simulation=true", token, json: [declaration("880010")])
        #expect(simulated.status == 200 && simulated.value["resultats"]?[0]?["statut"] == 200)
        #expect(try office.ask("GET", "/api/v2/declarations/2026/18N/880010").status == 404)
    }

    @Test func listsHaveBounds() throws {
        let tooMany: JSONValue = .array(Array(repeating: .null, count: BatchRoutes.most + 1))
        #expect(try office.ask("POST", "/predict/30/batch", json: tooMany).status == 413)
        let most: JSONValue = .array(Array(repeating: .null, count: BatchRoutes.most))
        #expect(try office.ask("POST", "/predict/30/batch", json: most).value["statistiques"]?["rejetees"] == 1000)
        #expect(try office.ask("POST", "/predict/30/batch", json: []).status == 200)
        #expect(try office.ask("POST", "/predict/30/batch", json: Self.sound).status == 422)
        #expect(try office.ask("POST", "/predict/99/batch", json: []).status == 404)
    }

    @Test func validationTellsWhatWasUnderstoodAndRecordsNothing() throws {
        let (status, value) = try office.ask("POST", "/predict/30/validate", json: declaration("880020"))
        try #require(status == 200, "\(value)")
        #expect(value["valide"] == true && value["numero_declaration"] == "2026/18N/880020")
        // As it would be recorded.
        #expect(value["champs"]?["regime"] == "C100" && value["champs"]?["ninea"] == "001234567")
        #expect(value["champs"]?["destinataire_nom"] == "AWA DIOP")
        #expect(value["avertissements"]?[0] == ["champ": "ninea", "code": "padded_ninea"])
        #expect(value["articles"]?[0]?["code_sh"] == "3004900000")
        #expect(value["controles"]?.array != nil)
        #expect(try office.ask("GET", "/api/v2/declarations/2026/18N/880020").status == 404)
        let list = try office.ask(
            "POST", "/predict/30/validate", json: [declaration("880021"), declaration("880022", [("annee", "12")])])
        #expect(list.value["resultats"]?.array?.compactMap { $0["valide"]?.bool } == [true, false])
        #expect(list.value["resultats"]?[1]?["erreurs"]?[0]?["code"] == "bad_year")
        let text = try office.service.ask(
            "POST", "/predict/30/validate",
            ["Authorization": "Bearer \(office.inspector)", "Content-Type": "application/json"], body: Array("{".utf8))
        #expect(text.status == 400)
    }
}
