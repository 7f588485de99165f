@testable import Customs
import Glibc
import JSON
import TestKit
import Testing

@Suite struct LayoutTests {
    @Test func shippedLayoutsAgreeWithTheVocabulary() throws {
        let reader = try DocumentReaderTests.shipped.get()
        #expect(reader.layout.families.map(\.name).sorted() == ["dau", "gainde", "tableau"])
        let known = Set(reader.vocabulary.fields.map(\.documentName)).union(["nb_feuillets"])
        for field in reader.layout.fields { #expect(known.contains(field.name), "\(field.name)") }
        for family in reader.layout.families {
            #expect(family.leastLabels <= family.signature.count)
            for mark in family.rows.joined() {
                #expect(reader.dictionary.find(FoldedName(mark.label).bytes, fuzzy: false) != nil, "\(mark.label)")
            }
        }
    }

    @Test(arguments: [
        #"{"version":2}"#, #"{"version":1,"champs":[{"nom":"a","type":"couleur"}]}"#, #"{"version":1,"couleur":1}"#,
        #"{"version":1,"champs":[{"nom":"a","type":"date"},{"nom":"a","type":"date"}]}"#,
        #"{"version":1,"ancres":[{"niveau":"declaration","champs":["inconnu"],"libelles":["X"]}]}"#,
        #"{"version":1,"champs":[],"ancres":[{"niveau":"page","champs":[],"libelles":["X"]}]}"#,
        #"{"version":1,"taxes":{"colonnes":{"couleur":[]}}}"#,
    ])
    func mistakesAreRefused(_ text: String) {
        #expect(throws: JSONError.self) { try Layout(parsing: Array(text.utf8)) }
    }

    /// An office adds a label in a file of its own; a mistake there is told with its place.
    @Test func aFileAddsALabel() throws {
        let directory = try TemporaryDirectory()
        let shipped = try Shipped.configuration.get().layers
        mkdir(directory.path + "/layouts", 0o755)
        _ = try directory.file(
            "layouts/bureau.json",
            Array(
                #"{"version":1,"nom":"bureau","empreinte":["Origine"],"ancres":[{"niveau":"article","champs":["pays_origine"],"libelles":["Lieu de naissance du produit"]}]}"#
                    .utf8))
        let configuration = ConfigurationDirectory(layers: [directory.path] + shipped)
        let dictionary = LabelDictionary(try Layout.load(from: configuration))
        #expect(dictionary.find(FoldedName("LIEU DE NAISSANCE DU PRODUIT").bytes, fuzzy: false) != nil)

        _ = try directory.file(
            "layouts/bureau.json",
            Array(
                #"{"version":1,"nom":"bureau","empreinte":["Origine"],"rangs":[[["A",0.9,0.1]]]}"#.utf8))
        let error = #expect(throws: CustomsError.self) { try Layout.load(from: configuration) }
        #expect(error?.code == "configuration_invalide" && error?.message.contains("ligne 1, colonne") == true)
        _ = try directory.file(
            "layouts/bureau.json",
            Array(
                #"{"version":1,"nom":"bureau","empreinte":["X"],"ancres":[{"niveau":"article","champs":["prix"],"libelles":["Prix"]}]}"#
                    .utf8))
        let unknown = #expect(throws: CustomsError.self) { try Layout.load(from: configuration) }
        #expect(unknown?.message.contains("prix") == true)
    }
}
