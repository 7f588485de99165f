@testable import Customs
import JSON
import Reading
import Testing

@Suite struct DocumentReaderTests {
    static let shipped = Result { () throws(CustomsError) in
        try DocumentReader.load(from: try Shipped.configuration.get())
    }
    private func read(_ pages: DocumentPage...) throws -> [DocumentExtraction] { try Self.shipped.get().read(pages) }

    private func expectDeclaration(_ found: DocumentExtraction, _ comment: Comment) {
        for item in SketchedDeclaration.header {
            #expect(found.values[item.field]?.value == item.value, "\(comment) : \(item.field)")
        }
        #expect(found.values["articles.1.code_sh"]?.value == "8413700000", comment)
        #expect(found.values["articles.2.pays_origine"]?.value == "CN", comment)
        #expect(found.values["articles.1.poids_brut"]?.value == "1250.500", comment)
        #expect(found.values["articles.2.valeur_caf"]?.value == "1500000", comment)
        #expect(found.values["taxes.2.05.base"]?.value == "1815000", comment)
        #expect(found.values["taxes.1.01.taux"]?.value == "10.00", comment)
        #expect(found.values["total_liquide"]?.value == "1880900", comment)
        #expect(found.articles == [1, 2], comment)
    }

    @Test(arguments: [false, true])
    func labelsInLinesAndInBoxes(_ inBoxes: Bool) throws {
        let found = try read(SketchedDeclaration.page(inBoxes: inBoxes).page())
        #expect(found.count == 1)
        expectDeclaration(found[0], inBoxes ? "boîtes" : "lignes")
        #expect(found[0].values["annee"]?.value == "2024")
    }

    /// Nothing of the known families is needed for a form of labels that the dictionary knows.
    @Test func anUnknownFormIsReadByItsLabels() throws {
        var layout = try Self.shipped.get().layout
        layout.families = []
        let shipped = try Self.shipped.get()
        let reader = DocumentReader(
            layout, countries: shipped.countries, tariff: shipped.tariff, vocabulary: shipped.vocabulary)
        expectDeclaration(reader.read([SketchedDeclaration.page(inBoxes: true).page()])[0], "sans familles")
    }

    /// A label that no dictionary knows leaves its field missing, and takes no other field's value.
    @Test func anUnknownLabelInventsNothing() throws {
        var sketch = PageSketch()
        SketchedDeclaration.lines(&sketch)
        sketch.text("Zorglub :", 40, 230)
        sketch.text("77", 200, 230)
        SketchedDeclaration.table(&sketch, 300)
        SketchedDeclaration.taxTable(&sketch, 400)
        let found = try read(sketch.page())[0]
        #expect(!found.values.values.contains { $0.value == "77" })
        expectDeclaration(found, "libellé inconnu")
    }

    @Test func articlesGoOnOverPages() throws {
        var first = PageSketch(), second = PageSketch()
        SketchedDeclaration.lines(&first)
        SketchedDeclaration.table(&first, 300, rows: 0..<1)
        SketchedDeclaration.table(&second, 40, rows: 1..<2)
        SketchedDeclaration.taxTable(&second, 120)
        let found = try read(first.page(1), second.page(2))
        #expect(found.count == 1 && found[0].pages == [1, 2])
        expectDeclaration(found[0], "deux pages")
        #expect(found[0].values["articles.2.code_sh"]?.page == 2)
    }

    @Test func twoDeclarationsInOneFile() throws {
        let first = SketchedDeclaration.page(inBoxes: false)
        let second = first.misread(["20417": "31562"])
        let found = try read(first.page(1), second.page(2))
        #expect(found.map { $0.values["numero"]?.value } == ["20417", "31562"])
        #expect(found.map(\.pages) == [[1], [2]])
    }

