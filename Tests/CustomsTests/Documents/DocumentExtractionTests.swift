@testable import Customs
import JSON
import Reading
import Testing

@Suite struct DocumentExtractionTests {
    private func extraction() throws -> DocumentExtraction {
        try DocumentReaderTests.shipped.get().read([SketchedDeclaration.page(inBoxes: false).page()])[0]
    }

    @Test func theContractsShape() throws {
        var writer = JSONWriter()
        let source = DocumentSource(file: "essai.pdf", type: "pdf_texte", pages: 1, milliseconds: 3)
        try extraction().write(of: source, to: &writer)
        let json = try JSONValue(parsing: writer.finish())
        #expect(json["fichier"] == "essai.pdf" && json["type"] == "pdf_texte" && json["pages"] == 1)
        let code = json["champs"]?["articles.1.code_sh"]
        #expect(code?["valeur"] == "8413700000" && code?["brut"] == "8413.70.00.00" && code?["page"] == 1)
        #expect(code?["source"] == "texte" && code?["cadre"]?.array?.count == 4 && code?["explication"] == nil)
        #expect(json["illisibles"]?.array != nil && json["controles"]?.array != nil)
    }

    @Test func explanationsAreWrittenWhenAsked() throws {
        var writer = JSONWriter()
        let source = DocumentSource(file: "essai.pdf", type: "pdf_texte", pages: 1, milliseconds: 3)
        try extraction().write(of: source, explained: true, to: &writer)
        let json = try JSONValue(parsing: writer.finish())
        let steps = json["champs"]?["ninea"]?["explication"]?.array ?? []
        #expect(steps.first == "« 004417263 » à droite de « N NINEA »")
        #expect(try extraction().text(of: source, explained: true).contains("ninea = 004417263"))
    }

    /// One model for documents and for files: the same controls and features follow.
    @Test func theDeclarationOfADocument() throws {
        let vocabulary = try DocumentReaderTests.shipped.get().vocabulary
        let declaration = try #require(try extraction().declaration(vocabulary))
        #expect(declaration.key == .init(year: "2024", office: "18N", number: "20417"))
        #expect(declaration.articles.count == 2 && declaration.articles[1].taxes.count == 3)
        func number(_ facts: Facts, _ name: String) throws -> Double {
            facts.numbers[try #require(vocabulary.schema[name]).slot]
        }
        #expect(try number(declaration.facts, "valeur_caf") == 5_500_000)
        #expect(try number(declaration.facts, "montant_liquidation") == 1_880_900)
        #expect(try number(declaration.articles[0].facts, "poids_net") == 1100)
        #expect(try number(declaration.facts, "date_enregistrement") == 19799)
        let code = try #require(vocabulary.schema["code_sh"]).slot
        #expect(declaration.facts.texts[code] == "8413700000")
        #expect(declaration.unasked.contains("navire") && !declaration.unasked.contains("ninea"))
    }

    @Test func withoutANumberThereIsNoDeclaration() throws {
        let vocabulary = try DocumentReaderTests.shipped.get().vocabulary
        #expect(DocumentExtraction().declaration(vocabulary) == nil)
    }
}
