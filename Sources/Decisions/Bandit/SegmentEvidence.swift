public import JSON

/// What the learner says of one declaration's lanes.
public struct SegmentEvidence: Sendable, Equatable {
    /// Expected reward of each lane.
    public var values: LaneValues
    /// On how many outcomes that rests, older ones counting less.
    public var support: LaneValues
    /// The standard error of each value.
    public var errors: LaneValues
    /// Outcomes of the whole segment, over all deciles and lanes.
    public var segmentSupport: Double

    public init(values: LaneValues, support: LaneValues, errors: LaneValues, segmentSupport: Double) {
        (self.values, self.support, self.errors) = (values, support, errors)
        self.segmentSupport = segmentSupport
    }

    public var isFinite: Bool {
        values.areFinite && support.areFinite && errors.areFinite && segmentSupport.isFinite
    }
}

extension SegmentLearner {
    /// The value of each lane for a probability within a segment, on a day.
    ///
    /// The lanes' values are the prior's lines plus what outcomes have corrected, from the chapter down to the heading:
    /// at each level (n·seen + κ·coarser) / (n + κ). Then each decile's lead of a stricter lane over the next softer one
    /// is made to grow with the probability, and read between the deciles' middles along straight lines: a higher
    /// probability never gets a softer greedy lane.
    func evidence(
        _ probability: Double, _ segment: Segment, on day: Int32, prior: PriorLines, shrinkage: Double, spread: Double
    ) -> SegmentEvidence {
        var levels = Levels(self, segment, day)
        var (lead1, lead2) = (MonotoneFit.Nodes(repeating: 0), MonotoneFit.Nodes(repeating: 0))
        var (weight1, weight2) = (lead1, lead1)
        var (own, ownBase) = (Cell.Shrunk(), 0.0)
        let ownDecile = deciles.decile(of: probability)
        var isTaught = false
        for decile in 0..<Deciles.count {
            let cells = levels.shrunk(decile, prior: prior, shrinkage: shrinkage, spread: spread)
            let middle = deciles.middle(decile)
            isTaught = isTaught || cells.isTaught
            lead1[decile] = prior.overConforme(middle) + cells.shift.zoneGrise - cells.shift.conforme
            lead2[decile] = prior.overZoneGrise(middle) + cells.shift.fraude - cells.shift.zoneGrise
            let n = LaneValues(
                cells.support.conforme + shrinkage, cells.support.zoneGrise + shrinkage,
                cells.support.fraude + shrinkage)
            weight1[decile] = n.conforme * n.zoneGrise / (n.conforme + n.zoneGrise)
            weight2[decile] = n.fraude * n.zoneGrise / (n.fraude + n.zoneGrise)
            if decile == ownDecile { (own, ownBase) = (cells, cells.shift.conforme) }
        }
        var (shift1, shift2) = (0.0, 0.0)
        if isTaught {
            MonotoneFit.fit(&lead1, weights: weight1)
            MonotoneFit.fit(&lead2, weights: weight2)
            for decile in 0..<Deciles.count {
                lead1[decile] -= prior.overConforme(deciles.middle(decile))
                lead2[decile] -= prior.overZoneGrise(deciles.middle(decile))
            }
            (shift1, shift2) = (between(lead1, probability), between(lead2, probability))
        }
        return SegmentEvidence(
            values: prior.values(probability, base: ownBase, shift1, shift2), support: own.support,
            errors: own.errors, segmentSupport: levels.finestSupport)
    }

    /// A sequence at the deciles' middles, read between them.
    private func between(_ nodes: MonotoneFit.Nodes, _ p: Double) -> Double {
        if p <= deciles.middle(0) { return nodes[0] }
        for decile in 1..<Deciles.count {
            let (from, to) = (deciles.middle(decile - 1), deciles.middle(decile))
            if p < to { return nodes[decile - 1] + (nodes[decile] - nodes[decile - 1]) * ((p - from) / (to - from)) }
        }
        return nodes[Deciles.count - 1]
    }
}

