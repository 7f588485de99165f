import Decisions
import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct PolicyRoutesTests {
    private static let reason: JSONValue = "essai d'une autre politique au premier semestre"

    private func within(_ patience: Duration = .seconds(10), _ holds: () throws -> Bool) throws -> Bool {
        let deadline = Instant.now() + patience
        while try !holds() {
            guard Instant.now() < deadline else { return false }
            usleep(10_000)
        }
        return true
    }

    @Test func thresholdsChangeEverywhereWithAReason() throws {
        let one = try AnalysingService()
        let other = try AnalysingService(like: one)
        defer {
            one.service.stop()
            other.service.stop()
        }
        let (status, before) = try one.ask("GET", "/predict/30/thresholds", one.expert)
        #expect(status == 200 && before["numero_politique"] == 1 && before["auteur"] == "service", "\(before)")
        let wanted: JSONValue = ["bas": 0.2, "haut": 0.6, "motif": Self.reason, "numero": 1]
        let (changed, after) = try one.ask("PUT", "/predict/chap30/thresholds", one.expert, json: wanted)
        try #require(changed == 200, "\(after)")
        #expect(after["seuils"]?["bas"] == 0.2 && after["seuils"]?["haut"] == 0.6 && after["politique"] == "30-2")
        // The limit of release followed, the mandatory one stayed.
        #expect(after["seuils"]?["t_soft"] == 0.3 && after["seuils"]?["t_hard"] == 0.9)
        #expect(try one.ask("GET", "/predict/30/thresholds").value["politique"] == "30-2")
        #expect(try within { try other.ask("GET", "/predict/30/thresholds").value["politique"] == "30-2" })
        #expect(
            try one.value(
                "SELECT count(*) FROM audit_events WHERE evenement = 'seuils.modifies' AND objet = 'politique:30-2'")
                == "1")
        let (_, versions) = try one.ask("GET", "/predict/30/thresholds/versions?limit=1", one.expert)
        #expect(versions["data"]?[0]?["numero"] == 2 && versions["page"]?["next_cursor"] == "2", "\(versions)")
        let (_, rest) = try one.ask("GET", "/predict/30/thresholds/versions?cursor=2", one.expert)
        #expect(rest["data"]?[0]?["numero"] == 1 && rest["page"]?["next_cursor"] == .null, "\(rest)")
    }

    @Test func thresholdsThatContradictEachOtherAreRefusedByName() throws {
        let office = try AnalysingService()
        defer { office.service.stop() }
        let refused: [(JSONValue, String)] = [
            (["bas": 0.8, "haut": 0.6, "motif": Self.reason, "numero": 1], "/bas"),
            (["bas": 0, "motif": Self.reason, "numero": 1], "/bas"),
            (["haut": 1, "motif": Self.reason, "numero": 1], "/haut"),
            (["t_soft": 0.75, "motif": Self.reason, "numero": 1], "/t_soft"),
            (["t_hard": 0.65, "motif": Self.reason, "numero": 1], "/t_hard"),
            (["bas": 0.2, "motif": "court", "numero": 1], "/motif"),
            (["bas": 0.2, "epsilon": 0.2, "motif": Self.reason, "numero": 1], "/epsilon"),
        ]
        for (body, pointer) in refused {
            let (status, value) = try office.ask("PUT", "/predict/30/thresholds", office.expert, json: body)
            #expect(status == 422 && value["errors"]?[0]?["pointer"]?.string == pointer, "\(body) \(value)")
        }
        #expect(try office.value("SELECT count(*) FROM policies WHERE chapitre = '30'") == "1")
        let same: JSONValue = ["bas": 0.3, "motif": Self.reason, "numero": 1]
        #expect(try office.ask("PUT", "/predict/30/thresholds", office.expert, json: same).status == 409)
        #expect(try office.ask("PUT", "/predict/31/thresholds", office.expert, json: same).status == 404)
        #expect(try office.ask("PUT", "/predict/30/thresholds", office.inspector, json: same).status == 403)
    }

    @Test func twoExpertsDoNotOverwriteEachOther() throws {
        let office = try AnalysingService()
        defer { office.service.stop() }
        let first: JSONValue = ["bas": 0.2, "motif": Self.reason, "numero": 1]
        let second: JSONValue = ["bas": 0.25, "motif": Self.reason, "numero": 1]
        #expect(try office.ask("PUT", "/predict/30/thresholds", office.expert, json: first).status == 200)
        #expect(try office.ask("PUT", "/predict/30/thresholds", office.expert, json: second).status == 412)
        let unread: JSONValue = ["bas": 0.25, "motif": Self.reason]
        #expect(try office.ask("PUT", "/predict/30/thresholds", office.expert, json: unread).status == 428)
        let tag = try office.service.ask(
            "GET", "/ml/policies/30", ["Authorization": "Bearer \(office.expert)"]
        ).value("etag")
        #expect(tag == "\"30-2\"")
        func put(_ tag: String) throws -> Int {
            try office.service.ask(
                "PUT", "/predict/30/thresholds",
                [
                    "Authorization": "Bearer \(office.expert)", "Content-Type": "application/json", "If-Match": tag,
                ], body: unread.jsonBytes()
            ).status
        }
        #expect(try put("\"30-1\"") == 412)
        #expect(try put("\"30-2\"") == 200)
    }

    @Test func everythingOfAPolicyChangesAndComesBack() throws {
        let office = try AnalysingService()
        defer { office.service.stop() }
        let wanted: JSONValue = [
            "strategie": "thompson", "epsilon": 0.05, "strate_aleatoire": 0.03,
            "budget": ["jours_inspecteur": 4, "controles_par_jour": 6, "part": 0.1, "valeur_retenue": 50_000_000],
            "capacites": ["18N": 12, "10S": 0], "bande_automatique": [0.6, 0.8], "motif": Self.reason, "numero": 1,
        ]
        let (status, made) = try office.ask("PUT", "/ml/policies/84", office.expert, json: wanted)
        try #require(status == 200, "\(made)")
        #expect(made["strategie"] == "thompson" && made["strate_aleatoire"] == 0.03 && made["numero_seuils"] == 1)
        #expect(made["capacites"]?["18N"] == 12 && made["budget"]?["part"] == 0.1)
        // What is not named stays.
        let less: JSONValue = ["epsilon": 0.04, "budget": .null, "motif": Self.reason, "numero": 2]
        let (_, again) = try office.ask("PUT", "/ml/policies/84", office.expert, json: less)
        #expect(again["strategie"] == "thompson" && again["capacites"]?["10S"] == 0 && again["budget"] == .null)
        let back: JSONValue = ["vers": 1, "motif": Self.reason, "numero": 3]
        let (returned, first) = try office.ask("POST", "/ml/policies/84/retour", office.expert, json: back)
        #expect(returned == 200 && first["numero"] == 4 && first["strategie"] == "epsilon_greedy", "\(first)")
        #expect(first["epsilon"] == 0.1 && first["capacites"]?.members?.isEmpty == true)
        let live = try office.service.service.analysis.loaded().withLive { $0.policies["84"] }
        #expect(live?.version == "84-4" && live?.epsilon == 0.1)
        #expect(try office.ask("GET", "/ml/policies/84/versions", office.expert).value["data"]?.array?.count == 4)
        #expect(try office.ask("GET", "/ml/policies", office.expert).value["politiques"]?.array?.count ?? 0 >= 3)
        for refused: JSONValue in [
            ["strate_aleatoire": 0.5, "motif": Self.reason, "numero": 4],
            ["epsilon": 0.001, "motif": Self.reason, "numero": 4],
            ["capacites": ["18n": 1], "motif": Self.reason, "numero": 4],
            ["capacites": [1], "motif": Self.reason, "numero": 4],
            ["strategie": "hasard", "motif": Self.reason, "numero": 4],
            ["bande_automatique": [0.8, 0.6], "motif": Self.reason, "numero": 4],
        ] {
            #expect(try office.ask("PUT", "/ml/policies/84", office.expert, json: refused).status == 422, "\(refused)")
        }
    }

    @Test func aRequestKeepsTheRulesThatItBeganUnder() throws {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        defer { office.service.stop() }
        let running = try office.service.service.analysis.loaded()
        let rules = running.withLive { $0.rules }
        let wanted: JSONValue = ["seuils": ["bas": 0.05, "haut": 0.1], "motif": Self.reason, "numero": 1]
        let (status, value) = try office.ask("PUT", "/ml/policies/tous", office.expert, json: wanted)
        #expect(status == 200, "\(value)")
        #expect(running.withLive { $0.rules.policies["tous"]?.version } == "tous-2")
        #expect(rules.policies["tous"]?.version == "tous-1")
        let (sent, answer) = try office.upload(world.file(0..<5))
        #expect(sent == 201 && answer["declarations"]?[0]?["seuils"]?["haut"] == 0.1)
        #expect(try office.value("SELECT string_agg(DISTINCT politique, ' ') FROM decisions") == "tous-2")
    }
}
