import TestKit
import Testing

@testable import Trees

@Suite struct BordersTests {
    @Test func fewValuesAreAllToldApart() {
        #expect(Borders.quantiles(of: [3, 1, 1, 2], most: 2) == [1.5, 2.5])
        #expect(Borders.quantiles(of: [3, 1, 1, 2], most: 9) == [1.5, 2.5])
        #expect(Borders.quantiles(of: [4, 4, 4], most: 9) == [])
        #expect(Borders.quantiles(of: [], most: 9) == [] && Borders.quantiles(of: [1, 2], most: 0) == [])
    }

    @Test(arguments: 1...20) func borderLiesBetweenItsNeighbours(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let low = Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))
            guard low.isFinite, low < .greatestFiniteMagnitude else { continue }
            let highs = [low.nextUp, Float.greatestFiniteMagnitude, low / 2 + 1]
            for high in highs where high > low {
                let middle = Borders.middle(low, high)
                #expect(middle >= low && middle < high)
            }
        }
    }

    @Test(arguments: 1...30) func binsHoldAboutAsManyRows(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let most = Int.random(in: 1...40, using: &random)
        // A third of the rows has one of three values.
        let values = (0..<2000).map { _ in
            Int.random(in: 0..<3, using: &random) == 0
                ? Float(Int.random(in: 0..<3, using: &random)) : Float.random(in: -5...5, using: &random)
        }
        let borders = Borders.quantiles(of: values, most: most)
        #expect(borders.count <= most && borders.count >= most * 2 / 3 && borders == borders.sorted())
        #expect(Set(borders).count == borders.count)
        var counts = [Int](repeating: 0, count: borders.count + 1)
        for value in values {
            let bin = borders.withUnsafeBufferPointer { Borders.bin(of: value, $0) }
            #expect(bin == borders.count { value > $0 })
            counts[bin] += 1
        }
        let common = values.filter { $0 == 1 }.count
        #expect(counts.allSatisfy { $0 > 0 && $0 <= max(2 * 2000 / (most + 1), 2000 / (most + 1) + common) })
    }
}
