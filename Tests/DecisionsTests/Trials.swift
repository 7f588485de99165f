import Crypto
import Platform

@testable import Decisions

/// What the tests of this room share: a key, policies and requests of no office.
enum Trials {
    static func key(_ epoch: Int = 1) throws -> DrawKey {
        try DrawKey(epoch: epoch, bytes: (0..<32).map { UInt8($0 &* 7 &+ epoch) })
    }

    static func policy(_ strategy: Strategy = .epsilonGreedy, version: String = "p-1") throws -> DecisionPolicy {
        var policy = try DecisionPolicy(chapter: "30", version: version)
        policy.strategy = strategy
        return policy
    }

    static func fingerprint(_ number: Int) -> Digest { SHA256.hash(Array("déclaration \(number)".utf8)) }

    static func request(
        _ probability: Double?, number: Int = 0, epsilon: Double = 0.1, day: Int32 = 20_000
    ) -> DecisionRequest {
        DecisionRequest(
            id: "d-\(number)", fingerprint: fingerprint(number), probability: probability, epsilon: epsilon, day: day)
    }

    /// A learner that was told random things.
    static func learner(_ random: inout Random, events: Int, lastDay: Int32 = 20_000) throws -> SegmentLearner {
        SegmentLearner.rebuilt(from: try log(&random, events: events, lastDay: lastDay))
    }

    static func log(_ random: inout Random, events: Int, lastDay: Int32 = 20_000) throws -> [LearningEvent] {
        try (1...max(1, events)).map { sequence in
            let p = random.unit()
            return try LearningEvent(
                sequence: sequence, day: lastDay - Int32(random.unit() * 200),
                segment: Segment(
                    decile: Deciles.even.decile(of: p), heading: random.unit() < 0.3 ? 3004 : 3003,
                    isNewTrader: random.unit() < 0.5, originDiffers: random.unit() < 0.5),
                probability: p, lane: Lane.allCases[Int(random.unit() * 3)], reward: random.unit() * 2 - 1,
                weight: 0.5 + random.unit() * 10)
        }
    }
}
