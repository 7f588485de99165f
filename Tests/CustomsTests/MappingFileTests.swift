import Customs
import JSON
import Testing

@Suite struct MappingFileTests {
    private func parse(_ text: String) throws -> MappingFile { try MappingFile(parsing: Array(text.utf8)) }

    @Test func shippedMappingsNameKnownFields() throws {
        let reader = try Shipped.reader.get()
        for name in ["coree-ouverte", "gainde-brut"] {
            let mapping = try MappingFile.load(name, from: try Shipped.configuration.get())
            #expect(mapping.name == name && !mapping.columns.isEmpty)
            for column in mapping.columns.values { #expect(reader.vocabulary[column.field] != nil, "\(column.field)") }
        }
    }

    @Test func foreignAmountsAreNotFrancs() throws {
        let vocabulary = try Shipped.reader.get().vocabulary
        let mapping = try MappingFile.load("coree-ouverte", from: try Shipped.configuration.get())
        #expect(mapping.constants["devise"] == "KRW" && mapping.constants["preuve"] == "import_historique")
        #expect(!mapping.columns.values.contains { vocabulary[$0.field]?.unit == "FCFA" })
    }

    @Test(arguments: [
        #"{"colonnes":{}}"#, #"{"nom":"a","colonnes":{"x":{"champ":"poids_net","facteur":0}}}"#,
        #"{"nom":"a","colonnes":{"x":{"champ":"poids_net","facteur":-1}}}"#,
        #"{"nom":"a","tolerances":{"chiffres_sh":7}}"#,
        #"{"nom":"a","decimale":";"}"#, #"{"nom":"a","couleur":1}"#,
    ])
    func mistakesAreRefused(_ text: String) { #expect(throws: JSONError.self) { try parse(text) } }

    @Test func unknownFieldsAreNamed() throws {
        let mapping = try parse(#"{"nom":"essai","colonnes":{"x":{"champ":"couleur"}}}"#)
        let error = #expect(throws: CustomsError.self) {
            try Shipped.reader.get().read(.init(mapping: mapping)) { MemoryTable("x\n1") }
        }
        #expect(error?.code == "champ_inconnu" && error?.message.contains("couleur") == true)
    }

    @Test func valuesAreMappedAndUnitsConverted() throws {
        let mapping = try parse(
            #"""
            {"nom":"essai","obligatoires":["numero"],"constantes":{"devise":"XOF"},"decimale":",",
             "colonnes":{"N":{"champ":"numero"},"Pays":{"champ":"pays_origine","valeurs":{"Chine pop.":"CN"}},
                         "Tonnes":{"champ":"poids_net","facteur":1000},"Code":{"champ":"code_sh"},
                         "Vu":{"champ":"resultat_controle","valeurs":{"O":"fraude","N":"conforme"}}},
             "tolerances":{"chiffres_sh":4}}
            """#)
        let file = try Shipped.reader.get().read(.init(mapping: mapping)) {
            MemoryTable(
                "N;Pays;Tonnes;Code;Vu\n1;Chine pop.;1,5;8471;O\n2;FR;2;8471;N\n3;FR;2;8471;?\n4;FR;1.234;84713;?")
        }
        #expect(file.failure == nil && file.acceptedCount == 3)
        let facts = file.declaration(0).facts
        let schema = file.vocabulary.schema
        #expect(facts.numbers[try #require(schema["poids_net"]).slot] == 1500)
        #expect(facts.texts[try #require(schema["pays_origine"]).slot] == "CN")
        #expect(facts.texts[try #require(schema["devise"]).slot] == "XOF")
        let outcomes = OutcomeReader(file.vocabulary)
        #expect((0..<3).map { outcomes.outcome(of: file.declaration($0))?.isFraud } == [true, false, nil])
        #expect(file.rejected.map { $0.reasons.map { $0.text(file.vocabulary) } } == [["bad_hs"]])
    }
}
