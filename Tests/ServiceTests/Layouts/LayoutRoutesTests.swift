import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// From a correction to a label that every later reading knows, with real scans.
@Suite(.enabled(if: BuiltProgram.path != nil, "le programme n'est pas construit")) struct LayoutRoutesTests {
    private let office: AnalysingService
    init() throws { office = try DocumentUploadTests.shared.get() }

    private static let path = "/ml/layouts/propositions"

    private func send(_ printed: PrintedDeclaration, status: Int = 201) throws -> JSONValue {
        let form = ImaginedWorld.form(try printed.image(), name: "\(printed.number).png")
        let answer = try office.service.ask(
            "POST", "/api/v2/declarations/upload",
            ["Authorization": "Bearer \(office.service.token(.inspector))", "Content-Type": form.type],
            body: form.body, patience: .seconds(120))
        try #require(answer.status == status, "\(answer.text)")
        return try JSONValue(parsing: answer.body)
    }

    private func correct(_ number: String, _ patch: JSONValue) throws {
        let answer = try office.service.ask(
            "PATCH", "/api/v2/declarations/2026/18N/\(number)",
            [
                "Authorization": "Bearer \(office.service.token(.inspector))", "Content-Type": "application/json",
                "If-Match": "*",
            ], body: patch.jsonBytes(), patience: .seconds(60))
        try #require(answer.status == 200, "\(answer.text)")
    }

    private func ninea(_ number: String) throws -> (value: JSONValue?, source: JSONValue?) {
        let detail = try office.ask(
            "GET", "/api/v2/declarations/2026/18N/\(number)", office.service.token(.inspector)
        ).value
        return (detail["declaration"]?["champs"]?["ninea"], detail["provenance"]?["champs"]?["ninea"]?["source"])
    }

    /// The proposal of a label once so many documents have shown it: pages are looked at in the background.
    private func proposal(_ label: String, documents: Int = 1, _ token: String? = nil) throws -> JSONValue {
        for _ in 0..<600 {
            let (status, value) = try office.ask("GET", Self.path, token ?? office.expert)
            try #require(status == 200, "\(value)")
            let found = value["data"]?.array?.first { $0["libelle"] == .string(label) }
            if let found, found["vues"]?.int ?? 0 >= documents { return found }
            Pause.milliseconds(100)
        }
        throw Missing(label: label)
    }
    private struct Missing: Error { let label: String }

    private func decide(_ proposal: JSONValue, _ act: String, _ reason: String) throws -> (
        status: Int, value: JSONValue
    ) {
        let id = proposal["id"]?.string ?? ""
        return try office.ask("POST", "\(Self.path)/\(id)/\(act)", office.expert, json: ["motif": .string(reason)])
    }

    @Test func aCorrectionTeachesALabel() throws {
        let renamed = ["NINEA importateur": "Matricule operateur"]
        for number in ["20701", "20702"] {
            _ = try send(PrintedDeclaration(number: number, renamed: renamed))
            #expect(try ninea(number).value == nil)
            try correct(number, ["ninea": "004417263"])
        }
        let proposal = try proposal("Matricule operateur", documents: 2)
        #expect(proposal["champ"] == "ninea" && proposal["niveau"] == "declaration")
        #expect(proposal["relation"] == "droite" && proposal["etat"] == "proposee" && proposal["vues"] == 2)
        #expect(proposal["exemples"]?.array?.count == 2 && proposal["decidee_par"] == .null)
        let example = try #require(proposal["exemples"]?[0])
        #expect(example["page"] == 1 && example["cadre"]?.array?.count == 4)
        // The label tells about nobody; where it stands is its office's.
        let stored = try #require(
            try office.value("SELECT string_agg(p::text || s::text, '') FROM layout_proposals p, layout_sightings s"))
        #expect(!stored.contains("004417263") && !stored.contains("KAYDARA"))
        let stranger = try self.proposal(
            "Matricule operateur", office.service.token(.expert, bureau: "10S"))
        #expect(stranger["exemples"]?.array?.isEmpty == true)

        // Nothing has changed before somebody accepts.
        _ = try send(PrintedDeclaration(number: "20703", renamed: renamed))
        #expect(try ninea("20703").value == nil)
        #expect(try decide(proposal, "acceptation", "bref").status == 422)
        let accepted = try decide(proposal, "acceptation", "formulaire du port de 2026")
        try #require(accepted.status == 200, "\(accepted.value)")
        #expect(accepted.value["etat"] == "acceptee" && accepted.value["motif"] == "formulaire du port de 2026")
        #expect(try decide(proposal, "acceptation", "formulaire du port de 2026").status == 409)
        _ = try send(PrintedDeclaration(number: "20704", ninea: "007654321", renamed: renamed))
        #expect(try ninea("20704") == ("007654321", "ocr"))

        // What turns out wrong is taken back.
        #expect(try decide(proposal, "refus", "ce n'est pas le NINEA partout").value["etat"] == "refusee")
        _ = try send(PrintedDeclaration(number: "20705", ninea: "007654321", renamed: renamed))
        #expect(try ninea("20705").value == nil)
        let events = try office.value(
            """
            SELECT string_agg(evenement, ',' ORDER BY seq) FROM audit_events
            WHERE objet = 'libelle:\(proposal["id"]?.string ?? "")'
            """)
        #expect(events == "libelle.accepte,libelle.refuse")
        let listed = try office.ask("GET", Self.path + "?etat=refusee", office.expert).value["data"]?.array ?? []
        #expect(listed.contains { $0["id"] == proposal["id"] })
        #expect(listed.allSatisfy { $0["etat"] == "refusee" })
    }

    /// A person who completes what could not be read shows labels too. One label is not accepted for two fields.
    @Test func aCompletionTeachesALabelThatOneFieldHas() throws {
        let printed = PrintedDeclaration(
            number: "20711", renamed: ["Numero de declaration": "Identite de la piece"])
        let refused = try send(printed, status: 422)
        let document = try #require(refused["document_id"]?.string)
        let typed: JSONValue = [
            "annee": "2026", "bureau": "18N", "numero": "20711", "date_enregistrement": "2026-03-17", "regime": "C100",
            "ninea": "004417263", "destinataire_nom": "KAYDARA NEGOCE SARL", "pays_provenance": "TR",
            "articles": [
                [
                    "code_sh": "3004900000", "pays_origine": "TR", "poids_brut": 1250.5, "poids_net": 1100,
                    "valeur_caf": 4_000_000,
                ]
            ],
        ]
        let taken = try office.ask(
            "POST", "/api/v2/declarations?document_id=\(document)", office.service.token(.inspector), json: typed)
        try #require(taken.status == 201, "\(taken.value)")
        let proposal = try proposal("Identite de la piece")
        #expect(proposal["champ"] == "numero" && proposal["exemples"]?[0]?["document_id"] == .string(document))

        try office.value(
            """
            INSERT INTO layout_proposals (id, champ, niveau, libelle, cle, relation, dx, dy, etat, decidee_par, decidee_le,
                motif) VALUES ('\(UUIDv7.make())', 'manifeste', 'declaration', 'Identité de la pièce',
                'identitedelapiece', 'dessous', 0, 0, 'acceptee', '\(UUIDv7.make())', now(), 'un autre formulaire')
            """)
        let second = try decide(proposal, "acceptation", "formulaire du port de 2026")
        #expect(second.status == 409 && second.value["detail"]?.string?.contains("autre champ") == true)
    }

    @Test func whatIsAskedWronglyIsRefused() throws {
        for query in ["?etat=zorglub", "?cursor=x", "?limit=0", "?zorglub=1"] {
            #expect(try office.ask("GET", Self.path + query, office.expert).status == 422, "\(query)")
        }
        for id in ["x", "\(UUIDv7.make())"] {
            let answer = try office.ask(
                "POST", "\(Self.path)/\(id)/refus", office.expert, json: ["motif": "une raison suffisante"])
            #expect(answer.status == 404)
        }
    }
}
