import Analysis
import Customs
import Decisions
import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct CriterionRoutesTests {
    private static let path = "/ml/policies/criteres"
    private static let reason: JSONValue = "décision du comité de ciblage du mois"

    /// True of every declaration that has a value.
    private func draft(
        _ code: String, _ formula: String = "valeur_caf > 0", _ action: String = "controle_obligatoire"
    ) -> JSONValue {
        [
            "code": .string(code), "phrase": "Ce que l'essai cherche est déclaré", "proprietaire": "Bureau du ciblage",
            "base_legale": "Code des douanes, art. 97", "valide_du": "2020-01-01", "valide_au": "2039-12-31",
            "action": .string(action), "formule": .string(formula),
        ]
    }

    private func office(_ rows: Range<Int> = 0..<20) throws -> (office: AnalysingService, chief: String) {
        let world = try ImaginedWorld.made.get()
        let office = try AnalysingService(models: world.models)
        let (status, value) = try office.upload(world.file(rows))
        try #require(status == 201, "\(value)")
        return (office, office.service.token(.chief, bureau: nil))
    }

    private func activate(_ code: String, _ office: AnalysingService, _ chief: String) throws {
        let act: JSONValue = ["numero": 1, "motif": Self.reason]
        let (simulated, value) = try office.ask(
            "POST", "\(Self.path)/\(code)/simulation", office.expert, json: ["numero": 1])
        try #require(simulated == 200, "\(value)")
        let (status, active) = try office.ask("POST", "\(Self.path)/\(code)/activation", chief, json: act)
        try #require(status == 200 && active["etat"] == "actif", "\(active)")
    }

    @Test func aCriterionIsWrittenSimulatedApprovedAndDecides() throws {
        let (office, chief) = try office()
        defer { office.service.stop() }
        let (written, value) = try office.ask("POST", Self.path, office.expert, json: draft("tout-controler"))
        try #require(written == 201, "\(value)")
        #expect(value["etat"] == "brouillon" && value["numero"] == 1 && value["chapitres"]?.array?.count == 4)
        let act: JSONValue = ["numero": 1, "motif": Self.reason]
        // Not without a simulation, and not by an expert.
        #expect(try office.ask("POST", "\(Self.path)/tout-controler/activation", chief, json: act).status == 409)
        #expect(
            try office.ask("POST", "\(Self.path)/tout-controler/activation", office.expert, json: act).status == 403)
        let (_, report) = try office.ask(
            "POST", "\(Self.path)/tout-controler/simulation", office.expert, json: ["numero": 1])
        let seen = try #require(try office.value("SELECT count(*) FROM decisions").flatMap { Int($0) })
        #expect(report["etat"] == "simule" && report["simulation"]?["declarations"] == .int(seen), "\(report)")
        #expect(report["simulation"]?["touchees"] == .int(seen) && report["simulation_mesures"]?["precision"] != nil)
        try activate("tout-controler", office, chief)
        let more = try office.upload(ImaginedWorld.made.get().file(20..<30)).value
        for analysis in more["declarations"]?.array ?? [] {
            #expect(analysis["rl_decision"] == "fraude")
            #expect(analysis["decision"]?["motifs"]?[0]?["code"] == "tout-controler", "\(analysis)")
        }
        let (_, list) = try office.ask("GET", Self.path, chief)
        let count = more["declarations"]?.array?.count ?? 0
        #expect(count > 0 && list["data"]?[0]?["mesures"]?["touchees"] == .int(count), "\(list)")
        let (_, retired) = try office.ask("POST", "\(Self.path)/tout-controler/retrait", chief, json: act)
        #expect(retired["etat"] == "retire")
        let (_, free) = try office.upload(ImaginedWorld.made.get().file(30..<230))
        #expect(free["declarations"]?.array?.allSatisfy { $0["rl_decision"] == "fraude" } == false)
        // What was decided under it stays as it was, and is made again.
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATABASE_URL": office.database.connectionString,
            "INSPECTIA_DATA_DIR": office.service.directory.path,
        ])
        #expect(try DecisionCommands.replay(settings, .last(1000)).isGood)
    }

    @Test func otherInstancesHearOfItAndARequestKeepsItsRules() throws {
        let (office, chief) = try office(0..<5)
        let other = try AnalysingService(models: ImaginedWorld.made.get().models, like: office)
        defer {
            office.service.stop()
            other.service.stop()
        }
        let running = try other.service.service.analysis.loaded()
        let before = running.withLive { $0.rules }
        #expect(try office.ask("POST", Self.path, office.expert, json: draft("partout")).status == 201)
        try activate("partout", office, chief)
        let deadline = Instant.now() + .seconds(10)
        while running.withLive({ $0.rules.criteria.version }) == "aucun", Instant.now() < deadline { usleep(10_000) }
        let version = running.withLive { $0.rules.criteria.version }
        #expect(version == (try office.service.service.analysis.loaded().withLive { $0.rules.criteria.version }))
        #expect(version != "aucun" && before.criteria.version == "aucun")
    }

    @Test func nobodyActivatesTheirOwnAndANewVersionReplaces() throws {
        let (office, chief) = try office(0..<5)
        defer { office.service.stop() }
        let author = UUIDv7.make()
        let expert = office.service.token(.expert, user: author, bureau: nil)
        let same = office.service.token(.chief, user: author, bureau: nil)
        #expect(try office.ask("POST", Self.path, expert, json: draft("sien")).status == 201)
        #expect(try office.ask("POST", "\(Self.path)/sien/simulation", expert, json: ["numero": 1]).status == 200)
        let act: JSONValue = ["numero": 1, "motif": Self.reason]
        #expect(try office.ask("POST", "\(Self.path)/sien/activation", same, json: act).status == 409)
        #expect(try office.ask("POST", "\(Self.path)/sien/activation", chief, json: act).status == 200)
        let (_, second) = try office.ask("POST", Self.path, expert, json: draft("sien", "valeur_caf > 1", "conseil"))
        #expect(second["numero"] == 2)
        #expect(try office.ask("POST", "\(Self.path)/sien/simulation", expert, json: ["numero": 2]).status == 200)
        let next: JSONValue = ["numero": 2, "motif": Self.reason]
        #expect(try office.ask("POST", "\(Self.path)/sien/activation", chief, json: next).status == 200)
        let (_, versions) = try office.ask("GET", "\(Self.path)/sien", chief)
        #expect(versions["versions"]?[0]?["etat"] == "actif" && versions["versions"]?[1]?["etat"] == "retire")
    }

    @Test func draftsOfTheConfigurationAreOffered() throws {
        let (office, chief) = try office(0..<2)
        defer { office.service.stop() }
        let (_, list) = try office.ask("GET", Self.path, chief)
        let offered = list["propositions"]?.array ?? []
        #expect(offered.count >= 5 && list["data"]?.array?.isEmpty == true)
        let (status, value) = try office.ask("POST", Self.path, office.expert, json: offered[0])
        #expect(status == 201 && value["etat"] == "brouillon", "\(value)")
        let (_, after) = try office.ask("GET", Self.path, chief)
        #expect(after["propositions"]?.array?.count == offered.count - 1)
    }

    @Test func whatCannotBeAskedIsRefused() throws {
        let (office, _) = try office(0..<2)
        defer { office.service.stop() }
        var named = draft("ailleurs").members ?? []
        named.append(.init("chapitres", ["99"]))
        var active = draft("actif").members ?? []
        active.append(.init("etat", "actif"))
        for refused in [
            draft("faux", "nulle_part > 3"), draft("faux", "valeur_caf +"), draft("FAUX"), draft("faux", "valeur_caf"),
            .object(named), .object(active), [:],
        ] {
            #expect(try office.ask("POST", Self.path, office.expert, json: refused).status == 422, "\(refused)")
        }
        #expect(try office.value("SELECT count(*) FROM criteria") == "0")
    }

    @Test func listsKnowPeopleByNoName() throws {
        let (office, chief) = try office(0..<5)
        defer { office.service.stop() }
        let list: JSONValue = [
            "code": "surveilles", "phrase": "L'importateur est surveillé", "cle": "importateur",
            "action": "controle_obligatoire",
        ]
        #expect(try office.ask("POST", "/ml/policies/listes", office.expert, json: list).status == 201)
        #expect(try office.ask("POST", "/ml/policies/listes", office.expert, json: list).status == 409)
        // Somebody of the declarations still to come.
        let rows = 40..<70
        let simulated = try office.upload(
            ImaginedWorld.made.get().file(rows), to: "/api/v2/declarations/upload?simulation=true"
        ).value
        #expect(simulated["declarations"]?.array?.isEmpty == false)
        let running = try office.service.service.analysis.loaded()
        let index = try office.service.service.analysis.vault.personIndex()
        let reader = SubjectReader(schema: running.office.vocabulary.schema, index: index)
        let file = try ImaginedWorld.made.get().declarations(rows, running)
        let subjects = file.map { reader.subject(of: $0).importers.first }
        let place = try #require(subjects.firstIndex { $0 != nil })
        let wanted = subjects[place]
        let ninea = try #require(
            running.office.vocabulary.schema["ninea"].flatMap { file[place].facts.texts[$0.slot] })
        let entry: JSONValue = [
            "classe": "ninea", "valeur": .string(ninea), "valide_du": "2020-01-01", "valide_au": "2039-12-31",
            "motif": Self.reason,
        ]
        let (added, _) = try office.ask("POST", "/ml/policies/listes/surveilles/entrees", office.expert, json: entry)
        #expect(added == 201)
        let dump = try office.value("SELECT string_agg(e::text, ' ') FROM control_list_entries e") ?? ""
        #expect(!dump.contains(ninea))
        let audit = try office.value("SELECT string_agg(canonical, ' ') FROM audit_events") ?? ""
        #expect(!audit.contains(ninea))
        // It waits for a second person.
        #expect(running.withLive { $0.rules.personIndex } == nil)
        let approval: JSONValue = ["motif": Self.reason]
        let (approved, count) = try office.ask(
            "POST", "/ml/policies/listes/surveilles/approbation", chief, json: approval)
        #expect(approved == 200 && count["approuvees"] == 1, "\(count)")
        let answer = try office.upload(ImaginedWorld.made.get().file(rows)).value
        for (analysis, subject) in zip(answer["declarations"]?.array ?? [], subjects) {
            let isListed = analysis["decision"]?["motifs"]?[0]?["code"] == "surveilles"
            #expect(isListed == (subject == wanted))
        }
        let (_, entries) = try office.ask("GET", "/ml/policies/listes/surveilles", chief)
        let id = try #require(entries["data"]?[0]?["id"]?.string)
        #expect(entries["data"]?[0]?["valeur"] == .null && entries["data"]?[0]?["personne_id"]?.string != nil)
        let gone = try office.ask(
            "POST", "/ml/policies/listes/surveilles/entrees/\(id)/retrait", chief, json: approval)
        #expect(gone.status == 204)
        #expect(running.withLive { $0.rules.personIndex } == nil)
        let nameless: JSONValue = [
            "valeur": "CN", "valide_du": "2020-01-01", "valide_au": "2039-12-31", "motif": Self.reason,
        ]
        #expect(
            try office.ask("POST", "/ml/policies/listes/surveilles/entrees", office.expert, json: nameless).status
                == 422)
    }
}
