import Decisions
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite(.enabled(if: BuiltProgram.path != nil, "le programme n'est pas construit")) struct DocumentUploadTests {
    static let shared = Result { try AnalysingService(models: try ImaginedWorld.made.get().models) }

    private let office: AnalysingService
    init() throws { office = try Self.shared.get() }

    /// As whoever is named; an inspector of 18N otherwise.
    private func send(
        _ file: [UInt8], _ name: String, to path: String = "/api/v2/declarations/upload",
        _ fields: [String: String] = [:],
        as token: String? = nil
    ) throws -> (status: Int, value: JSONValue) {
        let form = ImaginedWorld.form(file, name: name)
        let token = token ?? office.service.token(.inspector)
        let all = ["Authorization": "Bearer \(token)", "Content-Type": form.type].merging(fields) { $1 }
        let answer = try office.service.ask("POST", path, all, body: form.body, patience: .seconds(120))
        return (answer.status, (try? JSONValue(parsing: answer.body)) ?? .null)
    }

    private func fetch(_ path: String, _ token: String? = nil) throws -> RawResponse {
        try office.service.ask(
            "GET", path, ["Authorization": "Bearer \(token ?? office.service.token(.inspector))"],
            patience: .seconds(120))
    }

    @Test func aScannedDeclarationIsReadRecordedAndNeverReleasedUnseen() throws {
        let image = try PrintedDeclaration(number: "20501").image()
        let (status, value) = try send(image, "numérisée.png")
        try #require(status == 201, "\(value)")
        #expect(value["declarations"]?[0]?["numero_declaration"] == "2026/18N/20501")
        #expect(value["fichier"]?["type"] == "image" && value["fichier"]?["pages"] == 1)
        let document = try #require(value["fichier"]?["document_id"]?.string)
        #expect(value["declarations"]?[0]?["rl_decision"] != "conforme")
        let record = try #require(
            try office.value(
                """
                SELECT enregistrement FROM decisions x JOIN declarations d ON d.id = x.declaration_id
                WHERE d.numero = '20501'
                """))
        let decision = try DecisionRecord(parsing: Array(record.utf8))
        #expect(decision.request.conditions == .unverifiedReading)
        #expect(decision.replay(learner: SegmentLearner(for: decision.policy)).isSame)

        let detail = try JSONValue(parsing: try fetch("/api/v2/declarations/2026/18N/20501").body)
        #expect(detail["provenance"]?["document_id"] == .string(document))
        #expect(detail["provenance"]?["a_verifier"] == true)
        let code = try #require(detail["provenance"]?["champs"]?["articles.1.code_sh"])
        #expect(code["source"] == "ocr" && code["page"] == 1 && code["cadre"]?.array?.count == 4)
        // What tells about people is not repeated there.
        #expect(detail["provenance"]?["champs"]?["destinataire_nom"]?["brut"] == nil)
        #expect(detail["declaration"]?["champs"]?["destinataire_nom"] == "KAYDARA NEGOCE SARL")

        // The same again: nothing twice.
        let again = try send(image, "autre nom.png")
        #expect(again.status == 200 && again.value["fichier"]?["document_id"] == .string(document))
        #expect(again.value["declarations"] == value["declarations"])
        #expect(try office.value("SELECT count(*) FROM documents WHERE id = '\(document)'") == "1")
        #expect(try office.value("SELECT count(*) FROM extractions WHERE document_id = '\(document)'") == "1")
    }

    @Test func whatWasSentIsKeptSealedAndGivenBack() throws {
        let pdf = PrintedDeclaration(number: "20502").pdf
        let (status, value) = try send(pdf, "déclaration Kaydara.pdf")
        try #require(status == 201, "\(value)")
        let id = try #require(value["fichier"]?["document_id"]?.string)
        let original = try fetch("/api/v2/documents/\(id)")
        #expect(original.status == 200 && original.body == pdf)
        #expect(original.value("Content-Type") == "application/pdf")
        #expect(
            original.value("Content-Disposition")
                == "attachment; filename*=UTF-8''d%C3%A9claration%20Kaydara.pdf")
        #expect(original.values("Content-Security-Policy").contains { $0.contains("sandbox") })
        #expect(original.value("X-Content-Type-Options") == "nosniff")
        let page = try fetch("/api/v2/documents/\(id)/pages/1.png")
        #expect(page.status == 200 && page.body.starts(with: [0x89, 0x50, 0x4e, 0x47]))
        for wrong in ["0.png", "2.png", "1", "-1.png", "99999999.png", "x.png"] {
            #expect(try fetch("/api/v2/documents/\(id)/pages/\(wrong)").status == 404, "\(wrong)")
        }
        let read = try JSONValue(parsing: try fetch("/api/v2/documents/\(id)/extraction").body)
        #expect(read["nom"] == "déclaration Kaydara.pdf")
        #expect(read["extractions"]?[0]?["numero_declaration"] == "2026/18N/20502")
        #expect(read["extractions"]?[0]?["champs"]?["numero"]?["valeur"] == "20502")
        // Another office has none of it.
        let stranger = office.service.token(.inspector, bureau: "10S")
        for path in ["", "/pages/1.png", "/extraction"] {
            #expect(try fetch("/api/v2/documents/\(id)\(path)", stranger).status == 404)
        }
        // Nothing of it lies in the clear, neither on disk nor in the database.
        let directory = office.service.directory.path
        #expect(try StoredFiles.holding("KAYDARA", in: directory + "/documents").isEmpty)
        #expect(try StoredFiles.holding("Kaydara", in: directory + "/documents").isEmpty)
        #expect(
            try office.value(
                """
                SELECT count(*) FROM documents d, extractions e WHERE strpos(d::text || e::text,
                    encode('KAYDARA', 'hex')) > 0 OR strpos(d::text || e::text, 'KAYDARA') > 0
                """) == "0")
        #expect(
            try office.value("SELECT count(*) FROM audit_events WHERE objet = 'document:\(id)'") == "2")
    }

    @Test func whatWasReadIsGivenBackForAPersonToComplete() throws {
        let (status, value) = try send(PrintedDeclaration(number: "").pdf, "sans numéro.pdf")
        try #require(status == 422, "\(value)")
        #expect(value["errors"]?[0]?["code"] == "numero_illisible")
        #expect(value["extractions"]?[0]?["champs"]?["bureau"]?["valeur"] == "18N")
        let id = try #require(value["document_id"]?.string)
        #expect(try fetch("/api/v2/documents/\(id)/extraction").status == 200)
        // With the number that the person reads, it is complete.
        let typed: JSONValue = [
            "annee": "2026", "bureau": "18N", "numero": "20599", "date_enregistrement": "2026-03-17", "regime": "C100",
            "ninea": "004417263", "destinataire_nom": "KAYDARA NEGOCE SARL", "pays_provenance": "TR", "nb_articles": 2,
            "articles": [
                [
                    "numero_article": "1", "code_sh": "3004900000", "pays_origine": "TR", "poids_brut": 1250.5,
                    "poids_net": 1100, "valeur_caf": 4_000_001,
                ],
                [
                    "numero_article": "2", "code_sh": "3004900000", "pays_origine": "CN", "poids_brut": 310,
                    "poids_net": 290.25, "valeur_caf": 1_500_000,
                ],
            ],
        ]
        let token = office.service.token(.inspector)
        for wrong in ["x", "\(UUIDv7.make())"] {
            let refused = try office.ask("POST", "/api/v2/declarations?document_id=\(wrong)", token, json: typed)
            #expect(refused.status == 422 && refused.value["errors"]?[0]?["pointer"] == "document_id")
        }
        let stranger = try office.ask(
            "POST", "/api/v2/declarations?document_id=\(id)", office.service.token(.expert, bureau: "10S"), json: typed)
        #expect(stranger.status == 422)
        #expect(
            try office.ask("POST", "/api/v2/declarations?document_id=\(id)", token, json: [typed, typed]).status == 422)
        let taken = try office.ask("POST", "/api/v2/declarations?document_id=\(id)", token, json: typed)
        try #require(taken.status == 201, "\(taken.value)")
        let origin = try #require(try office.ask("GET", "/api/v2/declarations/2026/18N/20599").value["provenance"])
        #expect(origin["document_id"] == .string(id) && origin["a_verifier"] == false)
        let corrected = (origin["champs"]?.members ?? []).filter { $0.value["corrige_par"] != nil }.map(\.name)
        #expect(corrected.sorted() == ["articles.1.valeur_caf", "numero"])
        // The document is that declaration now.
        let read = try JSONValue(parsing: try fetch("/api/v2/documents/\(id)/extraction").body)
        #expect(read["extractions"]?[0]?["numero_declaration"] == "2026/18N/20599")

        let blank = try send(TestPDF(pages: [TestPDF.Page()]).bytes, "vide.pdf")
        #expect(blank.status == 422 && blank.value["errors"]?[0]?["code"] == "aucune_declaration")
    }

    @Test func aSimulationKeepsNothing() throws {
        let pdf = PrintedDeclaration(number: "20503").pdf
        let (status, value) = try send(pdf, "a.pdf", to: "/predict/30?simulation=true")
        #expect(status == 200 && value["statistiques"]?["total"] == 1, "\(value)")
        #expect(value["fichier"]?["document_id"] == nil)
        #expect(try fetch("/api/v2/declarations/2026/18N/20503").status == 404)
        #expect(try send(pdf, "a.pdf", to: "/predict/84").value["errors"]?[0]?["code"] == "wrong_chapter")
        #expect(try send(pdf, "a.pdf", to: "/predict/30").status == 201)
    }

    @Test func anotherOfficesDocumentIsRefused() throws {
        let (status, value) = try send(PrintedDeclaration(number: "20504", office: "10S").pdf, "a.pdf")
        #expect(status == 200 && value["rejets"]?[0]?["code"] == "hors_bureau", "\(value)")
        #expect(value["statistiques"]?["rejetees"] == 1)
    }

    @Test(arguments: [
        ("bonjour; a\n", "a.pdf", 415), ("%PDF-1.4\n%%EOF", "a.pdf", 422), ("%PDF-1.4 rien", "a.csv", 415),
        ("<svg xmlns=\"x\"/>", "a.svg", 415), ("<html><body>", "a.xls", 415), ("PK\u{3}\u{4}rien", "a.xlsm", 415),
        ("\u{1}\u{2}\u{3}\u{4}", "a.png", 415), ("", "a.csv", 422), ("a;b\n1;2\n", "a.exe", 415),
        ("a;b\n1;2\n", "a", 422), ("a;b\n1;2\n", "../../x.csv", 422),
    ]) func whatIsNoDocumentIsRefusedCleanly(_ text: String, _ name: String, _ expected: Int) throws {
        let (status, value) = try send(Array(text.utf8), name)
        #expect(status == expected, "\(name) : \(value)")
        #expect(value["code"]?.string != nil)
    }

    @Test(
        .enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES n'est pas défini"),
        arguments: [
            "bomb_40000x40000.png", "pages_400.pdf", "encrypted.pdf", "giant_mediabox.pdf", "truncated.pdf",
            "empty.pdf",
            "one_pixel.png", "text_as_png.png", "noise.png", "black_page.png", "blank_100.png",
        ]) func hostileFilesDoNoHarm(_ name: String) throws
    {
        let bytes = try Fixtures.bytes("documents/robust/\(name)")
        let (status, value) = try send(bytes, name)
        #expect([413, 415, 422].contains(status), "\(name) : \(status) \(value)")
        #expect(try office.service.ask("GET", "/health/live").status == 200)
    }

    @Test(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES n'est pas défini"))
    func aReferenceDocumentIsRecorded() throws {
        let bytes = try Fixtures.bytes("documents/docs/A01_gainde_blue_pdf_text.pdf")
        let (status, value) = try send(bytes, "A01.pdf", as: office.inspector)
        try #require(status == 201, "\(value)")
        #expect(value["statistiques"]?["total"] == 1)
    }

    @Test func withoutReadersTablesStillCome() throws {
        let world = try ImaginedWorld.made.get()
        let database = try TestDatabase()
        let service = try RunningService(
            database: database,
            ["INSPECTIA_MODELS_DIRECTORY": world.models, "INSPECTIA_OCR_PROGRAM": "/nonexistent/inspectia"])
        defer { service.stop() }
        try service.waitUntilAnalysing()
        let health = try JSONValue(parsing: service.ask("GET", "/health").body)
        #expect(health["composants"]?["ocr"] == "degrade" && health["statut"] != "ok")
        let token = ["Authorization": "Bearer \(service.token(.inspector, bureau: nil))"]
        let document = ImaginedWorld.form(PrintedDeclaration().pdf, name: "a.pdf")
        let refused = try service.ask(
            "POST", "/api/v2/declarations/upload", token.merging(["Content-Type": document.type]) { $1 },
            body: document.body)
        #expect(refused.status == 503 && refused.value("Retry-After") != nil)
        let table = ImaginedWorld.form(world.file(0..<3))
        let taken = try service.ask(
            "POST", "/api/v2/declarations/upload", token.merging(["Content-Type": table.type]) { $1 },
            body: table.body, patience: .seconds(60))
        #expect(taken.status == 201)
    }
}
