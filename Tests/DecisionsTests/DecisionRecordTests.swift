import JSON
import Platform
import Testing

@testable import Decisions

@Suite struct DecisionRecordTests {
    private func record(_ number: Int, learner: SegmentLearner) throws -> DecisionRecord {
        var random = Random(seed: UInt64(number))
        var request = Trials.request(random.unit(), number: number, epsilon: random.unit() * 0.2)
        (request.duties, request.value) = (random.unit() * 1e7, random.unit() * 1e9)
        (request.heading, request.isNewTrader) = (3004, random.unit() < 0.5)
        (request.modelVersion, request.criteriaVersion) = ("chap30-7", "c-3")
        (request.officeLoad, request.capacityLeft) = (12, 4)
        request.hits = [
            CriterionHit(code: "prix", sentence: "Prix « bas »", action: .randomShare, isDrawn: number % 9 == 0)
        ]
        return DecisionEngine.decide(
            request, policy: try Trials.policy(Strategy.allCases[number % 4]), learner: learner, key: try Trials.key())
    }

    @Test func aRecordReadBackIsItselfAndReplays() throws {
        var random = Random(seed: 1)
        let learner = try Trials.learner(&random, events: 200)
        for number in 0..<800 {
            let record = try record(number, learner: learner)
            let bytes = record.jsonBytes()
            let read = try DecisionRecord(parsing: bytes)
            #expect(read == record)
            #expect(read.jsonBytes() == bytes)
            let replay = try read.replay(key: Trials.key(), learner: learner)
            #expect(replay.isSame && replay.hasKey && replay.hasLearner)
            #expect(read.replay().isSame)
        }
    }

    @Test func whatWasChangedIsFound() throws {
        var random = Random(seed: 1)
        let learner = try Trials.learner(&random, events: 200)
        let key = try Trials.key()
        let record = try record(5, learner: learner)
        let text = String(decoding: record.jsonBytes(), as: UTF8.self)
        let lane = Lane.allCases.first { $0 != record.lane }!
        func differences(_ from: String, _ to: String) throws -> [String] {
            let changed = text.replacing(from, with: to)
            #expect(changed != text)
            return try DecisionRecord(parsing: Array(changed.utf8)).replay(key: key, learner: learner).differences
        }
        #expect(try differences("\"voie\":\"\(record.lane.rawValue)\"", "\"voie\":\"\(lane.rawValue)\"") == ["voie"])
        #expect(try differences("\"tirage\":0.", "\"tirage\":0.0").contains("tirage"))
        #expect(throws: (any Error).self) { try differences("\"empreinte\":\"", "\"empreinte\":\"00") }
    }

    @Test func aLearnerOfAnotherEventOrAKeyOfAnotherEpochIsNotAsked() throws {
        var random = Random(seed: 1)
        let log = try Trials.log(&random, events: 200)
        let record = try record(6, learner: SegmentLearner.rebuilt(from: log, upTo: 150))
        let replay = try record.replay(key: Trials.key(2), learner: SegmentLearner.rebuilt(from: log))
        #expect(replay.isSame && !replay.hasKey && !replay.hasLearner)
        let exact = record.replay(learner: SegmentLearner.rebuilt(from: log, upTo: 150))
        #expect(exact.isSame && exact.hasLearner)
    }

    @Test func policiesSurviveJSONAndAreChecked() throws {
        var policy = try Trials.policy(.hybrid)
        policy.thresholds = try LaneThresholds(bas: 0.21, haut: 0.47, tSoft: 0.25, tHard: 0.8)
        policy.deciles = try Deciles(edges: (1...9).map { Double($0 * $0) / 100 })
        policy.forgetting = try Forgetting(halfLife: 30)
        #expect(try DecisionPolicy(parsing: policy.jsonBytes()) == policy)
        for change: (inout DecisionPolicy) -> Void in [
            { $0.floor = 0.01.nextDown }, { $0.epsilon = 0 }, { $0.epsilon = 1.1 }, { $0.stratumRate = 0.031 },
            { $0.stratumRate = 0.009 }, { $0.shrinkage = 0 }, { $0.slopeGrey = 0 }, { $0.ucbWidth = -1 },
            { $0.hybridWeight = 2 }, { $0.calibrationError = .nan }, { $0.thresholdNumber = 0 },
        ] {
            var wrong = policy
            change(&wrong)
            #expect(throws: DecisionError.self) { try wrong.check() }
            #expect(throws: (any Error).self) { try DecisionPolicy(parsing: wrong.jsonBytes()) }
        }
        #expect(throws: DecisionError.self) { try DecisionPolicy(chapter: "30", version: "") }
        #expect(throws: DecisionError.self) { try Deciles(edges: [0.5]) }
    }
}
