import Customs
import HTTP
import JSON
import Platform
import Reading
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct ProcesVerbauxTests {
    private static func text(_ pdf: [UInt8]) throws -> String {
        let document = try PageDocument(pdf)
        return try (1...document.pageCount).flatMap { try document.page($0).page.words }.map(\.text)
            .joined(separator: " ")
    }

    /// The whole way, with the document at each step.
    @Test func anActIsDrawnUpSignedAndClosed() throws {
        let office = try ActOffice()
        defer { office.service.stop() }
        let numbers = Array(office.numbers.prefix(2))
        for number in numbers { try office.judge(number) }
        let drawn = try office.draw(
            numbers, more: [.init("constatations", "Avons compté 12 cartons de trop.")])
        try #require(drawn.status == 201, "\(drawn.value)")
        let year = Timestamp.now().date.year
        #expect(drawn.value["numero"]?.string == "\(year)/\(office.bureau)/PV-00001")
        #expect(drawn.value["etat"] == "brouillon" && drawn.value["montant_redresse"]?.double == 3_000_000)
        #expect(drawn.value["agents"]?[0]?["nom"] == "Awa" && drawn.value["agents"]?[1]?["compte"] == "moussa")
        let id = try #require(drawn.value["id"]?.string)
        let content = try #require(drawn.value["contenu"])
        #expect(content["declarations"]?[0]?["verdict"]?["agent"] == "Awa")
        #expect(content["declarations"]?[0]?["verdict"]?["type_fraude"] == "Fausse déclaration d’origine")
        #expect(content["declarations"]?[0]?["inference"]?["empreinte_decision"]?.string?.utf8.count == 64)
        let stored = try #require(
            try office.office.value(
                "SELECT encode(sha256(convert_to(x.enregistrement, 'UTF8')), 'hex') FROM decisions x JOIN declarations d ON d.decision_id = x.id WHERE d.numero_declaration = '\(numbers[0])'"
            ))
        #expect(content["declarations"]?[0]?["inference"]?["empreinte_decision"]?.string == stored)

        let draft = try Self.text(office.document(id).body)
        #expect(draft.contains("Brouillon") && draft.contains("Non signé") && draft.contains("12 cartons de trop"))
        // Another than one of the two agents, or another content.
        let hash = try #require(drawn.value["empreinte"])
        let sign = "/api/v2/pv/\(id)/signature"
        let foreign = try office.ask("POST", sign, as: .make(), .inspector, ["empreinte": hash])
        #expect(foreign.status == 403 && foreign.value["errors"]?[0]?["code"] == "pas_un_agent")
        let other = JSONValue.string(String(repeating: "0", count: 64))
        #expect(try office.ask("POST", sign, as: office.first, .inspector, ["empreinte": other]).status == 409)
        let half = try office.ask("POST", sign, as: office.first, .inspector, ["empreinte": hash])
        #expect(half.status == 200 && half.value["etat"] == "brouillon")
        let whole = try office.ask("POST", sign, as: office.second, .inspector, ["empreinte": hash])
        #expect(whole.status == 200 && whole.value["etat"] == "signe", "\(whole.value)")
        #expect(whole.value["contenu"] == content && whole.value["empreinte"] == hash)

        let signed = try office.document(id)
        #expect(signed.status == 200 && signed.value("Content-Type") == "application/pdf")
        #expect(signed.value("Content-Disposition") == "inline; filename=\"\(year)-\(office.bureau)-PV-00001.pdf\"")
        let text = try Self.text(signed.body)
        #expect(text.contains("Signé électroniquement") && !text.contains("Brouillon"))
        #expect(text.contains(hash.string ?? "?") && text.contains(stored) && text.contains(numbers[1]))
        let closing: JSONValue = ["motif": "Transaction acceptée et payée."]
        let closed = try office.ask("POST", "/api/v2/pv/\(id)/cloture", as: office.second, .inspector, closing)
        #expect(closed.status == 200 && closed.value["etat"] == "clos")
        #expect(closed.value["fin"]?["motif"] == "Transaction acceptée et payée.")
        // The records go on; the act does not.
        try office.office.value("UPDATE users SET name = 'Autre' WHERE username = 'awa'")
        let late: JSONValue = [
            "user_decision": "fraude", "evidence": "a_posteriori", "montant_redresse": 9_999_999,
            "justification": "contrôle a posteriori des écritures",
        ]
        #expect(
            try office.ask("POST", "/api/v2/declarations/\(numbers[0])/feedback", as: office.first, .inspector, late)
                .status == 201)
        #expect(try office.document(id).body == signed.body)
        // Another instance prints the same bytes.
        let again = try AnalysingService(models: ImaginedWorld.made.get().models, like: office.office)
        let there = try again.service.ask(
            "GET", "/api/v2/pv/\(id).pdf", ["Authorization": "Bearer \(again.service.token(.inspector, bureau: nil))"],
            patience: .seconds(60))
        #expect(there.body == signed.body)
        again.service.stop()
        let trail = try office.office.value(
            "SELECT string_agg(canonical::jsonb->>'evenement', ' ' ORDER BY seq) FROM audit_events WHERE canonical LIKE '%\"pv.%'"
        )
        #expect(trail == "pv.etabli pv.signe pv.signe pv.clos")
    }

    /// What declared values are compared with is the past that the service remembers, and the office's tariff.
    @Test func estimatesComeFromThePast() throws {
        let office = try ActOffice()
        defer { office.service.stop() }
        let drawn = try office.draw(Array(office.numbers.prefix(ProcesVerbalRequest.mostDeclarations)))
        try #require(drawn.status == 201, "\(drawn.value)")
        let act = try ProcesVerbal(parsing: try #require(drawn.value["contenu"]).jsonBytes())
        #expect(act.contentHash == drawn.value["empreinte"]?.string)
        let articles = act.cases.flatMap(\.articles)
        let estimated = articles.filter { $0.estimate != nil }
        #expect(!estimated.isEmpty)
        for article in estimated {
            let (estimate, weight) = (try #require(article.estimate), try #require(article.netWeight))
            #expect(estimate.basis == .comparable && (estimate.operations ?? 0) >= 10)
            #expect(estimate.value == (estimate.unitPrice * weight).rounded())
        }
        let owed = articles.filter(\.isOwed)
        #expect(!owed.isEmpty)
        let sum = owed.flatMap(\.taxes).reduce(0) { $0 + $1.amount }
        let told = (drawn.value["insuffisances"]?.array ?? []).compactMap { $0["montant"]?.double }
        #expect(told.reduce(0, +) == sum && sum > 0)
        for article in articles where article.estimate == nil { #expect(article.unestimated != nil) }
    }

    @Test func numbersHaveNoHolesWhoeverComesAtOnce() async throws {
        let office = try ActOffice()
        defer { office.service.stop() }
        let numbers = office.numbers
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for k in 0..<24 {
                group.addTask {
                    // Every third is refused, at the last step too: an unknown second agent, or an unknown declaration.
                    try office.draw(
                        k % 3 == 0 ? ["2026/99Z/1"] : [numbers[k % numbers.count]],
                        second: k % 6 == 1 ? "personne" : "moussa"
                    ).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let drawn = statuses.filter { $0 == 201 }.count
        #expect(drawn == 12 && Set(statuses) == [201, 404, 422], "\(statuses)")
        let found = try office.office.value("SELECT string_agg(numero::text, ' ' ORDER BY numero) FROM proces_verbaux")
        #expect(found == (1...drawn).map(String.init).joined(separator: " "))
    }

    @Test func whatIsMissingOrForeignIsRefused() throws {
        let office = try ActOffice()
        defer { office.service.stop() }
        let number = office.numbers[0]
        func error(_ answer: (status: Int, value: JSONValue)) -> String? { answer.value["errors"]?[0]?["code"]?.string }
        #expect(try office.draw(["2026/\(office.bureau)/inconnu"]).status == 404)
        let alone = try office.draw([number], second: "awa")
        #expect(alone.status == 422 && error(alone) == "meme_agent")
        #expect(try error(office.draw([number], second: "fatou")) == "agent_inconnu")
        #expect(try office.draw([]).status == 422 && office.draw([number, number]).status == 422)
        let most = ProcesVerbalRequest.mostDeclarations
        let unknown = (0...most).map { "2026/\(office.bureau)/x\($0)" }
        #expect(try office.draw(unknown).status == 422)
        #expect(try office.draw(Array(unknown.dropLast())).status == 404)
        #expect(try office.draw([number], more: [.init("montant_redresse", 5)]).status == 422)
        let long = String(repeating: "é", count: ProcesVerbalRequest.longestText + 1)
        #expect(try office.draw([number], more: [.init("constatations", .string(long))]).status == 422)
        let longest = JSONValue.string(String(long.dropLast()))
        #expect(try office.draw([number], more: [.init("constatations", longest)]).status == 201)
        // Another office sees nothing of it, nor its declarations.
        let stranger = office.token(.make(), bureau: "ZZZ")
        let body: JSONValue = ["declarations": [.string(number)], "second_agent": "moussa"]
        #expect(try office.office.ask("POST", "/api/v2/pv", stranger, json: body).status == 404)
        let page = try office.office.ask("GET", "/api/v2/pv", stranger)
        #expect(page.status == 200 && page.value["data"]?.array?.isEmpty == true)
        let id = try #require(try office.draw([number]).value["id"]?.string)
        for path in ["/api/v2/pv/\(id)", "/api/v2/pv/\(id).pdf"] {
            #expect(try office.office.ask("GET", path, stranger).status == 404)
            #expect(try office.ask("GET", path, as: office.chief, .chief).status == 200)
        }
        let reason: JSONValue = ["motif": "erreur de saisie au brouillon"]
        #expect(try office.office.ask("POST", "/api/v2/pv/\(id)/annulation", stranger, json: reason).status == 404)
    }

    @Test func withoutFindingNobodySignsAndADraftIsCancelled() throws {
        let office = try ActOffice()
        defer { office.service.stop() }
        let drawn = try office.draw([office.numbers[0]])
        let id = try #require(drawn.value["id"]?.string)
        let hash = try #require(drawn.value["empreinte"])
        #expect(try Self.text(office.document(id).body).contains("rien n’est constaté"))
        let refused = try office.ask(
            "POST", "/api/v2/pv/\(id)/signature", as: office.first, .inspector, ["empreinte": hash])
        #expect(refused.status == 409 && refused.value["errors"]?[0]?["code"] == "sans_constat")
        let cancel = "/api/v2/pv/\(id)/annulation"
        #expect(try office.ask("POST", cancel, as: office.first, .inspector, ["motif": "court"]).status == 422)
        let reason: JSONValue = ["motif": "le verdict manque encore"]
        #expect(try office.ask("POST", cancel, as: office.chief, .chief, reason).status == 403)
        let cancelled = try office.ask("POST", cancel, as: office.second, .inspector, reason)
        #expect(cancelled.status == 200 && cancelled.value["etat"] == "annule")
        #expect(try Self.text(office.document(id).body).contains("Annulé le"))
        #expect(try office.ask("POST", cancel, as: office.second, .inspector, reason).status == 409)
        // Its number stays taken.
        #expect(try office.draw([office.numbers[0]]).value["numero"]?.string?.hasSuffix("PV-00002") == true)
    }

    @Test func whatWasSignedStaysAsItIs() throws {
        let office = try ActOffice()
        defer { office.service.stop() }
        let signed = try office.signed([office.numbers[0]])
        let id = try #require(signed["id"]?.string)
        let before = try office.document(id).body
        // Not even the tables' owner.
        for change in [
            "contenu = '{}'", "empreinte = sha256('x')", "etat = 'brouillon'", "signe_1_le = now()", "numero = 7",
            "etat = 'signe'", "sans_constat = 1", "agent_1 = agent_2", "etabli_le = now()",
        ] {
            #expect(throws: (any Error).self, "\(change)") {
                try office.office.value("UPDATE proces_verbaux SET \(change)")
            }
        }
        for sql in [
            "DELETE FROM proces_verbaux", "TRUNCATE proces_verbaux CASCADE", "DELETE FROM proces_verbaux_declarations",
            "UPDATE proces_verbaux_declarations SET numero_declaration = 'x'",
        ] {
            #expect(throws: (any Error).self, "\(sql)") { try office.office.value(sql) }
        }
        let cancel = "/api/v2/pv/\(id)/annulation"
        let reason: JSONValue = ["motif": "vice de procédure constaté"]
        #expect(try office.ask("POST", cancel, as: office.first, .inspector, reason).status == 403)
        #expect(try office.document(id).body == before)
        // Whoever does it nevertheless is found out.
        try office.office.value("ALTER TABLE proces_verbaux DISABLE TRIGGER proces_verbaux_stay")
        try office.office.value(
            "UPDATE proces_verbaux SET contenu = replace(contenu, 'République', 'Republique')")
        #expect(try office.document(id).status == 500)
        try office.office.value(
            "UPDATE proces_verbaux SET contenu = replace(contenu, 'Republique', 'République')")
        #expect(try office.document(id).body == before)
        #expect(try office.ask("POST", cancel, as: office.chief, .chief, reason).value["etat"] == "annule")
        let text = try Self.text(office.document(id).body)
        #expect(text.contains("Annulé le") && text.contains("vice de procédure constaté"))
    }

    @Test func whatIsAboutPersonsIsSealedAndHeld() throws {
        let office = try ActOffice()
        defer { office.service.stop() }
        let number = office.numbers[0]
        let detail = try office.ask("GET", "/api/v2/declarations/\(number)", as: office.first)
        let names = ["ninea", "destinataire_nom", "code_ppm_destinataire"].compactMap {
            detail.value["declaration"]?["champs"]?[$0]?.string
        }
        try #require(!names.isEmpty)
        let signed = try office.signed([number])
        let id = try #require(signed["id"]?.string)
        let text = try Self.text(office.document(id).body)
        for name in names { #expect(text.contains(name), "\(name)") }
        let stored = try #require(
            try office.office.value(
                "SELECT string_agg(p::text || v::text, '') FROM proces_verbaux p JOIN proces_verbaux_declarations v ON v.pv_id = p.id"
            ))
        // A short number may stand in sealed bytes by chance.
        for name in names where name.utf8.count >= 8 { #expect(!stored.contains(name), "\(name)") }
        // Nobody whom a signed act names is erased.
        let person = try #require(try office.office.value("SELECT personne_id FROM proces_verbaux_declarations"))
        #expect(try office.office.value("SELECT count(*) FROM personnes_conservations WHERE levee_le IS NULL") == "1")
        #expect(throws: (any Error).self) {
            try office.office.value(
                "UPDATE personnes SET cle = NULL, kek = NULL, repere = NULL, effacee_le = now() WHERE id = '\(person)'")
        }
        let data = try office.service.ask("GET", "/api/v2/personnes/\(person)/donnees", as: .admin)
        #expect(data.status == 200 && data.text.contains("proces_verbaux_declarations"), "\(data.status)")
    }

    @Test func chaptersAndPagesShowTheirOwn() throws {
        let office = try ActOffice()
        defer { office.service.stop() }
        let number = office.numbers[0]
        let chapter = try #require(
            try office.office.value("SELECT chapitre FROM declarations WHERE numero_declaration = '\(number)'"))
        let other = chapter == "30" ? "84" : "30"
        let refused = try office.draw([number], path: "/predict/\(other)/generate-pv")
        #expect(refused.status == 422 && refused.value["errors"]?[0]?["code"] == "autre_chapitre")
        let drawn = try office.draw([number], path: "/predict/chap\(chapter)/generate-pv")
        let id = try #require(drawn.value["id"]?.string, "\(drawn.value)")
        #expect(try office.ask("GET", "/predict/\(chapter)/pv/\(id)", as: office.first).status == 200)
        #expect(try office.ask("GET", "/predict/\(other)/pv/\(id)", as: office.first).status == 404)
        #expect(try office.ask("GET", "/predict/\(other)/pv", as: office.first).value["data"]?.array?.isEmpty == true)
        for k in 1..<5 { try #require(try office.draw([office.numbers[k % office.numbers.count]]).status == 201) }
        var (seen, cursor): ([String], String?) = ([], nil)
        repeat {
            let query = cursor.map { "&cursor=\($0)" } ?? ""
            let page = try office.ask("GET", "/api/v2/pv?limit=2\(query)", as: office.chief, .chief)
            #expect(page.status == 200)
            seen += (page.value["data"]?.array ?? []).compactMap { $0["numero"]?.string }
            cursor = page.value["page"]?["next_cursor"]?.string
        } while cursor != nil
        #expect(seen.count == 5 && seen == seen.sorted().reversed())
        let signed = try office.ask("GET", "/api/v2/pv?etat=signe", as: office.first)
        #expect(signed.value["data"]?.array?.isEmpty == true)
        for query in ["etat=autre", "limit=0", "limit=201", "cursor=x", "inconnu=1"] {
            #expect(try office.ask("GET", "/api/v2/pv?\(query)", as: office.first).status == 422, "\(query)")
        }
    }
}
