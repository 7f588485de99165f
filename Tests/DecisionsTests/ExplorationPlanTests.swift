import Platform
import Testing

@testable import Decisions

@Suite struct ExplorationPlanTests {
    private func plan(
        _ declarations: Double, controls: Double, value: Double = 1e12, floor: Double = 0.01, boost: Double = 1
    ) throws -> ExplorationPlan {
        try ExplorationPlan(
            epsilon: 0.1, floor: floor, forecast: .init(declarations: declarations, meanValue: 1e6),
            budget: .init(inspectorDays: controls, controlsPerDay: 10, share: 0.1, value: value), boost: boost)
    }

    @Test func theDayBeginsWithWhatItsBudgetsBear() throws {
        #expect(try plan(100, controls: 100).epsilon == 0.1)
        #expect(try plan(100, controls: 100).reason == .policy)
        let tight = try plan(600, controls: 20)
        #expect(abs(tight.epsilon - 0.05) < 1e-12 && tight.reason == .controls)
        #expect(abs(tight.epsilon * 600 * 2 / 3 - 20) < 1e-9)
        let dear = try plan(600, controls: 100, value: 12e6)
        #expect(abs(dear.epsilon - 0.03) < 1e-12 && dear.reason == .value)
        let none = try plan(1e6, controls: 1)
        #expect(none.epsilon == 0.01 && none.reason == .floor)
        #expect(try plan(0, controls: 0).epsilon == 0.1)
    }

    @Test func aDriftAlarmBoostsWithinTheSameBudgets() throws {
        let boosted = try plan(100, controls: 100, boost: 3)
        #expect(abs(boosted.epsilon - 0.3) < 1e-12 && boosted.reason == .boost)
        #expect(try plan(600, controls: 20, boost: 3).epsilon == plan(600, controls: 20).epsilon)
    }

    @Test func aWrongForecastShrinksItForTheRestOfTheDayButNeverBelowTheFloor() throws {
        let plan = try plan(600, controls: 40)
        var use = ExplorationPlan.Use()
        #expect(plan.epsilon(after: use).epsilon == plan.epsilon)
        (use.declarations, use.controls) = (300, 20)
        #expect(plan.epsilon(after: use).epsilon == plan.epsilon)
        (use.declarations, use.controls) = (300, 30)
        let shrunk = plan.epsilon(after: use)
        #expect(shrunk.epsilon < plan.epsilon && shrunk.reason == .forecast)
        (use.declarations, use.controls) = (5000, 400)
        #expect(plan.epsilon(after: use).epsilon == 0.01)
        #expect(plan.epsilon(after: use).reason == .floor)
        #expect(plan.epsilon(after: ExplorationPlan.Use(), lowest: 0.02).epsilon == 0.02)
    }

    @Test func whatIsImpossibleIsRefused() {
        #expect(throws: DecisionError.self) { try plan(-1, controls: 1) }
        #expect(throws: DecisionError.self) { try plan(1, controls: .nan) }
        #expect(throws: DecisionError.self) { try plan(1, controls: 1, floor: 0.01.nextDown) }
        #expect(throws: DecisionError.self) { try plan(1, controls: 1, boost: 0.5) }
    }

    @Test func aDayOfTwiceTheForecastStaysNearItsBudget() throws {
        let plan = try plan(500, controls: 25)
        let (key, policy) = (try Trials.key(), try Trials.policy())
        var (random, use, lowest) = (Random(seed: 1), ExplorationPlan.Use(), plan.epsilon)
        for number in 0..<1000 {
            lowest = plan.epsilon(after: use, lowest: lowest).epsilon
            let request = Trials.request(random.unit() * 0.6, number: number, epsilon: lowest)
            use.count(DecisionEngine.decide(request, policy: policy, learner: SegmentLearner(), key: key))
        }
        // What the floor alone would cause on the second half is all that may come on top.
        let most: Double = 25 + 0.01 * 1000 * 2 / 3
        #expect(use.controls <= most)
        #expect(lowest >= 0.01)
    }
}
