import Testing
import TestKit

@testable import Customs

@Suite struct ValueWindowsTests {
    @Test func windowKeepsTheLastSixtyFourSorted() {
        var windows = ValueWindows()
        var random = SeededGenerator(seed: 2)
        var expected: [[Double]] = Array(repeating: [], count: 20)
        for _ in expected { windows.addKey() }
        for _ in 0..<3000 {
            let key = Int.random(in: 0..<20, using: &random) * Int.random(in: 0..<20, using: &random) % 20
            // Coarse values: equal ones must leave the window one by one.
            let value = Double(Int.random(in: -9...9, using: &random))
            windows.observe(value, for: key)
            expected[key] = (expected[key] + [value]).suffix(ValueWindows.capacity)
            #expect(windows.history(key) == expected[key])
            #expect(windows.withSorted(key) { Array($0) } == expected[key].sorted())
        }
        #expect(expected.contains { $0.count == ValueWindows.capacity })
    }

    @Test func blocksAreUsedAgain() {
        var windows = ValueWindows()
        for key in 0..<100 {
            windows.addKey()
            for value in 0..<3 { windows.observe(Double(value), for: key) }
        }
        // Every key left its block of two for one of eight; the next key takes one that is free.
        let before = windows.poolSize
        windows.addKey()
        windows.observe(1, for: 100)
        #expect(windows.poolSize == before)
    }
}

@Suite struct SortedValuesTests {
    private func on<R>(_ values: [Double], _ body: (UnsafeBufferPointer<Double>) -> R) -> R {
        values.sorted().withUnsafeBufferPointer(body)
    }

    @Test func mediansOfOddAndEvenCounts() {
        #expect(on([5, 1, 4, 2, 3]) { SortedValues.median($0) } == 3)
        #expect(on([6, 1, 4, 2, 3, 5]) { SortedValues.median($0) } == 3.5)
        #expect(on([1, 2, 3, 4]) { SortedValues.median($0) }.isNaN)
    }

    @Test func robustScoreIsTheDistanceInMedianDeviations() {
        var random = SeededGenerator(seed: 3)
        for count in 5...64 {
            let values = (0..<count).map { _ in Double.random(in: 0...100, using: &random) }
            let median = on(values) { SortedValues.median($0) }
            let deviations = values.map { abs($0 - median) }
            let spread = on(deviations) { SortedValues.median($0) }
            let score = on(values) { SortedValues.robustScore(of: 120, among: $0) }
            #expect(abs(score - (120 - median) / (1.4826 * spread)) < 1e-12)
        }
        #expect(on([7, 7, 7, 7, 9]) { SortedValues.robustScore(of: 9, among: $0) }.isNaN)
    }

    @Test func rankIsTheShareBelow() {
        let values: [Double] = [1, 2, 2, 2, 3]
        #expect(on(values) { SortedValues.rank(of: 0, among: $0) } == 0)
        #expect(on(values) { SortedValues.rank(of: 2, among: $0) } == 0.5)
        #expect(on(values) { SortedValues.rank(of: 9, among: $0) } == 1)
        #expect(on(values) { SortedValues.rank(of: .nan, among: $0) }.isNaN)
    }

    @Test func chebyshevBoundsEveryDistribution() {
        // Mean 3, variance 2.5: at 8 the square of the distance is ten variances.
        let values: [Double] = [1, 2, 3, 4, 5]
        #expect(abs(on(values) { SortedValues.chebyshevBound(of: 8, among: $0) } - 0.1) < 1e-15)
        #expect(on(values) { SortedValues.chebyshevBound(of: 3, among: $0) } == 1)
        #expect(on([2, 2, 2, 2, 2]) { SortedValues.chebyshevBound(of: 2.1, among: $0) } == 0)
    }
}
