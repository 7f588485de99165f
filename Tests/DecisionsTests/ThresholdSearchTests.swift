import JSON
import Platform
import Testing

@testable import Decisions

@Suite struct ThresholdSearchTests {
    private func rows(_ random: inout Random, _ count: Int) throws -> VerifiedRows {
        var rows = VerifiedRows()
        for _ in 0..<count {
            let p = (random.unit() * 20).rounded() / 20
            try rows.append(
                probability: p, isFraud: random.unit() < p, duties: random.unit() * 400_000,
                weight: 0.5 + random.unit())
        }
        return rows
    }

    private func gain(_ rows: VerifiedRows, _ thresholds: LaneThresholds, _ prices: PriceList) -> Double {
        (0..<rows.count).reduce(0) { sum, row in
            let lane = thresholds.lane(of: rows.probabilities[row])
            if lane == .conforme { return sum }
            let duty = rows.frauds[row] ? min(rows.duties[row], prices.scale) : 0
            return sum + rows.weights[row] * (prices.recovery[lane] * duty - prices.expectedCost(of: lane))
        }
    }

    @Test func netGainIsTheLargestOfAllPairs() throws {
        var random = Random(seed: 5)
        for trial in 0..<60 {
            let rows = try rows(&random, 5 + trial)
            var prices = PriceList()
            prices.control = LaneValues(0, 1_000 + 40_000 * random.unit(), 5_000 + 80_000 * random.unit())
            prices.recovery = LaneValues(0, random.unit(), 1)
            let choice = try rows.thresholdsByNetGain(prices: prices)
            // Every way to part twenty-one values in three.
            let cuts: [Double] = (0...21).map { (Double($0) - 0.5) / 20 }
            var best = 0.0
            for bas in cuts where bas > 0 {
                for haut in cuts where haut > bas && haut < 1 {
                    best = max(best, gain(rows, try LaneThresholds(bas: bas, haut: haut, tHard: 1), prices))
                }
            }
            for cut in cuts where cut > 0 && cut < 1 {
                let both = try LaneThresholds(bas: cut - 1e-6, haut: cut, tHard: 1)
                best = max(best, gain(rows, both, prices))
            }
            #expect(choice.value >= best - 1e-6)
            #expect(abs(gain(rows, choice.thresholds, prices) - choice.value) < 1e-6 * max(1, choice.value))
        }
    }

    @Test func whereNoControlPaysNothingIsControlled() throws {
        var rows = VerifiedRows()
        for k in 0..<10 { try rows.append(probability: Double(k) / 10, isFraud: k > 5, duties: 10) }
        let choice = try rows.thresholdsByNetGain(prices: PriceList())
        #expect(choice.value == 0)
        #expect(choice.thresholds.bas > 0.9)
        #expect(choice.curve.count == 10)
        #expect(choice.curve.gain.allSatisfy { $0 < 0 })
    }

    @Test func extremesOfTheProbabilityGiveThresholdsThatAreAllowed() throws {
        for p in [0.0, 1.0] {
            var rows = VerifiedRows()
            try rows.append(probability: p, isFraud: true, duties: 1e9)
            try rows.append(probability: p, isFraud: false, duties: 0)
            #expect(throws: Never.self) { try rows.thresholdsByNetGain(prices: PriceList()) }
            #expect(throws: Never.self) { try rows.thresholdsByF1() }
        }
        #expect(throws: DecisionError.self) { try VerifiedRows().thresholdsByF1() }
        var rows = VerifiedRows()
        #expect(throws: DecisionError.self) { try rows.append(probability: .nan, isFraud: true) }
        #expect(throws: DecisionError.self) { try rows.append(probability: 0.5, isFraud: true, weight: 0) }
    }

    @Test func f1IsTheLargestOfTheCurve() throws {
        var random = Random(seed: 6)
        let rows = try rows(&random, 300)
        let choice = try rows.thresholdsByF1()
        #expect(choice.value == choice.curve.f1.max())
        #expect(choice.thresholds.bas < choice.thresholds.haut)
        #expect(try ThresholdCurve(parsing: choice.curve.jsonBytes()) == choice.curve)
        #expect(choice.curve.thinned(to: 5).thresholds.last == choice.curve.thresholds.last)
    }
}
