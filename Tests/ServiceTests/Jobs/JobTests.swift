import JSON
import Platform
import Testing

@testable import Service
@testable import TestKit

@Suite struct JobTests {
    static let shared = Result { try AnalysingService(models: try ImaginedWorld.made.get().models) }

    private let office: AnalysingService
    private let world: ImaginedWorld
    init() throws { (office, world) = (try Self.shared.get(), try ImaginedWorld.made.get()) }

    private func send(
        _ file: [UInt8], _ name: String = "export.csv", as token: String? = nil, async: Bool = true,
        query: String = ""
    ) throws -> RawResponse {
        let form = ImaginedWorld.form(file, name: name)
        var fields = ["Authorization": "Bearer \(token ?? office.inspector)", "Content-Type": form.type]
        if async { fields["Prefer"] = "respond-async" }
        return try office.service.ask(
            "POST", "/api/v2/declarations/upload\(query)", fields, body: form.body, patience: .seconds(120))
    }

    private func job(_ answer: RawResponse) throws -> String {
        try #require(answer.status == 202, "\(answer.text)")
        let path = try #require(answer.value("Location"))
        #expect(path.hasPrefix("/api/v2/jobs/"))
        return path
    }

    /// Waits for the job's end.
    private func end(_ path: String, _ token: String? = nil) throws -> JSONValue {
        let deadline = Instant.now() + .seconds(120)
        while Instant.now() < deadline {
            let (_, value) = try office.ask("GET", path, token)
            if let state = value["etat"]?.string, !["en_file", "en_cours"].contains(state) { return value }
            Pause.milliseconds(50)
        }
        throw RunningService.NotReady()
    }