    @Test func blankAndForeignPagesGiveNothing() throws {
        var invoice = PageSketch()
        invoice.text("COMMERCIAL INVOICE", 200, 30, size: 14)
        invoice.text("Seller : NORDIAL TRADING", 40, 90)
        invoice.text("Date : 12/03/2024", 40, 110)
        invoice.text("Description Quantity Unit price Amount", 40, 150)
        invoice.text("WATER PUMPS 12 1.000,00 12.000,00", 40, 166)
        for page in [PageSketch().page(), invoice.page()] {
            let found = try read(page)
            #expect(found.count == 1 && found[0].values.isEmpty && found[0].layout == "aucune")
        }
        let beside = try read(invoice.page(1), SketchedDeclaration.page(inBoxes: false).page(2))
        #expect(beside.count == 1 && beside[0].pages == [2])
        expectDeclaration(beside[0], "à côté d’une facture")
    }

    @Test func emptyBoxesStayEmpty() throws {
        var sketch = PageSketch()
        for (k, item) in SketchedDeclaration.header.enumerated() {
            let isEmpty = ["regime", "pays_provenance", "nb_articles"].contains(item.field)
            sketch.box(
                item.label, isEmpty ? "" : item.printed, 30 + Double(k % 4) * 135, 60 + Double(k / 4) * 34, width: 130)
        }
        SketchedDeclaration.table(&sketch, 300)
        let found = try read(sketch.page())[0]
        for field in ["regime", "pays_provenance", "nb_articles"] { #expect(found.values[field] == nil, "\(field)") }
        #expect(found.values["ninea"]?.value == "004417263")
    }

    /// Base, rate and amount agree with the value printed for the article: one wrong digit gives way.
    @Test func redundancyMendsOneWrongDigit() throws {
        let sketch = SketchedDeclaration.page(inBoxes: false).misread(["4.440.000": "4.440.080"])
        let found = try read(sketch.page(source: .recognition))[0]
        #expect(found.values["taxes.1.05.base"]?.value == "4440000")
        #expect(found.values["taxes.1.05.base"]?.raw == "4.440.080")
    }

    /// What is printed as text is never changed: it is a finding.
    @Test func aPrintedErrorIsAControl() throws {
        var sketch = SketchedDeclaration.page(inBoxes: false)
        sketch = sketch.misread(["799.200": "799.260"])
        let found = try read(sketch.page())[0]
        #expect(found.values["taxes.1.05.montant"]?.value == "799260")
        #expect(found.controls.contains { $0.code == .wrongAmount && $0.articles == [1] })
        #expect((found.values["taxes.1.05.montant"]?.confidence ?? 1) < 0.95)
    }

    @Test func whatCannotBeReadIsSaid() throws {
        var sketch = PageSketch()
        SketchedDeclaration.lines(&sketch)
        sketch.text("Date d'arrivée :", 300, 60)
        sketch.text("3#/0?/20x4", 420, 60)
        SketchedDeclaration.table(&sketch, 300)
        let found = try read(sketch.page())[0]
        #expect(found.values["date_arrivee"] == nil)
        #expect(found.unread.contains { $0.field == "date_arrivee" && $0.reason.contains("une date") })
    }

    @Test func hostilePagesAreSurvived() throws {
        let far = PageBox(left: -.infinity, top: .nan, right: 1e300, bottom: .infinity)
        let flat = PageBox(left: 0.5, top: 0.5, right: 0.5, bottom: 0.5)
        let long = PageWord(
            text: String(repeating: "9.", count: 100_000), box: .init(left: 0, top: 0, right: 1, bottom: 1),
            confidence: .nan)
        let words =
            [far, flat].map { PageWord(text: "Régime :", box: $0, confidence: 2) } + [long]
            + (0..<3000).map { _ in
                PageWord(
                    text: "Nomenclature", box: .init(left: 0.1, top: 0.1, right: 0.2, bottom: 0.11), confidence: 1)
            }
        for aspect in [0, .nan, 0.7, 1e9] {
            let page = DocumentPage(number: 1, aspect: aspect, source: .recognition, words: words, rules: [])
            #expect(try read(page).count == 1)
        }
    }
}
