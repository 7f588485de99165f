import TestKit
import Testing

@testable import Trees

@Suite struct StatisticsTests {
    /// Of a sample's first rows, with the last ones as later rows.
    private func statistics(_ sample: GrowingSample, later: Int, cuts: Int = 20) -> Statistics {
        let rows = sample.rows(later: later)
        let learning = rows.learning.rows
        return Statistics(
            Categories(cells: sample.categories, rows.learning, later: rows.later),
            KnownOutcomes(rows: learning, days: rows.days, knownDays: rows.knownDays),
            Gradients(rows.learning, later: rows.later, balance: .none), cuts: cuts)
    }

    private func isSame(_ sample: GrowingSample, _ a: Int, _ b: Int, _ categories: [Int]) -> Bool {
        categories.allSatisfy {
            sample.row(a)[sample.categories[$0]].bitPattern == sample.row(b)[sample.categories[$0]].bitPattern
        }
    }

    @Test(arguments: 1...8) func rowsKnowWhatWasKnownBeforeTheirDay(seed: UInt64) {
        let (count, later, cuts) = (300, 60, 20)
        let sample = GrowingSample(rows: count, seed: seed, isCategorical: true)
        let statistics = statistics(sample, later: later, cuts: cuts)
        for categories in [[0], [2], [0, 1], [1, 2], [0, 1, 2]] {
            let prior: Float = 0.5
            let column = statistics.columns(categories, [.target(prior: prior)]).columns[0]
            for row in 0..<count {
                var (frauds, rows): (Int32, Int32) = (0, 0)
                for other in 0..<count - later where isSame(sample, row, other, categories) {
                    guard row >= count - later || sample.knownDays[other] < sample.days[row] else { continue }
                    rows += 1
                    if sample.labels[other] > 0 { frauds += 1 }
                }
                let value = Statistic.value(frauds: frauds, rows: rows, prior: prior, cuts: cuts)
                #expect(column.bin(row) == column.borders.count { value > $0 })
            }
        }
    }

    @Test(arguments: 1...8) func noRowSeesTheFuture(seed: UInt64) {
        let (count, later) = (240, 40)
        let sample = GrowingSample(rows: count, seed: seed, isCategorical: true)
        func bins() -> [[Int]] {
            let statistics = statistics(sample, later: later)
            return [[0], [1, 2], [0, 1, 2]].map { categories in
                let column = statistics.columns(categories, [.target(prior: 1)]).columns[0]
                return (0..<count).map { column.bin($0) }
            }
        }
        let before = bins()
        let row = 90 + Int(seed)
        // All outcomes that were not known before the row's day turn out otherwise.
        for other in 0..<count where sample.knownDays[other] >= sample.days[row] {
            sample.labels[other] = 1 - sample.labels[other]
        }
        let after = bins()
        #expect(before != after)
        for (before, after) in zip(before, after) { #expect(before[...row] == after[...row]) }
    }

    @Test func aCombinationsRowsAreThoseWithTheSameLevels() {
        let sample = GrowingSample(rows: 400, seed: 5, isCategorical: true)
        let rows = sample.rows()
        let categories = Categories(cells: sample.categories, rows.learning, later: nil)
        for wanted in [[0, 1], [1, 2], [0, 1, 2]] {
            let combination = categories.combination(wanted)
            #expect(
                Set(combination.numbers).count == combination.count && combination.numbers.max()! < combination.count)
            for (a, b) in zip(0..<400, stride(from: 399, to: 0, by: -1)) {
                #expect((combination.numbers[a] == combination.numbers[b]) == isSame(sample, a, b, wanted))
            }
        }
    }

    @Test func aCombinationIsWorthLessTheMoreKeysItHasAndNothingWithoutRoom() {
        let statistics = statistics(GrowingSample(rows: 300, seed: 9, isCategorical: true), later: 0)
        // 3, 12 and 25 levels.
        let combinations = Combinations(
            statistics, kinds: [.counter], most: 2, thrift: 0.5, depth: 3, keys: 60)
        func question(_ categories: [Int]) -> Question { .statistic(Statistic(categories: categories, kind: .counter)) }
        let added = withTeam(2) { combinations.added(by: [question([0])], $0) { true } }
        #expect(added.map(\.column.question) == [question([0, 1]), question([0, 2])])
        #expect(combinations.worth(of: question([0])) == 1 && combinations.worth(of: .number(0)) == 1)
        let (small, large) = (combinations.worth(of: question([0, 1])), combinations.worth(of: question([0, 2])))
        #expect(small < 1 && small > 0.7 && large == 0)
        combinations.use([question([0, 1])])
        #expect(combinations.worth(of: question([0, 1])) == 1 && combinations.worth(of: question([2])) == 0)
        // Of two categories at most, and each once a tree.
        withTeam(1) { team in
            #expect(combinations.added(by: [question([0, 1])], team) { true }.isEmpty)
            #expect(combinations.added(by: [question([0])], team) { true }.isEmpty)
        }
    }

    @Test func withoutDaysEachRowKnowsThoseBeforeIt() {
        let outcomes = KnownOutcomes(rows: 4, days: nil, knownDays: nil)
        #expect(outcomes.order == [0, 1, 2, 3] && outcomes.known == [0, 1, 2, 3])
    }

    @Test(arguments: [0, 1, 2, 5, 1000, 30_000_000] as [Int32]) func countersHaveBordersBetweenCounts(most: Int32) {
        let borders = Statistic.counterBorders(most: most)
        #expect(borders == borders.sorted() && Set(borders).count == borders.count)
        #expect(borders.count <= Statistic.mostCuts && borders.isEmpty == (most == 0))
        guard let first = borders.first else { return }
        #expect(Statistic.value(count: 0, most: most) <= first && Statistic.value(count: 1, most: most) > first)
    }
}
