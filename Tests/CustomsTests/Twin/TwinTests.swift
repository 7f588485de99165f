import Platform
import TestKit
import Testing

@testable import Customs

@Suite struct TwinTests {
    private static let configuration = try! ConfigurationDirectory()
    private static let world = try! TwinWorld.load(from: configuration)
    private static let tariff = try! Tariff.load(from: configuration)

    private func records(_ count: Int, seed: UInt64 = 1) -> [TwinRecord] {
        var twin = Twin(Self.world, tariff: Self.tariff, declarations: count, seed: seed)
        var records: [TwinRecord] = []
        twin.run(count) { records.append($0) }
        return records
    }

    private func bytes(_ records: [TwinRecord]) -> [UInt8] {
        var bytes: [UInt8] = []
        for record in records {
            record.writeLines(to: &bytes)
            record.writeTruth(to: &bytes)
        }
        return bytes
    }

    @Test func aSeedGivesOneWorldToTheByte() {
        let first = bytes(records(500))
        #expect(first == bytes(records(500)))
        #expect(first != bytes(records(500, seed: 2)))
    }

    @Test(arguments: [1, 7, 2000]) func thereAreExactlyAsManyAsAskedInTheOrderOfTheirDays(count: Int) {
        let days = records(count).map(\.declaration.day)
        #expect(days.count == count && days == days.sorted())
        #expect(days.allSatisfy { Self.world.firstDay...Self.world.lastDay ~= $0 })
    }

    @Test func whatIsWrittenIsPossible() {
        let records = records(3000)
        let keys = Set(records.map { "\($0.declaration.year)/\($0.declaration.office)/\($0.declaration.number)" })
        #expect(keys.count == records.count)
        for article in records.flatMap(\.declaration.articles) {
            #expect(article.netWeight > 0 && article.quantity >= 1 && article.packages >= 1)
            #expect(article.caf >= article.fob && article.liquidation >= 0)
            #expect(article.code.count == 10 && article.origin.count == 2)
        }
    }

    /// Every scheme occurs, controls see a part of it, late, and now and then accuse an honest trader.
    @Test func controlsArePartialLateBiasedAndNoisy() {
        let records = records(20_000)
        let schemes = Set(records.compactMap(\.declaration.scheme))
        #expect(schemes == Set(TwinScheme.allCases))
        let frauds = records.filter { $0.declaration.scheme != nil }
        #expect((0.03...0.15).contains(Double(frauds.count) / Double(records.count)))
        let controlled = records.filter { $0.declaration.outcome != nil }
        #expect((0.1...0.3).contains(Double(controlled.count) / Double(records.count)))
        let outcomes = controlled.map { ($0.declaration, $0.declaration.outcome!) }
        #expect(outcomes.allSatisfy { $1.day > $0.day })
        let found = outcomes.count { $0.scheme != nil && $1.found != nil }
        let missed = outcomes.count { $0.scheme != nil && $1.found == nil }
        let accused = outcomes.count { $0.scheme == nil && $1.found != nil }
        #expect(found > missed / 2 && missed > found / 10 && accused > 0 && accused < found / 2)
        // Where it looks, it finds more often than fraud is frequent.
        #expect(Double(found + missed) / Double(controlled.count) > Double(frauds.count) / Double(records.count))
    }

    @Test func fraudCostsTheStateMoney() {
        let frauds = records(5000).map(\.declaration).filter { $0.scheme != nil }
        #expect(frauds.allSatisfy { $0.evaded >= 0 })
        #expect(Double(frauds.count { $0.evaded > 0 }) / Double(frauds.count) > 0.8)
    }

    @Test func filesAreWholeAndReadable() throws {
        let directory = try TemporaryDirectory()
        let twin = Twin(Self.world, tariff: Self.tariff, declarations: 50, seed: 3)
        let summary = try TwinFiles.write(twin, declarations: 50, to: directory.path + "/monde")
        #expect(summary.declarations == 50 && summary.articles >= 50)
        let text = String(
            decoding: try File.read(directory.path + "/monde/declarations.csv", limit: 1 << 20), as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count == summary.articles + 1)
        #expect(lines.allSatisfy { $0.split(separator: ";", omittingEmptySubsequences: false).count == 28 })
    }

    /// Another time and a part of the offices: their traders and brokers are nobody of the world that goes on elsewhere.
    @Test func anotherTimeHasOtherPeople() {
        let days = 20_000...20_100
        let world = Self.world.on(days, offices: ["18N", "10S", "nulle part"])
        var twin = Twin(world, tariff: Self.tariff, declarations: 500, seed: 1, numberedFrom: 10_000)
        var others: [TwinRecord] = []
        twin.run(500) { others.append($0) }
        #expect(others.count == 500 && others.allSatisfy { days.contains($0.day) })
        #expect(Set(others.map(\.office)) == ["18N", "10S"])
        let known = records(5000)
        #expect(Set(known.map(\.trader.ninea)).isDisjoint(with: others.map(\.trader.ninea)))
        #expect(Set(known.map(\.trader.code)).isDisjoint(with: others.map(\.trader.code)))
        #expect(Set(known.map(\.broker)).isDisjoint(with: others.map(\.broker)))
        #expect(others.allSatisfy { $0.unexamined.finding == nil })
        #expect(others.contains { $0.finding != nil })
    }
}
