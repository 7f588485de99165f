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

    @Test func rowsAreThoseThatATrainingWouldSeeAfterAllThatMadeTheModel() throws {
        let package = try World.package.get()
        let office = try World.office.get()
        let (past, later, _) = try World.files.get()
        let comparing = try DeclarationComparing(office, [package, package], criteria: Self.criteria.get())
        let comparison = try comparing.compare([past, later])
        let lesson = try DeclarationTraining(office, chapter: ChapterPacks.everything).learn(from: [past, later])
        let last = try #require(package.manifest.lastDayOfItsMaking)
        let table = try Self.rows(of: lesson.table) { Int($0) > last }
        let scorer = try PackageScorer(package)
        let measures = try scorer.measure(table, encodedBy: scorer.encoder)
        #expect(comparison.rows == measures.count && comparison.positives == measures.positives)
        #expect(comparison.provenance == measures.provenance && comparison.firstDay > last)
        #expect(comparison.entries.map(\.role) == [.served, .challenger, .rules])
        for entry in comparison.entries.prefix(2) {
            #expect(entry.auc == measures.auc && entry.averagePrecision == measures.averagePrecision)
            #expect(entry.aucInterval == measures.aucInterval && entry.revenue == measures.tops[2].revenue)
        }
    }

    private static func rows(of table: TrainingTable, where isWanted: (Int32) -> Bool) throws -> TrainingTable {
        let rows = table.days.indices.filter { isWanted(table.days[$0]) }
        let columns = table.columns.map { column in
            var column = column
            switch column.values {
            case .numbers(let values): column.values = .numbers(rows.map { values[$0] })
            case .categories(let codes, let levels):
                column.values = .categories(rows.map { codes[$0] }, levels: levels)
            }
            return column
        }
        return try TrainingTable(
            columns: columns, labels: rows.map { table.labels[$0] }, days: rows.map { table.days[$0] },
            duties: table.duties.map { duties in rows.map { duties[$0] } },
            provenances: rows.map { table.provenances[$0] })
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
        let foreign = try ModelPackage(
            other, forest: package.forest, past: package.past, isolation: package.isolation)
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
            World.office.get(),
            [ModelPackage(silent, forest: package.forest, past: package.past, isolation: package.isolation)])
        #expect {
            try comparing.compare([World.files.get().past])
        } throws: { ($0 as? AnalysisError)?.code == "modele_sans_periode" }
    }
}