/// The rows that know something of a segment, coarse to fine.
private struct Levels {
    let learner: SegmentLearner
    var places: InlineArray<3, Int>
    var factors: InlineArray<3, Double>
    var count: Int

    init(_ learner: SegmentLearner, _ segment: Segment, _ day: Int32) {
        self.learner = learner
        let finest = segment.heading > 0 ? learner.rows[SegmentLearner.key(segment)] : nil
        places = [0, 1 + segment.flags, finest ?? 0]
        count = finest == nil ? 2 : 3
        factors = [0, 0, 0]
        for level in 0..<count {
            let anchor = learner.anchors[places[level]]
            factors[level] = anchor == .min ? 0 : learner.forgetting.factor(after: Int(day) - Int(anchor))
        }
    }

    /// Outcomes in the finest row, whatever their decile and lane.
    var finestSupport: Double {
        let level = count - 1
        var sum = 0.0
        for decile in 0..<Deciles.count {
            for lane in 0..<3 { sum += cell(level, decile, lane).count }
        }
        return sum
    }

    @inline(__always)
    func cell(_ level: Int, _ decile: Int, _ lane: Int) -> Cell {
        let at = places[level] * SegmentLearner.rowLength + (decile * 3 + lane) * SegmentLearner.sumCount
        // The coarse rows are always there: it is never empty.
        return learner.sums.withUnsafeBufferPointer { Cell($0.baseAddress! + at, factors[level]) }
    }

    mutating func shrunk(_ decile: Int, prior: PriorLines, shrinkage: Double, spread: Double) -> Cell.Shrunk {
        var result = Cell.Shrunk()
        for lane in Lane.allCases {
            var (shift, support, variance) = (0.0, 0.0, spread * spread)
            for level in 0..<count {
                let cell = cell(level, decile, lane.severity)
                guard cell.count > 0 else { continue }
                result.isTaught = true
                let lean = shrinkage / (cell.count + shrinkage)
                let seen = cell.reward - prior.value(lane, cell.probability)
                shift = (1 - lean) * seen + lean * shift
                support = cell.count + min(support, shrinkage) * lean
                variance = (1 - lean) * cell.variance + lean * variance
            }
            result.shift[lane] = shift
            result.support[lane] = support
            result.errors[lane] = (variance / (support + shrinkage)).squareRoot()
        }
        return result
    }
}

/// What was seen of one lane in one decile of one row.
private struct Cell {
    struct Shrunk {
        var shift = LaneValues.zero
        var support = LaneValues.zero
        var errors = LaneValues.zero
        var isTaught = false
    }

    /// How many outcomes of equal weight would say as much, faded.
    let count: Double
    let reward: Double
    let variance: Double
    let probability: Double

    @inline(__always)
    init(_ sums: UnsafePointer<Double>, _ factor: Double) {
        guard sums[0] > 0, sums[2] > 0, factor > 0 else {
            (count, reward, variance, probability) = (0, 0, 0, 0)
            return
        }
        count = factor * (sums[0] * sums[0] / sums[2])
        reward = sums[1] / sums[0]
        variance = max(0, sums[3] / sums[0] - reward * reward)
        probability = min(max(sums[4] / sums[0], 0), 1)
    }
}

extension SegmentEvidence: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (values, support, errors, segment): (LaneValues?, LaneValues?, LaneValues?, Double?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "q": values = try reader.read()
            case "appui": support = try reader.read()
            case "erreur": errors = try reader.read()
            case "appui_segment": segment = try reader.double()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            values: try reader.required(values, "q"), support: try reader.required(support, "appui"),
            errors: try reader.required(errors, "erreur"), segmentSupport: try reader.required(segment, "appui_segment")
        )
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("q", values)
            writer.member("appui", support)
            writer.member("erreur", errors)
            writer.member("appui_segment", segmentSupport)
        }
    }
}
