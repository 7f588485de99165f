import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct ModelComparisonTests {
    private static let table = Result { try TrainingTables.table(rows: 3000) }
    private static let strong = Result { try train(["prix", "bruit", "bureau", "produit"], version: "1") }
    private static let weak = Result { try train(["bruit", "bureau"], version: "2") }

    private static func train(
        _ columns: [String], version: String, encoding: ColumnEncoding.Kind? = nil
    ) throws -> ModelPackage {
        var parameters = TrainingParameters(.tuned, method: .oblivious)
        (parameters.rounds, parameters.depth, parameters.learningRate) = (40, 4, 0.2)
        var training = PackageTraining(
            name: "essai", version: version, chapter: "84", created: "2026-01-01T00:00:00Z", software: "0",
            profile: .tuned, parameters: parameters)
        training.columns = try table.get().plans(for: .oblivious, training: 0..<2100).filter {
            columns.contains($0.name)
        }
        if let encoding, let last = columns.last { training.columns = [ColumnPlan(last, encoding: encoding)] }
        return try training.run(table.get(), grow: PackageTraining.here(parameters))
    }

    /// The last tenth, which measured the packages.
    private static func measured(_ provenance: LabelProvenance = .physique, from first: Int = 2700) throws
        -> TrainingTable
    {
        let table = try table.get()
        let rows = first..<3000
        return try TrainingTable(
            columns: table.columns.map { column in
                var column = column
                switch column.values {
                case .numbers(let values): column.values = .numbers(Array(values[rows]))
                case .categories(let codes, let levels):
                    column.values = .categories(Array(codes[rows]), levels: levels)
                }
                return column
            }, labels: Array(table.labels[rows]), days: Array(table.days[rows]),
            duties: table.duties.map { Array($0[rows]) },
            provenances: rows.map { $0 % 3 == 0 ? .physique : provenance })
    }

    private func scorers(_ packages: Result<ModelPackage, any Error>...) throws -> [PackageScorer] {
        try packages.map { try PackageScorer($0.get()) }
    }

    @Test func onTheSliceForMeasuringAModelHasTheNumbersOfItsCard() throws {
        let comparison = try ModelComparison(scorers(Self.strong, Self.weak), on: Self.measured())
        for (entry, package) in try zip(comparison.entries, [Self.strong.get(), Self.weak.get()]) {
            let measures = try #require(package.manifest.verifiedMeasures)
            #expect(entry.auc == measures.auc && entry.aucInterval == measures.aucInterval)
            #expect(entry.averagePrecision == measures.averagePrecision)
            #expect(entry.averagePrecisionInterval == measures.averagePrecisionInterval)
            #expect(entry.precision == measures.tops[2].precision && entry.revenue == measures.tops[2].revenue)
            #expect(entry.model?.forest == package.manifest.forestFingerprint)
        }
        #expect(comparison.entries.map(\.role) == [.served, .challenger])
        #expect(comparison.rows == 300 && comparison.firstDay == 18_000 + 1350 && comparison.lastDay == 18_000 + 1499)
    }

    @Test func theGapIsDrawnOnTheSameRows() throws {
        let comparison = try ModelComparison(scorers(Self.strong, Self.weak, Self.strong), on: Self.measured())
        let (served, other, same) = (comparison.entries[0], comparison.entries[1], comparison.entries[2])
        #expect(served.aucGap == nil && served.averagePrecisionGap == nil)
        let gap = try #require(other.aucGap)
        #expect(gap.low < other.auc - served.auc && other.auc - served.auc < gap.high && gap.high < 0)
        // A model beside itself: each replicate draws the same rows for both.
        #expect(same.aucGap?.low == 0 && same.aucGap?.high == 0)
        // Drawn apart, the intervals would add up.
        let widths = try [#require(served.aucInterval), #require(other.aucInterval)].map { $0.high - $0.low }
        #expect(gap.high - gap.low < widths[0] + widths[1])
    }

    @Test func onlyVerifiedRowsCountWhenThereAreSome() throws {
        let some = try ModelComparison(scorers(Self.strong), on: Self.measured(.simulation))
        #expect(some.rows == 100 && some.provenance[.physique] == 100 && some.provenance.verified == 100)
        let text = ModelCard.text(of: some)
        #expect(text.contains("Étiquettes : contrôle physique.") && !text.contains("adversaire"))
    }

    @Test func rulesAreRankedByHowManyHold() throws {
        let table = try Self.measured()
        let rules = table.labels.map { $0 ? 2.0 : 1 }
        let comparison = try ModelComparison(scorers(Self.strong), rules: rules, on: table)
        let entry = try #require(comparison.entries.last)
        #expect(entry.role == .rules && entry.model == nil && entry.auc == 1 && (entry.aucGap?.low ?? 0) > 0)
        #expect(throws: LearningError(.mismatchedCounts)) {
            try ModelComparison(scorers(Self.strong), rules: [1], on: table)
        }
    }

    @Test func rowsThatMadeAModelAreRefused() throws {
        #expect {
            try ModelComparison(scorers(Self.strong), on: Self.measured(from: 2698))
        } throws: { ($0 as? LearningError)?.reason == .badParameter }
        // Its rates know what became of these rows.
        let rates = Result { try Self.train(["produit"], version: "3", encoding: .target) }
        #expect {
            try ModelComparison(scorers(rates), on: Self.measured())
        } throws: { ($0 as? LearningError)?.subject.hasSuffix("produit") ?? false }
        #expect(throws: LearningError.self) { try ModelComparison([], on: Self.measured()) }
    }

    @Test func thePackageKeepsItAndTheCardShowsIt() throws {
        let scratch = try TemporaryDirectory()
        let table = try Self.measured()
        let comparison = try ModelComparison(
            scorers(Self.strong, Self.weak), rules: table.labels.map { $0 ? 1 : 0 }, on: table)
        let package = try Self.weak.get().with(comparison)
        try package.write(to: scratch.path + "/p")
        let read = try ModelPackage.read(scratch.path + "/p")
        #expect(read.manifest.comparison == comparison && read.card == package.card)
        #expect(try read.manifest.forestFingerprint == Self.weak.get().manifest.forestFingerprint)
        #expect(read.card.contains("## Comparaison"))
        #expect(read.card.contains("| adversaire, ce paquet | essai 2, profil tuned, "))
        #expect(read.card.contains("| servi | essai 1,") && read.card.contains("| règles seules |"))
        #expect(read.card.contains("- essai 2 classe moins bien que le modèle servi."))
        #expect(try !Self.weak.get().card.contains("Comparaison"))
    }

    @Test func aDamagedComparisonIsReadOrRefused() throws {
        let comparison = try ModelComparison(scorers(Self.strong, Self.weak), on: Self.measured())
        let bytes = comparison.jsonBytes()
        #expect(try ModelComparison(parsing: bytes) == comparison)
        let text = String(decoding: bytes, as: UTF8.self)
        for (found, replacement) in [
            ("\"servi\"", "\"adversaire\""), ("\"adversaire\"", "\"servi\""), ("\"adversaire\"", "\"regles\""),
            ("\"fraudes\"", "\"fraude\""), ("\"fraudes\":", "\"fraudes\":-"),
        ] {
            let changed = text.replacing(found, with: replacement, maxReplacements: 1)
            #expect(changed != text)
            #expect(throws: JSONError.self) { try ModelComparison(parsing: Array(changed.utf8)) }
        }
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var damaged = bytes
            damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0x20...0x7e, using: &random)
            guard let read = try? ModelComparison(parsing: damaged) else { continue }
            #expect(!ModelCard.text(of: read).isEmpty)
        }
    }
}
