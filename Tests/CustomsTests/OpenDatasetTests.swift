import Customs
import Reading
import TestKit
import Testing

/// The open customs dataset, through the mapping that is shipped for it.
@Suite struct OpenDatasetTests {
    @Test(
        .enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES names no folder"),
        arguments: [("df_syn_valid_eng", 8134, 1704, 78)])
    func everyRowIsTakenWithItsOutcome(_ name: String, _ rows: Int, _ frauds: Int, _ critical: Int) throws {
        let document = DocumentBytes(try Fixtures.bytes("customs-open/\(name).csv"))
        let mapping = try MappingFile.load("coree-ouverte", from: try Shipped.configuration.get())
        let file = try Shipped.reader.get().read(.init(mapping: mapping)) { () throws(ReadingError) in
            try TableFile(document).table()
        }
        #expect(file.failure == nil && file.acceptedCount == rows && file.rejected.isEmpty)
        let reader = OutcomeReader(file.vocabulary)
        let outcomes = (0..<file.declarationCount).compactMap { reader.outcome(of: file.declaration($0)) }
        #expect(outcomes.count == rows && outcomes.count(where: \.isFraud) == frauds)
        #expect(outcomes.count { $0.type == "grave" } == critical)
        #expect(outcomes.allSatisfy { $0.evidence == "import_historique" })
        let facts = file.declaration(0).facts
        let schema = file.vocabulary.schema
        #expect(facts.numbers[try #require(schema["valeur_caf"]).slot].isNaN)
        #expect(facts.numbers[try #require(schema["valeur_devise"]).slot] == 415_092.72)
        #expect(facts.texts[try #require(schema["annee"]).slot] == "2021")
        #expect(facts.texts[try #require(schema["devise"]).slot] == "KRW")
    }
}
