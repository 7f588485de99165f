import Analysis
import Customs
import JSON
import Platform
import TestKit
import Testing
import Trees

@Suite struct IsolationTests {
    private func bare() throws -> ModelPackage {
        let package = try World.package.get()
        var manifest = package.manifest
        manifest.isolation = nil
        return try ModelPackage(manifest, forest: package.forest, past: package.past)
    }

    private func assessments(_ package: ModelPackage, _ file: DeclarationFile) throws -> [Assessment] {
        let office = try World.office.get()
        let assessor = Assessor(office, ChapterModels([try ChapterModel(package, office.packs)]))
        let history = try package.history(office.packs)
        return (0..<file.declarationCount).map { assessor.assess(file.declaration($0), history: history) }
    }

    @Test func theSameDeclarationsGiveAPackageItsForestLater() throws {
        let (office, package) = (try World.office.get(), try World.package.get())
        let (past, later, _) = try World.files.get()
        let added = try DeclarationIsolating(office, bare()).extend(from: [past])
        #expect(added.fingerprint == package.fingerprint && added.isolation == package.isolation)
        #expect(added.forest == package.forest && added.past == package.past)
        #expect { try DeclarationIsolating(office, bare()).extend(from: [later]) } throws: {
            ($0 as? LearningError)?.reason == .otherRows
        }
        #expect { try DeclarationIsolating(office, bare()).extend(from: [past, later]) } throws: {
            ($0 as? LearningError)?.reason == .otherRows
        }
    }

    @Test func itChangesNothingElseOfAnAnalysis() throws {
        let file = try World.files.get().later.file
        let (with, without) = (try assessments(World.package.get(), file), try assessments(bare(), file))
        for (one, other) in zip(with, without) {
            #expect(one.isolation != nil && other.isolation == nil)
            #expect(one.prediction?.probability == other.prediction?.probability)
            #expect(
                one.prediction?.explanation.shares.map(\.value) == other.prediction?.explanation.shares.map(\.value))
            #expect(one.criterionFacts?.numbers.last == one.isolation?.rank)
            #expect(other.criterionFacts?.numbers.last?.isNaN == true)
            #expect(one.criterionFacts?.numbers.dropLast().count == other.features?.values.numbers.count)
        }
    }

    @Test func aPersonIsToldHowUnusualADeclarationIsAndByWhat() throws {
        let file = try World.files.get().later.file
        var (ordinary, unusual) = (0, 0)
        for assessment in try assessments(World.package.get(), file) {
            let isolation = try #require(assessment.isolation)
            #expect(isolation.score > 0 && isolation.score < 1 && 0...1 ~= isolation.rank)
            let json = try JSONValue(parsing: isolation.jsonBytes())
            #expect(json["rang"]?.double == isolation.rank && json["phrase"]?.string == isolation.sentence)
            guard isolation.rank >= 0.95 else {
                ordinary += 1
                #expect(isolation.features.isEmpty && json["caracteristiques"] == nil)
                #expect(isolation.sentence.hasPrefix("Déclaration ordinaire : plus inhabituelle que "))
                continue
            }
            unusual += 1
            #expect(isolation.sentence.hasPrefix("Plus inhabituelle que ") && !isolation.sentence.contains(" 100"))
            #expect(1...3 ~= isolation.features.count)
            #expect(isolation.features.allSatisfy { $0.share >= 0.05 && $0.share <= 1 })
            #expect(isolation.sentence.contains(", surtout par : \(isolation.features[0].label)"))
            #expect(assessment.features?.set[isolation.features[0].name] != nil)
        }
        #expect(ordinary > unusual && unusual > 0)
    }
}
