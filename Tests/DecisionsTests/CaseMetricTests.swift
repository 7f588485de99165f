import Platform
import Testing

@testable import Decisions

@Suite struct CaseMetricTests {
    private func numbers(_ values: [Double]) -> [[CaseValue]] { values.map { [.number($0)] } }

    @Test func numbersLieApartByTheCasesBetweenThem() {
        let metric = CaseMetric(weights: [3], cases: numbers([1, 2, 3, 4, 1e9]))
        func distance(_ a: Double, _ b: Double) -> Double { metric.distance([.number(a)], [.number(b)]) }
        #expect(abs(distance(1, 2) - 0.2) < 1e-12)
        // The outlier is one step further, no more.
        #expect(abs(distance(4, 1e9) - 0.2) < 1e-12)
        #expect(abs(distance(1, 1e9) - 0.8) < 1e-12)
        #expect(metric.distance([.number(7)], [.number(7)]) == 0)
        #expect(metric.distance([.number(5)], [.number(6)]) == 0)
    }

    @Test func wordsAndWhatIsMissingAreTheSameOrAnother() {
        let metric = CaseMetric(weights: [1, 3], cases: [[.word("FR"), .missing], [.word("CN"), .number(1)]])
        #expect(metric.distance([.word("FR"), .missing], [.word("FR"), .missing]) == 0)
        #expect(metric.distance([.word("FR"), .missing], [.word("CN"), .missing]) == 0.25)
        #expect(metric.distance([.word("FR"), .missing], [.word("FR"), .number(1)]) == 0.75)
        #expect(metric.distance([.word("FR"), .number(.nan)], [.missing, .missing]) == 1)
    }

    @Test func whatCannotBeWeighedDoesNotCount() {
        let metric = CaseMetric(weights: [.nan, -1, .infinity, 0, 2], cases: [])
        let a = [CaseValue](repeating: .word("a"), count: 5)
        let b = a.dropLast() + [.word("b")]
        #expect(metric.distance(a, Array(b)) == 1)
        #expect(metric.distance(Array(b.dropLast()) + [.word("a")], a) == 0)
        #expect(CaseMetric(weights: [], cases: []).distance([], []) == 0)
        // A case that is shorter differs in what it lacks.
        #expect(metric.distance(a, []) == 1)
    }

    /// A distance, and one that no unit changes.
    @Test func itIsSymmetricBoundedAndWithoutUnit() {
        var random = Random(seed: 4)
        func value(_ scale: Double) -> (CaseValue, CaseValue) {
            let draw = random.unit()
            if draw < 0.2 { return (.missing, .missing) }
            let number = (random.unit() * 20).rounded()
            return (.number(number), .number(number * number * number * scale + 7))
        }
        let pairs = (0..<60).map { _ in (0..<4).map { _ in value(1000) } }
        let plain = pairs.map { $0.map(\.0) }
        let other = pairs.map { $0.map(\.1) }
        let weights = [1.0, 2, 3, 4]
        let (metric, cubed) = (CaseMetric(weights: weights, cases: plain), CaseMetric(weights: weights, cases: other))
        for a in plain.indices {
            #expect(metric.distance(plain[a], plain[a]) == 0)
            for b in plain.indices {
                let distance = metric.distance(plain[a], plain[b])
                #expect(0...1.000001 ~= distance)
                #expect(distance == metric.distance(plain[b], plain[a]))
                #expect(distance == cubed.distance(other[a], other[b]))
                for c in plain.indices.prefix(12) {
                    let detour = metric.distance(plain[a], plain[c]) + metric.distance(plain[c], plain[b])
                    #expect(distance <= detour + 1e-12)
                }
            }
        }
    }
}
