import Analysis
import Customs
import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// Whom a declaration names: sealed where it lies, found again, masked, forgotten.
@Suite struct PartyTests {
    private static let importer = "PHARMACIE DE L'ETOILE"

    private static func declaration(_ number: String, ninea: String = "009876543") -> JSONValue {
        [
            "annee": "2026", "bureau": "18N", "numero": .string(number), "date_enregistrement": "2026-03-02",
            "regime": "C100", "ninea": .string(ninea), "destinataire_nom": .string(importer),
            "destinataire_adresse": "12 RUE FELIX FAURE", "declarant_nom": "TRANSIT NDIAYE",
            "code_fournisseur": "F8812", "code_transporteur": "T4471",
            "articles": [["code_sh": "3004900000", "pays_origine": "FR", "valeur_caf": 1_500_000, "poids_net": 40]],
        ]
    }

    @Test func namesLieSealedAndAreShownToThoseWhoMayReadThem() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        for number in ["700001", "700002"] {
            #expect(try office.ask("POST", "/api/v2/declarations", json: Self.declaration(number)).status == 201)
        }
        let other = Self.declaration("700003", ninea: "001112223")
        #expect(try office.ask("POST", "/api/v2/declarations", json: other).status == 201)
        #expect(try office.value("SELECT count(*) FROM parties") == "12")
        #expect(try office.value("SELECT count(DISTINCT importateur) FROM declarations") == "2")
        for word in ["009876543", "PHARMACIE DE L", "FELIX FAURE", "NDIAYE", "F8812", "T4471"] {
            let found = try office.value(
                """
                SELECT count(*) FROM (SELECT to_jsonb(d)::text AS t FROM declarations d
                    UNION ALL SELECT to_jsonb(a)::text FROM articles a UNION ALL SELECT p.reponse FROM predictions p
                    UNION ALL SELECT to_jsonb(f)::text FROM features f UNION ALL SELECT x.enregistrement FROM decisions x
                    UNION ALL SELECT encode(q.identite_scelle, 'escape') FROM parties q
                    UNION ALL SELECT e.canonical FROM audit_events e) s WHERE position('\(word)' IN t) > 0
                """)
            #expect(found == "0", "\(word)")
        }
        let list = try office.ask("GET", "/api/v2/declarations?importateur=009%20876%20543").value["data"]?.array ?? []
        #expect(list.count == 2)
        #expect(list.allSatisfy { $0["importateur"] == "009876543" && $0["importateur_nom"] == .string(Self.importer) })
        #expect(try office.ask("GET", "/api/v2/declarations?importateur=inconnu").value["data"]?.array?.isEmpty == true)
        let fields = try office.ask("GET", "/api/v2/declarations/2026/18N/700001").value["declaration"]?["champs"]
        #expect(fields?["declarant_nom"] == "TRANSIT NDIAYE" && fields?["code_fournisseur"] == "F8812")
    }

    @Test func whoIsErasedIsNamedNowhereAndTheDeclarationStays() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        #expect(try office.ask("POST", "/api/v2/declarations", json: Self.declaration("700010")).status == 201)
        let admin = office.service.token(.admin, bureau: nil)
        let person = try office.ask(
            "POST", "/api/v2/personnes/recherche", admin, json: ["classe": "ninea", "valeur": "009876543"])
        let id = try #require(person.value["id"]?.string)
        let data = try office.ask("GET", "/api/v2/personnes/\(id)/donnees", admin).value["donnees"]?.array ?? []
        #expect(data.count == 1 && data[0]["valeur"]?.string?.contains("FELIX FAURE") == true)
        let erased = try office.ask(
            "POST", "/api/v2/personnes/\(id)/effacement", admin, json: ["motif": "demande de la personne"])
        #expect(erased.status == 204, "\(erased.value)")
        let detail = try office.ask("GET", "/api/v2/declarations/2026/18N/700010").value["declaration"]
        #expect(detail?["importateur"] == .null && detail?["champs"]?["destinataire_nom"] == nil)
        #expect(detail?["champs"]?["declarant_nom"] == "TRANSIT NDIAYE" && detail?["champs"]?["regime"] == "C100")
        let restarted = try AnalysingService(models: ImaginedWorld.made.get().models, like: office)
        #expect(try restarted.ask("GET", "/api/v2/declarations/2026/18N/700010").status == 200)
        restarted.service.stop()
    }

    @Test func everyFieldThatNamesSomebodyHasItsPartyAndItsMask() throws {
        let vocabulary = try Analysis.Office(try ConfigurationDirectory()).vocabulary
        for field in vocabulary.fields {
            #expect((Party.Role(of: field) != nil) == (field.personalData != nil), "\(field.name)")
            #expect(field.personalData == nil || field.level != .article, "\(field.name)")
        }
        let admin = Principal(
            user: .make(), username: "a", role: "admin", bureau: nil, session: .make(), rights: .init([]))
        let text = Array(#"{"ninea":"009876543","destinataire_nom":"Awa Ndiaye","inconnu":"x"}"#.utf8)
        let names = try PartyNames([text], vocabulary, Disclosure(to: admin))
        #expect(names["ninea"] == "******543" && names["destinataire_nom"] == "A** N*****" && names["inconnu"] == nil)
    }
}
