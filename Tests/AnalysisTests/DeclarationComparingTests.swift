import Analysis
import Customs
import Decisions
import TestKit
import Testing
import Trees

@Suite struct DeclarationComparingTests {
    private static let criteria = Result { () throws -> [Criterion] in
        let configuration = try World.office.get().configuration
        let path = try #require(configuration.path(of: "criteres/commun.json"))
        return try CriterionFile.load(path).criteria
    }

    @Test func onTheFilesOfItsTrainingAModelHasTheNumbersOfItsCard() throws {
        let package = try World.package.get()
        let comparing = try DeclarationComparing(World.office.get(), [package, package], criteria: Self.criteria.get())
        let comparison = try comparing.compare([World.files.get().past])
        let measures = try #require(package.manifest.allMeasures)
        let slice = try #require(package.manifest.training?.slices.last)
        #expect(comparison.rows == slice.rows && comparison.firstDay == slice.firstDay)
        #expect(comparison.provenance[.simulation] == slice.rows && comparison.positives == slice.positives)
        #expect(comparison.entries.map(\.role) == [.served, .challenger, .rules])
        for entry in comparison.entries.prefix(2) {
            #expect(entry.auc == measures.auc && entry.averagePrecision == measures.averagePrecision)
            #expect(entry.revenue == measures.tops[2].revenue)
        }
    }

    @Test func laterFilesAreRankedWithThePastThatTheyHad() throws {
        let comparing = try DeclarationComparing(World.office.get(), [World.package.get()])
        let (past, later, _) = try World.files.get()
        let both = try comparing.compare([past, later])
        let alone = try comparing.compare([later])
        #expect(both.rows > alone.rows && both.lastDay == alone.lastDay && both.entries.count == 1)
        #expect(both.entries[0].auc != alone.entries[0].auc)
    }

    @Test func modelsOfDifferentChaptersAreRefused() throws {
        let package = try World.package.get()
        var other = package.manifest
        other.chapter = "84"
        let foreign = try ModelPackage(other, forest: package.forest, past: package.past)
        for packages in [[package, foreign], []] {
            #expect {
                try DeclarationComparing(World.office.get(), packages)
            } throws: { ($0 as? AnalysisError)?.code == "modeles_differents" }
        }
    }

    @Test func aModelThatDoesNotSayWhatItLearnedFromIsRefused() throws {
        let package = try World.package.get()
        var silent = package.manifest
        silent.training = nil
        let comparing = try DeclarationComparing(
            World.office.get(), [ModelPackage(silent, forest: package.forest, past: package.past)])
        #expect {
            try comparing.compare([World.files.get().past])
        } throws: { ($0 as? AnalysisError)?.code == "modele_sans_periode" }
    }
}
