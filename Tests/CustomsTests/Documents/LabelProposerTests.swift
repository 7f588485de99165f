@testable import Customs
import Reading
import Testing

/// What corrections teach: labels and places that no layout knows.
@Suite struct LabelProposerTests {
    private var reader: DocumentReader { get throws { try DocumentReaderTests.shipped.get() } }

    /// The sketched declaration with some of its labels called otherwise, or with nothing for them.
    private static func sketch(_ renamed: [String: String], inBoxes: Bool = false) -> PageSketch {
        var sketch = PageSketch()
        sketch.text("DECLARATION EN DETAIL", 200, 20, size: 12)
        for (k, item) in SketchedDeclaration.header.enumerated() {
            let label = renamed[item.field] ?? item.label
            if label.isEmpty { continue }
            if inBoxes {
                sketch.box(label, item.printed, 30 + Double(k % 4) * 135, 60 + Double(k / 4) * 34, width: 130)
            } else {
                sketch.text(label + " :", 40, 60 + Double(k) * 16)
                sketch.text(item.printed, 200, 60 + Double(k) * 16)
            }
        }
        SketchedDeclaration.table(&sketch, 300)
        SketchedDeclaration.taxTable(&sketch, 400)
        return sketch
    }

    private static let known = SketchedDeclaration.header.map(\.value) + ["KAYDARA NEGOCE SARL"]

    private func sightings(
        _ sketch: PageSketch, _ values: [(String, String)], source: PageSource = .text
    ) throws -> [LabelSighting] {
        try reader.sightings(
            of: values.map { CorrectedValue(field: $0.0, value: $0.1) }, known: Self.known,
            on: [sketch.page(source: source)])
    }

    @Test(
        arguments: [
            ("ninea", "004417263", "Matricule opérateur"), ("pays_provenance", "TR", "Venu de chez"),
            ("destinataire_nom", "KAYDARA NEGOCE SARL", "Propriétaire du lot"),
            ("date_enregistrement", "2024-03-17", "Fixée au"),
        ], [false, true]) func aLabelIsProposedAndThenRead(_ item: (String, String, String), _ inBoxes: Bool) throws
    {
        let (field, value, label) = item
        let sketch = Self.sketch([field: label], inBoxes: inBoxes)
        #expect(try reader.read([sketch.page()])[0].values[field] == nil)
        let found = try sightings(sketch, [(field, value)])
        try #require(found.count == 1)
        let addition = found[0].addition
        #expect(addition.label == label && addition.field == field && !addition.isOfArticle)
        #expect(addition.place == (inBoxes ? .below : .right) && found[0].page == 1)
        #expect(found[0].box.left < found[0].box.right && found[0].box.bottom < 0.3)

        // Another form of the kind, with another value.
        let learned = try reader.adding([addition])
        let other = learned.read([sketch.misread(["004417263": "007654321"]).page()])[0]
        #expect(other.values[field]?.value == (field == "ninea" ? "007654321" : value))
        for item in SketchedDeclaration.header where item.field != field && item.field != "ninea" {
            #expect(other.values[item.field]?.value == item.value, "\(item.field)")
        }
        // What is known is not proposed again.
        #expect(learned.sightings(of: [.init(field: field, value: value)], known: [], on: [sketch.page()]).isEmpty)
    }

    @Test func aPlaceApartIsProposedAndThenRead() throws {
        func sketch(_ value: String) -> PageSketch {
            var sketch = Self.sketch(["regime": ""])
            sketch.text("Régime douanier", 330, 240)
            sketch.text(value, 480, 140)
            return sketch
        }
        #expect(try reader.read([sketch("C100").page()])[0].values["regime"] == nil)
        let found = try sightings(sketch("C100"), [("regime", "C100")])
        try #require(found.count == 1)
        let addition = found[0].addition
        #expect(addition.place == .apart && addition.label == "Régime douanier")
        #expect(abs(addition.offset.x - 150.0 / 595) < 0.001 && abs(addition.offset.y + 100.0 / 595) < 0.001)
        let read = try reader.adding([addition]).read([sketch("C205").page()])[0]
        #expect(read.values["regime"]?.value == "C205" && read.values["numero"]?.value == "20417")
        #expect(read.values["regime"]?.trace.first?.contains("montré") == true)
    }

    /// Where a person would doubt, nothing is proposed.
    @Test func whatIsDoubtfulIsNotProposed() throws {
        // A label that is known; a value that is nowhere; a field that forms do not have.
        let plain = Self.sketch([:])
        #expect(try sightings(plain, [("ninea", "004417263"), ("ninea", "111111111"), ("zorglub", "TR")]).isEmpty)
        // Two places.
        var twice = Self.sketch(["ninea": "Matricule opérateur"])
        twice.text("Carte du transitaire :", 330, 60)
        twice.text("004417263", 480, 60)
        #expect(try sightings(twice, [("ninea", "004417263")]).isEmpty)
        // Digits, and what may be somebody's name: in capitals without a mark, or what the declaration says itself.
        var names = Self.sketch(["ninea": ""])
        names.text("MOUSTAPHA NDIAYE", 330, 240)
        names.text("004417263", 480, 240)
        #expect(try sightings(names, [("ninea", "004417263")]).isEmpty)
        for text in ["Kaydara Negoce :", "Lot 77 bis :"] {
            #expect(try sightings(Self.sketch(["ninea": text]), [("ninea", "004417263")]).isEmpty, "\(text)")
        }
    }

    /// An article's value in a block of boxes.
    @Test func anArticlesLabelIsProposed() throws {
        var sketch = Self.sketch([:])
        sketch.box("Masse taxable", "77,125", 40, 560, width: 120)
        let found = try sightings(sketch, [("articles.1.poids_net", "77.125")], source: .recognition)
        #expect(found.map(\.addition.label) == ["Masse taxable"] && found[0].addition.isOfArticle)
    }

    @Test func hostilePagesAreSurvived() throws {
        var sketch = Self.sketch([:])
        for k in 0..<400 { sketch.text("TR", Double(k % 40) * 14, 600 + Double(k / 40) * 12) }
        let values = (0..<500).map { (["ninea", "pays_provenance", "destinataire_nom"][$0 % 3], "TR") }
        #expect(try sightings(sketch, values).isEmpty)
    }
}
