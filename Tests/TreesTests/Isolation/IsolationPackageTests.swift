import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Trees

@Suite struct IsolationPackageTests {
    private static let table = Result { try TrainingTables.table(rows: 1500) }
    private static let package = Result { try train(table.get()) }

    private static func train(_ table: TrainingTable, later: TrainingTable? = nil) throws -> ModelPackage {
        var parameters = TrainingParameters(.tuned, method: .oblivious)
        (parameters.rounds, parameters.depth, parameters.learningRate) = (15, 3, 0.2)
        let training = PackageTraining(
            name: "essai", version: "1", chapter: "84", created: "2026-01-01T00:00:00Z", software: "0", profile: .tuned,
            parameters: parameters)
        return try training.run(table, later: later, grow: PackageTraining.here(parameters))
    }

    /// As an earlier version of the program wrote it.
    private static func bare(_ package: ModelPackage) throws -> ModelPackage {
        var manifest = package.manifest
        manifest.isolation = nil
        return try ModelPackage(manifest, forest: package.forest)
    }

    @Test func aTrainingLeavesOneBesideTheForest() throws {
        let scratch = try TemporaryDirectory()
        let (package, path) = (try Self.package.get(), scratch.path + "/p")
        let says = try #require(package.manifest.isolation)
        #expect(says.rows == 1050 && says.columns == 2 && says.trees == 100 && says.sample == 256 && says.seed == 42)
        #expect(says.all == says.verified && says.all?.rows == 150)
        try package.write(to: path)
        let read = try ModelPackage.read(path)
        #expect(read.manifest == package.manifest && read.isolation == package.isolation)
        #expect(read.manifest.files.map(\.name) == ["forest.json", "card.md", "isolement.json"])
        let forest = try Isolation(reading: read.isolation)
        #expect(forest.columns == ["prix", "bruit"] && forest.ranks.count == 1001)
        #expect(try PackageScorer(read).isolation?.columns == forest.columns)
        #expect(read.card.contains("## Isolement") && read.card.contains("256 lignes tirées des 1050"))

        // One byte of it is another: the package is refused, by name.
        var changed = read.isolation
        changed[changed.count / 2] ^= 1
        try File.replace(path + "/isolement.json", with: changed)
        #expect(throws: LearningError(.tampered, "isolement.json")) { try ModelPackage.read(path) }
        unlink(path + "/isolement.json")
        #expect { try ModelPackage.read(path) } throws: { ($0 as? LearningError)?.reason == .unreadable }
    }

    @Test func itIsMeasuredAloneOnTheRowsThatNobodySaw() throws {
        let (package, table) = (try Self.package.get(), try Self.table.get())
        let scores = try IsolationScorer(Isolation(reading: package.isolation)).scores(of: table, rows: 1350..<1500)
        let scored = try ScoredRows(scores: scores, labels: Array(table.labels[1350..<1500]))
        #expect(package.manifest.isolation?.all?.auc == scored.rocAUC)
    }

    /// Stopping, calibrating and measuring rows are others: the forest and its ranks stay to the last bit.
    @Test func onlyTheRowsThatWereLearnedFromMakeIt() throws {
        let table = try Self.table.get()
        let changed = try TrainingTable(
            columns: table.columns.map { column in
                guard case .numbers(let numbers) = column.values else { return column }
                return .init(column.name, numbers: numbers.enumerated().map { $0 < 1050 ? $1 : $1 * 1000 + 7 })
            }, labels: table.labels.enumerated().map { $0 < 1050 ? $1 : $0 % 3 == 0 }, days: table.days,
            duties: table.duties, provenances: table.provenances)
        #expect(try Self.train(changed).isolation == Self.package.get().isolation)
    }

    @Test func aPackageWithoutOneIsReadAsBefore() throws {
        let scratch = try TemporaryDirectory()
        let bare = try Self.bare(Self.package.get())
        #expect(!String(decoding: bare.manifest.jsonBytes(), as: UTF8.self).contains("isolement"))
        #expect(bare.isolation.isEmpty && !bare.card.contains("Isolement"))
        try bare.write(to: scratch.path + "/p")
        let read = try ModelPackage.read(scratch.path + "/p")
        #expect(read.fingerprint == bare.fingerprint)
        #expect(try PackageScorer(read).isolation == nil)
    }

    @Test func oneIsAddedLaterFromTheSameRowsAlone() throws {
        let (package, table) = (try Self.package.get(), try Self.table.get())
        let added = try Self.bare(package).isolated(on: table)
        // As if it had always been there.
        #expect(added.fingerprint == package.fingerprint && added.isolation == package.isolation)
        let other = try TrainingTables.table(rows: 1500, seed: 9)
        #expect(throws: LearningError(.otherRows, "essai")) { try Self.bare(package).isolated(on: other) }
        var manifest = package.manifest
        manifest.training = nil
        let foreign = try ModelPackage(manifest, forest: package.forest, isolation: package.isolation)
        #expect(throws: LearningError(.unknownRows, "essai")) { try foreign.isolated(on: table) }
        // With rows of their own for the rest.
        let later = try TrainingTable(
            columns: other.columns, labels: other.labels, days: other.days.map { $0 + 800 },
            provenances: other.provenances)
        let validated = try Self.train(table, later: later)
        #expect(validated.manifest.isolation?.rows == 1500 && validated.manifest.isolation?.all?.rows == 300)
        #expect(try Self.bare(validated).isolated(on: table, later: later).fingerprint == validated.fingerprint)
    }

    @Test func aForestOfOtherColumnsIsRefused() throws {
        let package = try Self.package.get()
        let bytes = Array(
            String(decoding: package.isolation, as: UTF8.self).replacing("\"prix\"", with: "\"bureau\"").utf8)
        let foreign = try ModelPackage(package.manifest, forest: package.forest, isolation: bytes)
        #expect(throws: LearningError(.badPackage, "isolement.json")) { try PackageScorer(foreign) }
        let broken = try ModelPackage(package.manifest, forest: package.forest, isolation: Array("{}".utf8))
        #expect { try PackageScorer(broken) } throws: { ($0 as? LearningError)?.reason == .badPackage }
    }

    @Test func tooFewRowsLeaveNone() throws {
        let small = try Self.train(try TrainingTables.table(rows: 130))
        #expect(small.manifest.isolation == nil && small.isolation.isEmpty)
        #expect(throws: LearningError(.emptySample, "essai")) {
            try small.isolated(on: try TrainingTables.table(rows: 130))
        }
    }
}
