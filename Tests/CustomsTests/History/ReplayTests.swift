import Customs
import Platform
import Reading
import TestKit
import Testing

/// The shipped packs over a year of declarations: what was computed while serving is what a replay computes.
@Suite struct ReplayTests {
    private struct Case {
        let articles: [Facts]
        let declaration: Declaration
        let day: Int32
        let order: UInt64
        let isFraud: Bool
    }

    private static let cases = Result { () throws -> [Case] in
        let reader = try Shipped.reader.get()
        let configuration = try Shipped.configuration.get()
        let twin = Twin(try TwinWorld.load(from: configuration), tariff: reader.tariff, declarations: 600, seed: 9)
        let directory = try TemporaryDirectory()
        _ = try TwinFiles.write(twin, declarations: 600, to: directory.path)
        let table = try TableFile(path: "\(directory.path)/\(TwinFiles.declarations)")
        let file = try reader.read { () throws(ReadingError) in try table.table() }
        #expect(file.failure == nil && file.rejected.isEmpty && file.declarationCount == 600)
        let facts = TariffFacts(reader.tariff, vocabulary: reader.vocabulary)
        let date = try #require(reader.vocabulary.schema["date_enregistrement"]).slot
        return (0..<file.declarationCount).map { index in
            let declaration = file.declaration(index)
            return Case(
                articles: facts.articles(of: declaration), declaration: declaration,
                day: Int32(declaration.facts.numbers[date]), order: UInt64(index), isFraud: index % 7 == 0)
        }
    }

    private func features(_ chapter: String) throws -> FeatureSet {
        let path = try #require(try Shipped.configuration.get().path(of: "chapters/chap\(chapter).json"))
        return try FeatureSet(try ChapterPack.load(path), vocabulary: try Shipped.reader.get().vocabulary)
    }

    private func bits(_ facts: Facts) -> [UInt64] {
        facts.numbers.map(\.bitPattern) + facts.texts.map { UInt64(bitPattern: Int64(($0 ?? "\u{0}").hashValue)) }
    }

    @Test(arguments: ["30", "84", "85"]) func servedAndReplayedFeaturesAreEqualToTheLastBit(chapter: String) throws {
        let cases = try Self.cases.get()
        let features = try features(chapter)
        let workspace = FeatureWorkspace()
        var served = History(needs: features.needs)
        var log: [(Case, HistoryObservations)] = []
        var found: [[UInt64]] = []
        for one in cases {
            served.advance(to: one.day)
            let vector = features.evaluate(
                articles: one.articles, declaration: one.declaration.facts, history: served, in: workspace)
            found.append(bits(vector))
            served.record(workspace.observations, order: one.order)
            served.recordOutcome(
                fraud: one.isFraud, of: workspace.observations, verdict: one.day + 20, order: one.order)
            log.append((one, workspace.observations))
        }

        // From the log, in another order within each day, by way of a snapshot now and then.
        var random = SeededGenerator(seed: 10)
        var rebuilt = History(needs: features.needs)
        for (one, observations) in log.shuffled(using: &random) {
            rebuilt.recordOutcome(fraud: one.isFraud, of: observations, verdict: one.day + 20, order: one.order)
            rebuilt.record(observations, order: one.order)
        }
        for (index, one) in cases.enumerated() {
            rebuilt.advance(to: one.day)
            if index % 97 == 0 { rebuilt = try History(rebuilt.snapshot(), needs: features.needs) }
            let vector = features.evaluate(
                articles: one.articles, declaration: one.declaration.facts, history: rebuilt, in: workspace)
            #expect(bits(vector) == found[index], "\(one.declaration.key)")
        }
        #expect(rebuilt.day == served.day)
    }

    /// The past makes a difference at all, and at the end it knows the goods.
    @Test func thePastSpeaks() throws {
        let cases = try Self.cases.get()
        let features = try features("85")
        let workspace = FeatureWorkspace()
        var history = History(needs: features.needs)
        var known = 0
        for one in cases {
            history.advance(to: one.day)
            let vector = features.evaluate(
                articles: one.articles, declaration: one.declaration.facts, history: history, in: workspace)
            let blind = features.evaluate(
                articles: one.articles, declaration: one.declaration.facts, history: NoHistory(), in: workspace)
            known += zip(vector.numbers, blind.numbers).contains { !$0.isNaN && $1.isNaN } ? 1 : 0
            history.record(workspace.observations, order: one.order)
        }
        #expect(known > cases.count / 2)
    }
}
