@testable import Customs
import Reading
import Testing

@Suite struct LabelFinderTests {
    private func labels(_ draw: (inout PageSketch) -> Void) throws -> [Label] {
        var sketch = PageSketch()
        draw(&sketch)
        let reader = try DocumentReaderTests.shipped.get()
        return LabelFinder.labels(reader.dictionary, on: Sheet(sketch.page()))
    }

    private func fields(_ labels: [Label]) throws -> [String] {
        let layout = try DocumentReaderTests.shipped.get().layout
        return labels.compactMap {
            $0.anchors.first.flatMap { layout.anchors[$0].fields.first }.map { layout.fields[$0].name }
        }
    }

    @Test(arguments: [
        ("Pays de provenance", "pays_provenance"), ("PAYS DE PROVENANCE", "pays_provenance"),
        ("Pavs de provenance", "pays_provenance"), ("Nornenclature", "code_sh"), ("Poids brul", "poids_brut"),
        ("(34) Orig.", "pays_origine"), ("Espece tarifaire", "code_sh"), ("Net à payer", "total_liquide"),
    ])
    func spellings(_ text: String, _ field: String) throws {
        #expect(try fields(labels { $0.text(text, 50, 50) }) == [field])
    }

    @Test(arguments: ["Roids net total", "ORIGINAL", "MACHINES A COUDRE", "PORT DE PECHE", "12 COLIS"])
    func wordsThatAreNoLabels(_ text: String) throws {
        let found = try fields(labels { $0.text(text, 50, 50) })
        #expect(found.isEmpty || text == "Roids net total" && found == ["poids_net_total"])
    }

    /// The number of its box stands for much of a label.
    @Test func aBoxNumberMakesUpForLetters() throws {
        #expect(try fields(labels { $0.text("38 Masse nee (kg)", 50, 50) }) == ["poids_net"])
        #expect(try fields(labels { $0.text("46 Vaieur en dcuane", 50, 50) }) == ["valeur_caf"])
        #expect(try fields(labels { $0.text("46 Zorglub de quoi", 50, 50) }).isEmpty)
        #expect(
            try fields(labels { $0.text("38 Masse nee", 50, 50) }) != fields(labels { $0.text("Masse nee", 50, 50) }))
    }

    @Test func aColonThatStandsAloneBelongsToItsLabel() throws {
        let found = try labels {
            $0.text("Provenance", 50, 50)
            $0.text(":", 100, 51.5, size: 6)
        }
        #expect(found.map(\.hasColon) == [true])
    }

    @Test func aLabelMayGoOnBelow() throws {
        let found = try labels {
            $0.text("Valeur en", 50, 50, size: 7)
            $0.text("Douane", 53, 58, size: 7)
        }
        #expect(try fields(found) == ["valeur_caf"] && found[0].words.count == 3)
    }

    @Test func aBoxNumberDecidesBetweenMeanings() throws {
        let layout = try DocumentReaderTests.shipped.get().layout
        let found = try labels { $0.text("16 Pays d'origine", 50, 50) }
        #expect(found.count == 1 && found[0].box == "16")
        #expect(found[0].anchors.allSatisfy { layout.anchors[$0].fields.isEmpty })
    }

    /// « CN » and « FOB » are values where nothing marks them as labels.
    @Test func codesAreNoLabels() throws {
        let found = try labels {
            $0.text("Provenance", 50, 50)
            $0.text("CN", 55, 62)
            $0.text("Incoterm", 150, 50)
            $0.text("FOB", 155, 62)
        }
        #expect(try fields(found).sorted() == ["incoterm", "pays_provenance"])
        #expect(try fields(labels { $0.text("CN : RTM7038463 / SANTOS", 50, 50) }) == ["connaissement"])
    }

    @Test func labelsStandCloseToOneAnother() throws {
        let found = try labels { $0.text("Qté compl. Unité", 50, 50) }
        #expect(try fields(found) == ["quantite_complementaire", "unite_complementaire"])
    }

    @Test func aRowOfAFamilyIsCompleted() throws {
        let reader = try DocumentReaderTests.shipped.get()
        let family = try #require(reader.layout.families.first { $0.name == "gainde" })
        var sketch = PageSketch()
        for mark in family.rows[4] where !["Nomenclature", "Poids Net"].contains(mark.label) {
            let size = (mark.right - mark.left) * 595 / Double(mark.label.count) / 0.52
            sketch.text(mark.label, mark.left * 595, 300, size: size)
        }
        let sheet = Sheet(sketch.page())
        let found = LabelFinder.labels(reader.dictionary, on: sheet)
        let completed = RowCompletion(dictionary: reader.dictionary, sheet: sheet).complete(found, family.rows)
        #expect(try !fields(found).contains("code_sh"))
        #expect(try fields(completed).contains("code_sh") && fields(completed).contains("poids_net"))
        let added = try #require(completed.first { $0.name == "Nomenclature" })
        #expect(abs(added.zone.left - 0.571) < 0.02)
    }
}
