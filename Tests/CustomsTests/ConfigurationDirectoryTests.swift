import Customs
import Platform
import TestKit
import Testing

@Suite struct ConfigurationDirectoryTests {
    @Test func theOfficesFileComesFirstAndOthersAreTheProgrammes() throws {
        let office = try TemporaryDirectory()
        try File.replace(office.path + "/pays.json", with: Array(#"{"pays":{"SN":"Sénégal"},"codes_locaux":{}}"#.utf8))
        let configuration = try ConfigurationDirectory(office: office.path)
        #expect(try CountryTable.load(from: configuration).names == ["SN": "Sénégal"])
        #expect(try Vocabulary.load(from: configuration).fields.count > 50)
    }

    @Test func whatIsNowhereIsNamed() {
        let error = #expect(throws: CustomsError.self) {
            try ConfigurationDirectory(layers: ["/nonexistent"]).read("pays.json", as: CountryTable.self)
        }
        #expect(error?.code == "configuration_absente" && error?.message.contains("pays.json") == true)
    }

    @Test func resourcesWithoutAVocabularyAreRefused() {
        #expect(throws: CustomsError.self) { try ConfigurationDirectory(resources: "/nonexistent") }
    }
}
