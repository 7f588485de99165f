import Customs
import JSON
import Platform
import TestKit
import Testing

@Suite struct VocabularyTests {
    @Test func theShippedVocabularyNamesWhatFilesAndDocumentsHave() throws {
        let vocabulary = try Vocabulary.load(from: try Shipped.configuration.get())
        #expect(
            vocabulary.required == ["annee", "bureau", "numero", "code_sh", "pays_origine", "poids_net", "valeur_caf"])
        #expect(
            vocabulary["ninea"]?.personalData == .entreprise && vocabulary["destinataire_nom"]?.personalData == .nom)
        #expect(vocabulary["code_ppm_declarant"]?.documentName == "declarant_code")
        #expect(vocabulary["taux_droits"]?.isAdditive == false && vocabulary["valeur_caf"]?.isAdditive == true)
        #expect(vocabulary.schema["date_enregistrement"]?.kind == .date && vocabulary.schema["code_sh"]?.kind == .texte)
        for (index, field) in vocabulary.fields.enumerated() {
            #expect(vocabulary.index(of: field.name) == index && vocabulary.schema.fields[index].name == field.name)
        }
    }

    /// Two fields must not answer to one name of the same rank, or headers would be ambiguous by themselves.
    @Test func noNameMeansTwoFields() throws {
        let vocabulary = try Vocabulary.load(from: try Shipped.configuration.get())
        var owners: [String: String] = [:]
        for field in vocabulary.fields {
            for name in Set(([field.name] + field.aliases).map { $0.lowercased() }) {
                let other = owners.updateValue(field.name, forKey: name)
                #expect(other == nil, "\(name): \(field.name), \(other ?? "")")
            }
        }
    }

    @Test(arguments: [
        (
            #"{"version":1,"champs":[{"nom":"a","libelle":"A","type":"nombre","niveau":"article","couleur":1}]}"#,
            "/champs/0/couleur"
        ),
        (#"{"version":1,"champs":[{"nom":"a","libelle":"A","type":"nombr","niveau":"article"}]}"#, "/champs/0/type"),
        (#"{"version":1,"champs":[{"nom":"A b","libelle":"A","type":"nombre","niveau":"article"}]}"#, "/champs/0/nom"),
        (#"{"version":1,"champs":[{"nom":"a","type":"nombre","niveau":"article"}]}"#, "/champs/0/libelle"),
        (#"{"version":2,"champs":[]}"#, "/version"), (#"{"champs":[]}"#, "/version"),
    ])
    func aMistakeIsToldWithItsFileAndPlace(_ text: String, _ pointer: String) throws {
        let directory = try TemporaryDirectory()
        try File.replace(directory.path + "/vocabulaire.json", with: Array(text.utf8))
        let error = #expect(throws: CustomsError.self) {
            try Vocabulary.load(from: ConfigurationDirectory(layers: [directory.path]))
        }
        #expect(error?.code == "configuration_invalide")
        #expect(
            error?.message.contains("vocabulaire.json, ligne 1, colonne") == true
                && error?.message.contains(pointer) == true)
    }

    @Test func oneNameForTwoFieldsIsRefused() {
        let field = #"{"nom":"a","libelle":"A","type":"nombre","niveau":"article"}"#
        #expect(throws: JSONError.self) {
            try Vocabulary(parsing: Array(#"{"version":1,"champs":[\#(field),\#(field)]}"#.utf8))
        }
    }
}
