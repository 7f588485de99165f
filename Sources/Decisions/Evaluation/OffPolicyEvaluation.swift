public import JSON
import Platform

/// What another policy would have brought in, told from decisions that it did not make.
public struct OffPolicyEvaluation: Sendable, Equatable {
    public let rows: Int
    public let clusters: Int
    /// Weighted by how much likelier the other policy was to do what was done.
    public let ips: Estimate
    /// The same over the sum of the weights.
    public let snips: Estimate
    /// What was expected, corrected by what was seen.
    public let dr: Estimate
    /// What the decisions did bring in.
    public let logged: Estimate
    /// DR less what was brought in, drawn together.
    public let difference: Estimate
    /// As many decisions of the other policy itself would say as much.
    public let effectiveSize: Double
    /// Share of decisions that had no other lane.
    public let noChoice: Double
    /// Share of the other policy's chances on lanes that were never taken there: left out, not guessed.
    public let unsupported: Double
    /// Share of weights that were cut.
    public let clipped: Double

    public struct Settings: Sendable {
        public var replicates = 1000
        public var level = 0.95
        public var seed: UInt64 = 42
        /// Larger weights are cut.
        public var largestWeight = ObservationWeight.largest
        public init() {}
    }

    /// Intervals come from drawing clusters anew; the same seed gives the same interval.
    public init(_ rows: [LoggedRow], settings: Settings = Settings()) throws(DecisionError) {
        guard !rows.isEmpty, rows.count <= DecisionLimits.standard.rows, rows.allSatisfy(\.areValid) else {
            throw DecisionError(.badData, "journal de décisions vide ou incohérent")
        }
        guard 1...20_000 ~= settings.replicates, settings.level > 0, settings.level < 1, settings.largestWeight >= 1
        else {
            throw DecisionError(.badData, "réglages d’évaluation hors limites")
        }
        var (sums, squares, cut, noChoice, unsupported) = ([UInt64: ClusterSums](), 0.0, 0, 0, 0.0)
        var order: [UInt64] = []
        for row in rows {
            let ratio = row.target[row.lane] / row.logged[row.lane]
            let weight = min(ratio, settings.largestWeight)
            if ratio > weight { cut += 1 }
            if sums[row.cluster] == nil { order.append(row.cluster) }
            sums[row.cluster, default: ClusterSums()].add(row, weight)
            squares += row.weight * weight * (row.weight * weight)
            noChoice += row.hasNoChoice ? 1 : 0
            unsupported += 1 - row.supported
        }
        let bootstrap = ClusterBootstrap(order.map { sums[$0] ?? ClusterSums() }, settings)
        (self.rows, clusters) = (rows.count, order.count)
        ips = bootstrap.estimate { $0.weighted / $0.count }
        snips = bootstrap.estimate { $0.weights > 0 ? $0.weighted / $0.weights : .nan }
        dr = bootstrap.estimate { $0.robust / $0.count }
        logged = bootstrap.estimate { $0.reward / $0.count }
        difference = bootstrap.estimate { ($0.robust - $0.reward) / $0.count }
        let total = bootstrap.total.weights
        effectiveSize = squares > 0 ? total * total / squares : 0
        self.noChoice = Double(noChoice) / Double(rows.count)
        self.unsupported = max(0, unsupported / Double(rows.count))
        clipped = Double(cut) / Double(rows.count)
    }
}

/// What the rows of one cluster add up to.
struct ClusterSums {
    var count = 0.0
    var weights = 0.0
    var weighted = 0.0
    var robust = 0.0
    var reward = 0.0

    mutating func add(_ row: LoggedRow, _ weight: Double) {
        // A lane that was never possible is not guessed from what was expected of it.
        var expected = 0.0
        for lane in Lane.allCases where row.logged[lane] > 0 { expected += row.target[lane] * row.expected[lane] }
        count += row.weight
        weights += row.weight * weight
        weighted += row.weight * weight * row.reward
        robust += row.weight * (expected + weight * (row.reward - row.expected[row.lane]))
        reward += row.weight * row.reward
    }

    static func += (a: inout ClusterSums, b: ClusterSums) {
        a.count += b.count
        a.weights += b.weights
        a.weighted += b.weighted
        a.robust += b.robust
        a.reward += b.reward
    }
}

/// Draws clusters with replacement, and keeps the sums of every draw.
struct ClusterBootstrap {
    let total: ClusterSums
    private let draws: [ClusterSums]
    private let level: Double

    init(_ clusters: [ClusterSums], _ settings: OffPolicyEvaluation.Settings) {
        var total = ClusterSums()
        for cluster in clusters { total += cluster }
        var random = Random(seed: settings.seed)
        var draws: [ClusterSums] = []
        draws.reserveCapacity(settings.replicates)
        for _ in 0..<settings.replicates {
            var sum = ClusterSums()
            for _ in clusters.indices {
                sum += clusters[Int(random.next().multipliedFullWidth(by: UInt64(clusters.count)).high)]
            }
            draws.append(sum)
        }
        (self.total, self.draws, level) = (total, draws, settings.level)
    }

    /// The measure over everything, between the percentiles of its draws.
    func estimate(_ measure: (ClusterSums) -> Double) -> Estimate {
        let values = draws.map(measure).filter(\.isFinite).sorted()
        let value = measure(total)
        guard !values.isEmpty, value.isFinite else {
            return Estimate(0, low: -.greatestFiniteMagnitude, high: .greatestFiniteMagnitude)
        }
        let tail = (1 - level) / 2
        return Estimate(value, low: Self.percentile(tail, values), high: Self.percentile(1 - tail, values))
    }

    private static func percentile(_ share: Double, _ sorted: [Double]) -> Double {
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        let high = min(low + 1, sorted.count - 1)
        return sorted[low] + (place - Double(low)) * (sorted[high] - sorted[low])
    }
}

extension OffPolicyEvaluation: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("decisions", rows)
            writer.member("importateurs", clusters)
            writer.member("ips", ips)
            writer.member("snips", snips)
            writer.member("dr", dr)
            writer.member("observe", logged)
            writer.member("ecart", difference)
            writer.member("taille_effective", effectiveSize)
            writer.member("sans_choix", noChoice)
            writer.member("hors_support", unsupported)
            writer.member("poids_coupes", clipped)
        }
    }
}
