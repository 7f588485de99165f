import Platform

/// Learns where `haut` should lie, by Q-learning: moves of 0.05 up or down within 0.1…0.9, over verified outcomes in the
/// order of time, judged as if the logged decisions had been made under the moved threshold.
public struct ThresholdAgent {
    public struct Settings: Sendable, Equatable {
        public var learningRate = 0.1
        public var discount = 0.95
        public var epsilon = 1.0
        public var leastEpsilon = 0.01
        public var epsilonDecay = 0.995
        /// After each of them ε shrinks.
        public var episodes = 1000
        public var seed: UInt64 = 42
        /// What the reward is made of.
        public var performanceWeight = 0.6
        public var feedbackWeight = 0.3
        public var stabilityWeight = 0.1
        public init() {}
    }

    static let lowest = 0.1
    static let step = 0.05
    static let levels = 17
    static let moves = [-1, 0, 1]

    public let settings: Settings
    private var table: [Double]
    private var epsilon: Double
    private var random: Random

    public init(_ settings: Settings = Settings()) throws(DecisionError) {
        let weights = [settings.performanceWeight, settings.feedbackWeight, settings.stabilityWeight]
        guard 1...10_000 ~= settings.episodes, settings.learningRate > 0, settings.learningRate <= 1,
            0..<1 ~= settings.discount, 0...1 ~= settings.epsilon, 0...1 ~= settings.leastEpsilon,
            0...1 ~= settings.epsilonDecay, weights.allSatisfy({ 0...1 ~= $0 })
        else { throw DecisionError(.badPolicy, "réglages de l’agent de seuil hors limites") }
        self.settings = settings
        table = Array(repeating: 0, count: AgentState.count * Self.moves.count)
        epsilon = settings.epsilon
        random = Random(seed: settings.seed)
    }

    /// What it learned to do from `haut` on, through all batches in turn.
    public mutating func learn(_ replay: ThresholdReplay, from haut: Double) -> Double {
        for episode in 0..<settings.episodes {
            // Episodes begin anywhere, so that the way back from a bad threshold is learned too.
            let start = episode == 0 ? Self.level(of: haut) : below(Self.levels)
            _ = run(replay, from: start, isLearning: true)
            epsilon = max(settings.leastEpsilon, epsilon * settings.epsilonDecay)
        }
        return Self.threshold(run(replay, from: Self.level(of: haut), isLearning: false))
    }

    private mutating func run(_ replay: ThresholdReplay, from start: Int, isLearning: Bool) -> Int {
        var (level, age) = (start, 0)
        var judged = replay.judge(level: level, batch: 0)
        var state = AgentState(level: level, judged, age: age)
        for batch in 0..<replay.count {
            let move = isLearning && random.unit() <= epsilon ? below(Self.moves.count) : best(state)
            let next = min(max(level + Self.moves[move], 0), Self.levels - 1)
            age = next == level ? age + 1 : 0
            level = next
            judged = replay.judge(level: level, batch: batch)
            let after = AgentState(level: level, judged, age: age)
            if isLearning {
                let isLast = batch == replay.count - 1
                update(state, move, reward(judged, Self.threshold(level)), isLast ? nil : after)
            }
            state = after
        }
        return level
    }

    /// 0.6 × performance + 0.3 × feedback − 0.1 × distance from the middle.
    func reward(_ judged: ThresholdReplay.Judgement, _ threshold: Double) -> Double {
        settings.performanceWeight * judged.performance + settings.feedbackWeight * judged.feedback
            - settings.stabilityWeight * (threshold - 0.5).magnitude
    }

    private mutating func update(_ state: AgentState, _ move: Int, _ reward: Double, _ next: AgentState?) {
        let future = next.map { state in Self.moves.indices.map { table[state.place($0)] }.max() ?? 0 } ?? 0
        let place = state.place(move)
        table[place] += settings.learningRate * (reward + settings.discount * future - table[place])
    }

    /// Of equal moves, staying.
    private func best(_ state: AgentState) -> Int {
        [1, 0, 2].max { table[state.place($0)] < table[state.place($1)] } ?? 1
    }

    private mutating func below(_ bound: Int) -> Int {
        Int(random.next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    static func threshold(_ level: Int) -> Double { (Double(2 + level) * 5).rounded() / 100 }
    static func level(of threshold: Double) -> Int {
        guard threshold.isFinite else { return levels / 2 }
        return min(max(Int(((min(max(threshold, 0), 1) - lowest) / step).rounded()), 0), levels - 1)
    }
}

/// What the agent sees: where the threshold is, how it does, what feedback says, whether the world moves, how long it
/// has stayed.
struct AgentState {
    static let count = ThresholdAgent.levels * 5 * 3 * 3 * 3
    private let index: Int

    init(level: Int, _ judged: ThresholdReplay.Judgement, age: Int) {
        let performance = min(4, max(0, Int(judged.performance * 5)))
        let feedback = judged.feedback < 0.6 ? 0 : judged.feedback < 0.85 ? 1 : 2
        let drift = judged.drift < 0.15 ? 0 : judged.drift < 0.3 ? 1 : 2
        let stay = age == 0 ? 0 : age <= 3 ? 1 : 2
        index = (((level * 5 + performance) * 3 + feedback) * 3 + drift) * 3 + stay
    }

    func place(_ move: Int) -> Int { index * ThresholdAgent.moves.count + move }
}
