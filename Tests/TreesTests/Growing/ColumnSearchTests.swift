import CLanes
import TestKit
import Testing

@testable import Trees

/// Splits against a search through everything, in double precision.
@Suite struct ColumnSearchTests {
    private struct Sums { var gradient = 0.0, hessian = 0.0 }

    private static func bruteForce(
        _ column: GrowingColumn, _ nodes: [Int], _ packed: [Int64], _ gain: clanes_gain
    ) -> [Double] {
        (0..<max(1, column.splits)).map { bin in
            var sides = [[Sums]](repeating: [Sums(), Sums()], count: 16)
            for row in packed.indices where packed[row] != 0 {
                let isRight = column.isExact ? column.bin(row) == bin : column.bin(row) > bin
                sides[nodes[row]][isRight ? 1 : 0].gradient += Double(packed[row] >> 32) * gain.gradient_unit
                sides[nodes[row]][isRight ? 1 : 0].hessian += Double(packed[row] & 0x7fff_ffff) * gain.hessian_unit
            }
            return sides.reduce(0) { $0 + Self.gain($1, column.sense, gain) }
        }
    }

    private static func gain(_ sides: [Sums], _ sense: Int, _ gain: clanes_gain) -> Double {
        let least = Double(gain.least_hessian) * gain.hessian_unit
        guard sides.allSatisfy({ $0.hessian >= least }) else { return 0 }
        let values = sides.map { $0.gradient / ($0.hessian + gain.lambda) }
        if sense != 0, Double(sense) * (values[1] - values[0]) < 0 { return 0 }
        let gradient = sides[0].gradient + sides[1].gradient
        let whole = gradient * gradient / (sides[0].hessian + sides[1].hessian + gain.lambda)
        return zip(sides, values).reduce(-whole) { $0 + $1.0.gradient * $1.1 }
    }

    /// `bins`: 20 are counted in turns, 200 in bytes, 300 in words, with histograms of the first node and by walking later.
    @Test(arguments: [20, 200, 300], [(0, false), (1, false), (-1, false), (0, true)])
    func bestSplitIsThatOfBruteForce(bins: Int, kind: (sense: Int, isExact: Bool)) throws {
        if kind.isExact, bins > 256 { return }
        var random = SeededGenerator(seed: UInt64(bins))
        let count = 400
        let question = kind.isExact ? Question.value(category: 0) : .number(0)
        let columns = (0..<4).map { _ in
            GrowingColumn(question, borders: [], bins: bins, sense: kind.sense, rows: count) { _ in
                Int.random(in: 0..<bins, using: &random)
            }
        }
        let gain = clanes_gain(gradient_unit: 0.001, hessian_unit: 0.0005, lambda: 0.7, least_hessian: 900, sense: 0)
        let packed = (0..<count).map { row -> Int64 in
            if row % 9 == 0 { return 0 }
            return Int64.random(in: -900...900, using: &random) << 32 + Int64.random(in: 1...400, using: &random)
        }
        let searches = columns.map { ColumnSearch($0, keeps: true, depth: 4, learning: count) }
        let room = GrowingRoom(learning: count, bins: 300, depth: 4)
        let rows = SampledRows(learning: count, keepsNodes: true)
        withTeam(2) { team in
            packed.withUnsafeBufferPointer { sums in
                rows.begin(sums.baseAddress!)
                var nodes = [Int](repeating: 0, count: count)
                for level in 0..<4 {
                    for search in searches {
                        let found = search.best(rows, gain, room, packed: sums.baseAddress!)
                        let gains = Self.bruteForce(search.column, nodes, packed, gain)
                        let best = max(0, gains.max() ?? 0)
                        #expect(abs(found.gain - best) <= 1e-3 * max(1, best), "level \(level)")
                        #expect(abs(gains[found.bin] - best) <= 1e-3 * max(1, best) || best == 0)
                    }
                    let split = (column: columns[level], bin: bins / 3)
                    rows.split(split.column, at: split.bin, team)
                    for row in 0..<count {
                        let bin = split.column.bin(row)
                        if kind.isExact ? bin == split.bin : bin > split.bin { nodes[row] |= 1 << level }
                    }
                    #expect(rows.count == packed.count { $0 != 0 })
                    for node in 0..<rows.nodeCount {
                        let own = packed.indices.filter { nodes[$0] == node }.reduce(Int64(0)) { $0 + packed[$1] }
                        #expect(rows.totals[node] == own)
                    }
                }
            }
        }
    }
}
