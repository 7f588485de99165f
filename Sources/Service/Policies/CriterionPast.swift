import Analysis
import Customs
import Decisions
import HTTP
import Platform
import Postgres

/// Runs a criterion over the declarations that an office has recorded, as their features stood when they were decided.
struct CriterionPast: Sendable {
    let criterion: Criterion
    let packs: ChapterPacks
    let database: ScopedDatabase
    let pool: WorkerPool

    /// Of each chapter, the latest.
    static let most = 20_000
    private static let atOnce = 1000

    func simulate(on day: Int32) async throws -> CriterionSimulation {
        var report: CriterionSimulation?
        for chapter in criterion.chapters {
            guard let pack = packs.sets[chapter] else { continue }
            let part = try await simulate(chapter, pack, on: day)
            report = try report?.merged(with: part) ?? part
        }
        guard let report, report.declarations > 0 else {
            throw Problem(.conflict, "Aucune déclaration enregistrée ne permet de simuler ce critère.")
        }
        return report
    }

    private func simulate(_ chapter: String, _ pack: FeatureSet, on day: Int32) async throws -> CriterionSimulation {
        let schema = CriterionFacts.schema(pack)
        var report = try CriterionSimulation.run(
            criterion, over: [], schema: schema, library: pack.library, on: day)
        var (last, count): (UUIDv7?, Int) = (nil, 0)
        var translations: [String: FactsTranslation] = [:]
        while count < Self.most {
            let lines = try await PastFactsStore.lines(of: chapter, before: last, count: Self.atOnce, database)
            guard let end = lines.last else { break }
            (last, count) = (end.id, count + lines.count)
            for line in lines where translations[line.set + line.chapter] == nil {
                translations[line.set + line.chapter] = FactsTranslation(
                    from: try await PastFactsStore.fields(line.set, line.chapter, database), to: pack.schema)
            }
            let part = try await pool.run { [criterion, translations] in
                try CriterionSimulation.run(
                    criterion,
                    over: lines.lazy.map { line in
                        let values =
                            translations[line.set + line.chapter]?.facts(line.numbers, line.texts)
                            ?? Facts(for: pack.schema)
                        return PastDeclaration(
                            facts: CriterionFacts.facts(values, isolation: line.isolation),
                            day: Int32(clamping: line.day.daysSinceEpoch), isFraud: line.isFraud,
                            recovered: line.recovered)
                    }, schema: schema, library: pack.library, on: day)
            }
            report = try report.merged(with: part)
            if lines.count < Self.atOnce { break }
        }
        return report
    }
}
