import Analysis
import Customs
import Decisions
import JSON
import TestKit
import Testing
import Trees

@Suite struct FileScoringTests {
    private func analyses(_ packages: [ModelPackage], chapter: String? = nil) throws -> [JSONValue] {
        let scoring = try FileScoring(try World.office.get(), packages: packages, chapter: chapter)
        var bytes: [UInt8] = []
        try scoring.run(
            try World.files.get().later.file,
            write: { analysis, bytes in
                var writer = JSONWriter()
                analysis.write(to: &writer, strongest: .max)
                bytes += writer.finish() + [0x0a]
            }, sink: { bytes += $0 })
        return try bytes.split(separator: 0x0a).map { try JSONValue(parsing: Array($0)) }
    }

    private func number(_ value: JSONValue?) -> Double { value?.double ?? .nan }

    @Test func contributionsAddUpToTheMarginOfTheProbability() throws {
        let package = try World.package.get()
        let all = try analyses([package])
        #expect(all.count == (try World.files.get().later.file.declarationCount))
        for analysis in all {
            let why = try #require(analysis["explication"])
            let shap = try #require(why["contributions"]?.array).map { number($0["shap_value"]) }
            let margin = number(why["marge"])
            #expect(abs(number(why["base_value"]) + shap.reduce(0, +) - margin) < 1e-6)
            let probability = package.manifest.calibration.probability(ofMargin: margin)
            #expect(abs(probability - number(analysis["fraud_probability"])) < 1e-6)
        }
    }

    @Test func theLaneIsThatOfTheThresholds() throws {
        let package = try World.package.get()
        for analysis in try analyses([package]) {
            let probability = number(analysis["fraud_probability"])
            let lane = try #require(analysis["rl_decision"]?.string)
            let (bas, haut) = (number(analysis["seuils"]?["bas"]), number(analysis["seuils"]?["haut"]))
            #expect(lane == (probability < bas ? "conforme" : probability < haut ? "zone_grise" : "fraude"))
            #expect(analysis["decision"]?["voie"]?.string == lane)
            #expect(analysis["decision"]?["politique"]?.string == "seuils")
        }
    }

    @Test func withoutAModelNothingIsReleased() throws {
        for analysis in try analyses([]) {
            #expect(analysis["rl_decision"]?.string == "zone_grise" && analysis["fraud_probability"] == .null)
            let motifs = try #require(analysis["decision"]?["motifs"]?.array)
            #expect(motifs.contains { $0["code"]?.string == "sans_probabilite" })
        }
    }

    @Test func everyDeclarationIsAnalysedAsIfItWereAlone() throws {
        let office = try World.office.get()
        let package = try World.package.get()
        let file = try World.files.get().later.file
        let models = ChapterModels([try ChapterModel(package, office.packs)])
        let assessor = Assessor(office, models)
        let history = try package.history(office.packs)
        for (index, analysis) in try analyses([package]).enumerated().prefix(200) {
            let alone = assessor.assess(file.declaration(index), history: history)
            #expect(alone.prediction?.probability == number(analysis["fraud_probability"]))
        }
    }
}
