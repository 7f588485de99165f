/// Declarations whose outcome was verified, from which thresholds are chosen: flat, one entry a declaration.
public struct VerifiedRows: Sendable {
    public private(set) var probabilities: [Double] = []
    public private(set) var frauds: [Bool] = []
    /// What would come in if it is a fraud, in FCFA.
    public private(set) var duties: [Double] = []
    /// How many declarations each stands for: 1 over the probability that its outcome became known.
    public private(set) var weights: [Double] = []

    public init() {}
    public var count: Int { probabilities.count }

    public mutating func append(
        probability: Double, isFraud: Bool, duties: Double = 0, weight: Double = 1
    ) throws(DecisionError) {
        guard 0...1 ~= probability, 0...1e15 ~= duties, weight > 0, weight <= 1e6 else {
            throw DecisionError(.badData, "une ligne vérifiée a une probabilité, un enjeu ou un poids impossible")
        }
        guard count < DecisionLimits.standard.rows else { throw DecisionError(.tooMuch, "trop de lignes vérifiées") }
        probabilities.append(probability)
        frauds.append(isFraud)
        self.duties.append(duties)
        weights.append(weight)
    }
}

/// Thresholds and what they were chosen from.
public struct ThresholdChoice: Sendable, Equatable {
    public let thresholds: LaneThresholds
    public let curve: ThresholdCurve
    /// What the choice made largest: the net gain in FCFA, or the F1.
    public let value: Double
}

extension VerifiedRows {
    /// The pair with the largest expected net gain: what the lanes recover, less control and delay.
    ///
    /// With F(t) and L(t) the gains of controlling fully, or lightly, all rows at or above t, both thresholds bring in
    /// L(bas) + (F − L)(haut): one pass from the top keeps the best `haut` so far. Where no control pays, the
    /// thresholds lie above every probability. Of equal pairs the highest is taken: fewer controls.
    public func thresholdsByNetGain(
        prices: PriceList, keeping old: LaneThresholds = .standard
    ) throws(DecisionError) -> ThresholdChoice {
        try prices.check()
        let order = try descending()
        let (full, light) = (prices.expectedCost(of: .fraude), prices.expectedCost(of: .zoneGrise))
        var (gainFull, gainLight) = (0.0, 0.0)
        var (bestStep, hautGroup) = (0.0, -1)
        var best = (value: 0.0, bas: -1, haut: -1)
        var sweep = Sweep(self)
        var edges: [Double] = []
        var at = 0
        while at < order.count {
            let probability = probabilities[order[at]]
            while at < order.count, probabilities[order[at]] == probability {
                let row = order[at]
                let duty = frauds[row] ? min(duties[row], prices.scale) : 0
                gainFull += weights[row] * (prices.recovery.fraude * duty - full)
                gainLight += weights[row] * (prices.recovery.zoneGrise * duty - light)
                sweep.add(row)
                at += 1
            }
            sweep.close(probability, gain: gainFull)
            edges.append(probability)
            let group = edges.count - 1
            // A probability of 1 is above any threshold, and one of 0 below.
            if probability > 1 - Self.tiny {
                (bestStep, hautGroup, best) = (gainFull - gainLight, group, (gainFull, group, group))
            }
            if probability < 2 * Self.tiny { continue }
            if gainFull - gainLight > bestStep { (bestStep, hautGroup) = (gainFull - gainLight, group) }
            if gainLight + bestStep > best.value { best = (gainLight + bestStep, group, hautGroup) }
        }
        let thresholds = try Self.thresholds(edges, bas: best.bas, haut: best.haut, keeping: old)
        return ThresholdChoice(thresholds: thresholds, curve: sweep.curve, value: best.value)
    }

    /// `haut` where F1 is largest, `bas` where F2, in which what is missed counts four times, is.
    public func thresholdsByF1(keeping old: LaneThresholds = .standard) throws(DecisionError) -> ThresholdChoice {
        let order = try descending()
        guard frauds.contains(true), frauds.contains(false) else {
            throw DecisionError(.badData, "il faut des fraudes et des déclarations régulières pour choisir des seuils")
        }
        var sweep = Sweep(self)
        var edges: [Double] = []
        var (first, second) = ((value: -1.0, group: 0), (value: -1.0, group: 0))
        var at = 0
        while at < order.count {
            let probability = probabilities[order[at]]
            while at < order.count, probabilities[order[at]] == probability {
                sweep.add(order[at])
                at += 1
            }
            sweep.close(probability, gain: nil)
            edges.append(probability)
            if probability < 2 * Self.tiny, edges.count > 1 { continue }
            if sweep.f(1) > first.value { first = (sweep.f(1), edges.count - 1) }
            if sweep.f(2) > second.value { second = (sweep.f(2), edges.count - 1) }
        }
        let thresholds = try Self.thresholds(
            edges, bas: max(second.group, first.group), haut: first.group, keeping: old)
        return ThresholdChoice(thresholds: thresholds, curve: sweep.curve, value: first.value)
    }

    /// How near to 0 and 1 a threshold may lie.
    private static let tiny = 1e-9

    private func descending() throws(DecisionError) -> [Int] {
        guard count > 0 else { throw DecisionError(.badData, "aucune ligne vérifiée") }
        return probabilities.indices.sorted {
            probabilities[$0] != probabilities[$1] ? probabilities[$0] > probabilities[$1] : $0 < $1
        }
    }

    /// Thresholds that part the groups as chosen, written so that 0 < bas < haut < 1. −1 means: above all of them.
    private static func thresholds(
        _ edges: [Double], bas: Int, haut: Int, keeping old: LaneThresholds
    ) throws(DecisionError) -> LaneThresholds {
        func edge(_ group: Int) -> Double {
            group < 0 ? (edges[0] + 1) / 2 : edges[group]
        }
        let top = min(max(edge(haut), 2 * tiny), 1 - tiny)
        var bottom = edge(bas)
        if bottom >= top {
            // No doubtful lane: `bas` lies between this group and the next lower one.
            let lower = bas < 0 ? edges[0] : bas + 1 < edges.count ? edges[bas + 1] : 0
            bottom = (min(lower, top) + top) / 2
        }
        bottom = min(max(bottom, tiny), top - tiny)
        return try LaneThresholds(bas: bottom, haut: top, tHard: max(top, old.tHard))
    }
}

/// The counts above a falling threshold.
private struct Sweep {
    let rows: VerifiedRows
    let frauds: Double
    let total: Double
    var curve = ThresholdCurve()
    private var (controlled, hits) = (0.0, 0.0)

    init(_ rows: VerifiedRows) {
        self.rows = rows
        total = rows.weights.reduce(0, +)
        frauds = rows.frauds.indices.reduce(0) { rows.frauds[$1] ? $0 + rows.weights[$1] : $0 }
    }

    mutating func add(_ row: Int) {
        controlled += rows.weights[row]
        if rows.frauds[row] { hits += rows.weights[row] }
    }

    mutating func close(_ threshold: Double, gain: Double?) {
        curve.thresholds.append(threshold)
        curve.controlled.append(controlled / total)
        curve.precision.append(hits / controlled)
        curve.recall.append(frauds > 0 ? hits / frauds : 0)
        curve.f1.append(f(1))
        if let gain { curve.gain.append(gain) }
    }

    func f(_ beta: Double) -> Double {
        let square = beta * beta
        return controlled + square * frauds > 0 ? (1 + square) * hits / (controlled + square * frauds) : 0
    }
}
