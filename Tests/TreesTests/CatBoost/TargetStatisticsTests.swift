import CLanes
import TestKit
import Testing

@testable import Trees

@Suite struct TargetStatisticsTests {
    private typealias Statistic = TargetStatistics.Statistic
    private let one = TargetStatistics.Element.category(cell: 0)
    private let other = TargetStatistics.Element.category(cell: 1)

    private func key(_ hashes: UInt32...) -> UInt64 {
        var key = TargetStatistics.Key()
        for hash in hashes { key.add(hash: hash) }
        return key.value
    }

    /// What is written behind the slots would show.
    private func slots(_ statistics: TargetStatistics, count: Int, _ cells: [UInt32]) -> [Float] {
        var slots = [Float](repeating: -1, count: count + 1)
        statistics.fill(&slots, from: cells.map { Float(bitPattern: $0) })
        #expect(slots.removeLast() == -1)
        return slots
    }

    /// Statistics with equal keys lie together, and with other elements or keys between them they still find their own.
    @Test func statisticsComeInTheOrderOfTheirSlots() throws {
        let keys = [.max, key(5), key(9)]
        let statistics = try TargetStatistics([
            Statistic(elements: [one], keys: keys, ranks: [99, 10, 20, 30]),
            Statistic(elements: [one], keys: keys, ranks: [99, 11, 21, 31]),
            Statistic(elements: [other], keys: keys, ranks: [99, 12, 22, 32]),
            Statistic(elements: [one], keys: keys, ranks: [99, 13, 23, 33]),
            Statistic(elements: [one], keys: [key(7)], ranks: [14, 34]),
            Statistic(elements: [one, other], keys: [key(5, 9)], ranks: [255, 35]),
            Statistic(elements: [one], keys: [], ranks: [36]),
        ])
        #expect(slots(statistics, count: 7, [5, 9]) == [10, 11, 22, 13, 34, 255, 36])
        #expect(slots(statistics, count: 7, [9, 5]) == [20, 21, 12, 23, 34, 35, 36])
        #expect(slots(statistics, count: 7, [7, 7]) == [30, 31, 32, 33, 14, 35, 36])
        #expect(slots(try TargetStatistics([]), count: 0, []) == [])
    }

    @Test func moreStatisticsThanAKeyHasBytesTakeAnotherTable() throws {
        for count in [7, 8, 9, 16, 17, 40] {
            let all = (0..<count).map {
                Statistic(elements: [one], keys: [key(3)], ranks: [UInt8($0), 100 + UInt8($0)])
            }
            let statistics = try TargetStatistics(all)
            #expect(slots(statistics, count: count, [3]) == (0..<count).map(Float.init))
            #expect(slots(statistics, count: count, [4]) == (0..<count).map { Float(100 + $0) })
        }
    }

    /// Of two equal keys the last counts, as in CatBoost's own tables; its mark of an empty place is no key.
    @Test func equalKeysAndTheMarkOfNoKey() throws {
        let keys = [key(1), .max, key(2), key(1), .max]
        let statistics = try TargetStatistics([Statistic(elements: [one], keys: keys, ranks: [1, 2, 3, 4, 5, 6])])
        #expect(slots(statistics, count: 1, [1]) == [4])
        #expect(slots(statistics, count: 1, [2]) == [3])
        #expect(slots(statistics, count: 1, [3]) == [6])
    }

    /// A row whose categories hash to the mark is not found, even when its line is full.
    @Test func aRowWhoseKeyIsTheMarkIsNotFound() throws {
        let near: [UInt64] = (0..<9).map { .max - 1 - $0 }
        let statistics = try TargetStatistics([
            Statistic(elements: [one], keys: near + [.max], ranks: (0..<10).map { $0 } + [77])
        ])
        var slot: Float = -1
        statistics.fill(&slot, fromElements: [element(of: .max)])
        #expect(slot == 77)
    }

    /// All in one line, whatever the number of lines: they spill over, around the end too, and are found.
    @Test(arguments: [UInt64(0), 0xffff_ffff_0000_0000])
    func keysThatCollideAreFound(upper: UInt64) throws {
        let keys = (0..<100).map { upper | $0 }
        let ranks = (0..<100).map { UInt8($0) }
        let statistics = try TargetStatistics([Statistic(elements: [one], keys: keys, ranks: ranks + [200])])
        for (place, key) in keys.enumerated() {
            var slot: Float = -1
            statistics.fill(&slot, fromElements: [element(of: key)])
            #expect(slot == Float(place))
        }
        for key in [upper | 100, upper | 0xffff_fffe, upper ^ (1 << 63)] {
            var slot: Float = -1
            statistics.fill(&slot, fromElements: [element(of: key)])
            #expect(slot == 200)
        }
    }

    /// What an only element has to be for a key: what was multiplied is divided again.
    private func element(of key: UInt64) -> UInt64 {
        var inverse: UInt64 = 1
        for _ in 0..<6 { inverse = inverse &* (2 &- CLANES_KEY_FACTOR &* inverse) }
        return inverse &* inverse &* key
    }

    @Test func keysThatCrowdAreRefused() throws {
        for count in [512, 513] {
            // All in the first line.
            let keys = (0..<UInt64(count)).map { $0 }
            let ranks = [UInt8](repeating: 0, count: count + 1)
            let result = Result { () throws(ModelError) in
                try TargetStatistics([Statistic(elements: [one], keys: keys, ranks: ranks)])
            }
            if case .success = result { #expect(count == 512) } else { #expect(count == 513) }
        }
    }

    /// Against a dictionary: more tables than are asked for at a time, of all sizes, rows known and unknown.
    @Test(arguments: 0..<4 as Range<UInt64>) func randomTablesAnswerAsDictionaries(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (all, known): ([Statistic], [[UInt64: UInt8]]) = ([], [])
        for _ in 0..<300 {
            let elements = [[one], [other], [one, other], [other, one]].randomElement(using: &random)!
            let count = Int.random(in: 0...60, using: &random)
            let keys = (0..<count).map { _ in
                let hashes = (0..<2).map { _ in UInt32.random(in: 0..<12, using: &random) &* 0x9e37_79b9 }
                return elements.count == 1 ? key(hashes[0]) : key(hashes[0], hashes[1])
            }
            for _ in 0..<Int.random(in: 1...10, using: &random) {
                let ranks = (0...count).map { _ in UInt8.random(in: 0...255, using: &random) }
                all.append(Statistic(elements: elements, keys: keys, ranks: ranks))
                known.append(Dictionary(zip(keys, ranks), uniquingKeysWith: { $1 }))
            }
        }
        let statistics = try TargetStatistics(all)
        for _ in 0..<50 {
            let cells = (0..<2).map { _ in UInt32.random(in: 0..<14, using: &random) &* 0x9e37_79b9 }
            let expected = zip(all, known).map { statistic, known in
                var key = TargetStatistics.Key()
                for element in statistic.elements { key.add(hash: cells[element == one ? 0 : 1]) }
                return Float(known[key.value] ?? statistic.ranks[statistic.keys.count])
            }
            #expect(slots(statistics, count: all.count, cells) == expected)
        }
    }
}
