/// What one chapter's outcomes have taught about the lanes, by segment, with the past fading.
///
/// A row holds ten deciles times three lanes. There is one for the chapter, one for each pair of flags, one for each
/// heading and pair: the finer lean on the coarser where they have seen little. Flat, and never changed by reading.
public struct SegmentLearner: Sendable, Equatable {
    public let forgetting: Forgetting
    public let deciles: Deciles
    /// The last event that was taken in.
    public private(set) var sequence = 0
    /// The day to which each row's sums are aged.
    var anchors: [Int32] = []
    var sums: [Double] = []
    /// Rows of headings, by flags and heading; the coarser rows come first.
    var rows: [Int: Int] = [:]

    static let coarseRows = 5
    static let sumCount = 5
    static let rowLength = Deciles.count * 3 * sumCount

    public init(forgetting: Forgetting? = nil, deciles: Deciles = .even) {
        (self.forgetting, self.deciles) = (forgetting ?? .standard, deciles)
        anchors = Array(repeating: .min, count: Self.coarseRows)
        sums = Array(repeating: 0, count: Self.coarseRows * Self.rowLength)
    }

    /// The one that a policy learns with.
    public init(for policy: DecisionPolicy) { self.init(forgetting: policy.forgetting, deciles: policy.deciles) }

    /// Takes one event in. One that it knows already changes nothing, and false says so.
    @discardableResult
    public mutating func apply(_ event: LearningEvent) -> Bool {
        guard event.sequence > sequence else { return false }
        sequence = event.sequence
        add(event, to: 0)
        add(event, to: 1 + event.segment.flags)
        if event.segment.heading > 0 { add(event, to: row(event.segment)) }
        return true
    }

    /// What the log teaches up to one of its events, or to its end.
    public static func rebuilt(
        from log: some Sequence<LearningEvent>, upTo sequence: Int = .max, forgetting: Forgetting? = nil,
        deciles: Deciles = .even
    ) -> SegmentLearner {
        var learner = SegmentLearner(forgetting: forgetting, deciles: deciles)
        for event in log where event.sequence <= sequence { learner.apply(event) }
        return learner
    }

    /// Of a snapshot: the events up to this one are in it.
    mutating func resume(after sequence: Int) { self.sequence = sequence }

    static func key(_ segment: Segment) -> Int { segment.flags << 16 | segment.heading }

    private mutating func row(_ segment: Segment) -> Int {
        let key = Self.key(segment)
        if let row = rows[key] { return row }
        let row = anchors.count
        rows[key] = row
        anchors.append(.min)
        sums.append(contentsOf: repeatElement(0, count: Self.rowLength))
        return row
    }

    private mutating func add(_ event: LearningEvent, to row: Int) {
        age(row, to: event.day)
        let factor = forgetting.factor(after: Int(anchors[row]) - Int(event.day)) * (event.isWithdrawal ? -1 : 1)
        let (weight, reward) = (event.weight, event.reward)
        // The learner's own deciles, which may have moved since the decision.
        let decile = deciles.decile(of: event.probability)
        let at = row * Self.rowLength + (decile * 3 + event.lane.severity) * Self.sumCount
        sums[at] += factor * weight
        sums[at + 1] += factor * weight * reward
        sums[at + 2] += factor * weight * weight
        sums[at + 3] += factor * weight * reward * reward
        sums[at + 4] += factor * weight * event.probability
        // What was taken back leaves no crumb of rounding that could count as an outcome.
        if event.isWithdrawal, sums[at] <= 1e-9 * weight { for k in 0..<Self.sumCount { sums[at + k] = 0 } }
    }

    private mutating func age(_ row: Int, to day: Int32) {
        guard day > anchors[row] else { return }
        if anchors[row] != .min {
            let factor = forgetting.factor(after: Int(day) - Int(anchors[row]))
            for at in row * Self.rowLength..<(row + 1) * Self.rowLength { sums[at] *= factor }
        }
        anchors[row] = day
    }
}
