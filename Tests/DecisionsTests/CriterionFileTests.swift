import Customs
import JSON
import Testing

@testable import Decisions

@Suite struct CriterionFileTests {
    static let configuration = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/config"

    @Test(arguments: ["30", "84", "85"]) func shippedCriteriaAreDraftsThatCompile(chapter: String) throws {
        let file = try CriterionFile.load(Self.configuration + "/criteres/commun.json")
        #expect(file.criteria.count >= 5)
        let vocabulary = try Vocabulary.load(from: ConfigurationDirectory(layers: [Self.configuration]))
        let pack = try ChapterPack.load(Self.configuration + "/chapters/chap\(chapter).json")
        let features = try FeatureSet(pack, vocabulary: vocabulary)
        for criterion in file.criteria {
            #expect(criterion.state == .draft)
            let report = try CriterionSimulation.run(
                criterion, over: [PastDeclaration(facts: Facts(for: features.schema), day: 20_600)],
                schema: features.schema, library: pack.library, on: 20_600)
            // Of a declaration without facts nothing can be said.
            #expect(report.hits == 0 && report.undecided == 1)
        }
        #expect(try CriterionFile(parsing: file.jsonBytes()) == file)
    }

    @Test func mistakesAreNamed() throws {
        for text in [
            #"{"version":2,"criteres":[]}"#, #"{"criteres":[]}"#, #"{"version":1,"autre":[]}"#,
            #"{"version":1,"criteres":[{"code":"a"}]}"#,
        ] {
            #expect(throws: (any Error).self) { try CriterionFile(parsing: Array(text.utf8)) }
        }
        #expect(throws: DecisionError.self) { try CriterionFile.load("/inexistant.json") }
    }
}
