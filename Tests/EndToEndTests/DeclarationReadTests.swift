import JSON
import Platform
import TestKit
import Testing

/// `inspectia declaration read`, without any database.
@Suite struct DeclarationReadTests {
    private let scratch: TemporaryDirectory
    private let path: String

    init() throws {
        scratch = try TemporaryDirectory()
        path = try scratch.file(
            "export.csv",
            Array(
                """
                Année;Bureau;N° Déclaration;N° Article;Origine;Nomenclature;Poids net;Valeur CAF
                2023;10S;7796;1;GB;8413700000;1 470,5;15 219 176
                2023;10S;7796;2;ZZ;=1+1;1 470,5;0

                """.utf8))
    }

    @Test func aPersonReadsWhatWasUnderstood() throws {
        let outcome = try Program.run(["declaration", "read", path])
        #expect(outcome.status == .exited(0) && outcome.errors.isEmpty)
        for text in [
            "séparateur « ; »", "Nomenclature → code_sh", "1 prise, 1 rejetée", "[bad_country:pays_origine]",
        ] {
            #expect(outcome.output.contains(text), "\(text)")
        }
    }

    @Test func aProgramReadsJSON() throws {
        let outcome = try Program.run(["declaration", "read", path, "--json", "--controles"])
        #expect(outcome.status == .exited(0))
        let json = try JSONValue(parsing: Array(outcome.output.utf8))
        #expect(json.at("/accepted/0/values/poids_net")?.double == 1470.5)
        #expect(json.at("/rejected/0/reasons")?.array?.count == 3)
        #expect(json.at("/declarations/0/controles")?.array != nil)
    }

    @Test func rejectsAndTheMappingAreWritten() throws {
        let (rejects, mapping) = (scratch.path + "/rejets.csv", scratch.path + "/trouve.json")
        let outcome = try Program.run(
            ["declaration", "read", path, "--rejets", rejects, "--enregistrer-mapping", mapping])
        #expect(outcome.status == .exited(0))
        #expect(Program.text(rejects).contains(";'=1+1;"))
        let again = try Program.run(["declaration", "read", path, "--mapping", mapping, "--json"])
        let json = try JSONValue(parsing: Array(again.output.utf8))
        #expect(
            json.at("/accepted")?.array?.count == 1
                && json.at("/mapping/0/explanation")?.string?.contains("trouve") == true)
    }

    @Test func aRefusedFileFailsForPeopleAndReportsToPrograms() throws {
        let other = try scratch.file("autre.csv", Array("a;b\n1;2\n".utf8))
        let shown = try Program.run(["declaration", "read", other])
        #expect(shown.status == .exited(1) && shown.output.contains("Fichier refusé"))
        let json = try Program.run(["declaration", "read", other, "--json"])
        #expect(json.status == .exited(0) && json.output.contains("missing_columns:"))
    }

    @Test func whatCannotBeUsedIsSaidInFrench() throws {
        let absent = try Program.run(["declaration", "read", "/nonexistent.csv", "--json"])
        #expect(absent.status == .exited(1) && absent.errors.hasPrefix("inspectia : /nonexistent.csv : "))
        let mapping = try Program.run(["declaration", "read", path, "--mapping", "inconnue"])
        #expect(mapping.status == .exited(2) && mapping.errors.hasPrefix("inspectia : "))
        #expect(try Program.run(["declaration", "read"]).status == .exited(2))
        #expect(try Program.run(["declaration", "read", path, "--chapitre", "99"]).status == .exited(2))
    }
}