    @Test func aFileIsTakenAfterTheAnswer() throws {
        let rows = world.file(0..<120)
        let path = try job(send(rows + Array("x;y\n".utf8)))
        let ended = try end(path)
        try #require(ended["etat"] == "reussi", "\(ended)")
        let total = try #require(ended["total"]?.int)
        #expect(total > 20 && ended["fait"] == .int(total))
        let statistics = try #require(ended["statistiques"])
        #expect(statistics["total"] == .int(total) && statistics["rejetees"] == 1)
        let lanes = ["conforme", "zone_grise", "fraude"].compactMap { statistics[$0]?.int }
        #expect(lanes.reduce(0, +) == total)

        let rejects = try office.service.ask(
            "GET", path + "/rejets.csv", ["Authorization": "Bearer \(office.inspector)"])
        #expect(rejects.status == 200 && rejects.value("Content-Type") == "text/csv; charset=utf-8")
        let lines = rejects.text.split(whereSeparator: \.isNewline)
        #expect(lines.count == 2 && lines[0].hasSuffix("ligne;numero_declaration;colonne;code;message"))
        #expect(lines[1].contains(";column_count;"))

        // The same at once: all of it is known.
        let again = try send(rows, async: false)
        #expect(again.status == 200)
        #expect(try JSONValue(parsing: again.body)["statistiques"]?["total"] == .int(total))
        let document = try #require(ended["document_id"]?.string)
        #expect(
            try office.value("SELECT count(*) FROM provenances WHERE document_id = '\(document)'") == String(total))
    }

    @Test func whatAnotherHasLeftIsFinished() throws {
        let path = try job(send(world.file(120..<200)))
        let first = try end(path)
        let total = try #require(first["total"]?.int)
        let id = try #require(path.split(separator: "/").last.map(String.init))
        // As if whoever did it had died after a part, without a word.
        try office.value(
            """
            UPDATE jobs SET etat = 'en_cours', fini_le = NULL, preneur = gen_random_uuid(),
                bail_jusqua = now() - interval '1 second', fait = \(total / 2),
                resultat = jsonb_build_object('total', \(total / 2), 'conforme', 0, 'zone_grise', \(total / 2),
                    'fraude', 0, 'rejetees', 0)
            WHERE id = '\(id)'; SELECT pg_notify('travaux', '')
            """)
        let again = try end(path)
        #expect(again["etat"] == "reussi" && again["fait"] == .int(total))
        #expect(again["statistiques"]?["total"] == .int(total))
        #expect(
            try office.value(
                """
                SELECT count(*) FROM (SELECT declaration_id FROM decisions
                    GROUP BY declaration_id, declaration_version HAVING count(*) > 1) x
                """) == "0")
        #expect(try office.value("SELECT essais FROM jobs WHERE id = '\(id)'") == "1")
    }

    @Test func whatIsAbandonedTooOftenFails() throws {
        let path = try job(send(world.file(200..<203)))
        _ = try end(path)
        let id = try #require(path.split(separator: "/").last.map(String.init))
        try office.value(
            """
            UPDATE jobs SET etat = 'en_cours', fini_le = NULL, preneur = gen_random_uuid(),
                bail_jusqua = now() - interval '1 second', essais = \(JobStore.mostAttempts) WHERE id = '\(id)';
            SELECT pg_notify('travaux', '')
            """)
        let ended = try end(path)
        #expect(ended["etat"] == "echoue" && ended["probleme"]?["message"]?.string?.contains("abandonné") == true)
    }

    @Test func aCancelledJobStaysSo() throws {
        let user = UUIDv7.make()
        let mine = office.service.token(.inspector, user: user, bureau: nil)
        let path = try job(send(world.file(210..<600), as: mine))
        #expect(try office.ask("DELETE", path).status == 403)
        let (status, value) = try office.ask("DELETE", path, mine)
        // Whoever is fast finishes before.
        #expect(status == 200 && value["etat"] == "annule" || status == 409)
        let ended = try end(path, mine)
        #expect(ended["etat"] == (status == 200 ? "annule" : "reussi"))
        if status == 200 { #expect(try office.ask("DELETE", path, mine).status == 200) }
    }

    @Test func onlyWhoMaySeesIt() throws {
        let own = UUIDv7.make()
        let declarant = office.service.token(.declarant)
        let path = try job(send(world.file(600..<602), as: office.service.token(.inspector, user: own)))
        let colleague = office.service.token(.inspector)
        #expect(try office.ask("GET", path, colleague).status == 200)
        #expect(try office.ask("GET", path, office.service.token(.inspector, bureau: "10S")).status == 404)
        #expect(try office.ask("GET", path, declarant).status == 404)
        #expect(try office.ask("GET", "/api/v2/jobs", declarant).value["data"]?.array?.isEmpty == true)
        let page = try office.ask("GET", "/api/v2/jobs?limit=1", colleague).value
        #expect(page["data"]?.array?.count == 1)
        #expect(try office.ask("GET", "/api/v2/jobs?limit=201", colleague).status == 422)
        #expect(try office.ask("GET", "/api/v2/jobs/\(UUIDv7.make())").status == 404)
        _ = try end(path, colleague)
    }

    @Test func aFileThatIsNoneFailsWithItsReason() throws {
        let path = try job(send(Array("a;b\n1;2\n".utf8)))
        let ended = try end(path)
        #expect(ended["etat"] == "echoue" && ended["probleme"]?["code"]?.string?.isEmpty == false)
    }

    /// Articles of one declaration, as many as are answered at once, and one more.
    @Test func longFilesBecomeJobs() throws {
        func file(_ number: String, _ count: Int) -> [UInt8] {
            let article: JSONValue = [
                "code_sh": "3004900000", "pays_origine": "FR", "poids_net": 1, "poids_brut": 1, "valeur_caf": 1000,
            ]
            let value: JSONValue = [
                "annee": "2026", "bureau": "18N", "numero": .string(number),
                "articles": .array(
                    (0..<count).map { index in
                        .object((article.members ?? []) + [.init("numero_article", .string("\(index + 1)"))])
                    }),
            ]
            return value.jsonBytes()
        }
        let most = FileIntake.Limits().rows
        let short = try send(file("77001", most), "a.json", async: false)
        #expect(short.status == 201, "\(short.text.prefix(300))")
        let long = try send(file("77002", most + 1), "a.json", async: false)
        let ended = try end(try job(long))
        #expect(ended["etat"] == "reussi" && ended["total"] == 1, "\(ended)")
        let simulated = try send(file("77003", most + 1), "a.json", async: false, query: "?simulation=true")
        #expect(simulated.status == 422)
    }

    @Test(.enabled(if: BuiltProgram.path != nil, "le programme n'est pas construit"))
    func aDocumentIsReadAfterTheAnswer() throws {
        let path = try job(send(PrintedDeclaration(number: "77100").pdf, "a.pdf"))
        let ended = try end(path)
        #expect(ended["etat"] == "reussi" && ended["total"] == 1, "\(ended)")
        let detail = try office.ask("GET", "/api/v2/declarations/2026/18N/77100").value
        #expect(detail["provenance"]?["champs"]?["numero"]?["page"] == 1)
    }
}
