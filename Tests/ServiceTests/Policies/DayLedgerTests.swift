import Crypto
import Decisions
import Platform
import Testing

@testable import Service

@Suite struct DayLedgerTests {
    private static let today: Int32 = 20_700
    private let now = Instant.now()

    private func policy(_ epsilon: Double = 0.2, version: String = "30-1") throws -> DecisionPolicy {
        var policy = try DecisionPolicy(chapter: "30", version: version)
        (policy.epsilon, policy.stratumRate) = (epsilon, 0)
        return policy
    }

    /// One decision of the day, of some declaration.
    private func record(
        _ policy: DecisionPolicy, _ place: Int, p: Double = 0.5, epsilon: Double? = nil, mandatory: Bool = false
    ) throws -> DecisionRecord {
        var request = DecisionRequest(
            id: "\(place)", fingerprint: SHA256.hash(Array("\(place)".utf8)), probability: p,
            epsilon: epsilon ?? policy.epsilon, day: Self.today)
        request.value = 1_000_000
        if mandatory { request.hits = [.init(code: "c", sentence: "s", action: .mandatory)] }
        return DecisionEngine.decide(
            request, policy: policy, learner: SegmentLearner(for: policy),
            key: try DrawKey(epoch: 1, bytes: [UInt8](repeating: 7, count: 32)))
    }

    private func means(controls: Double = 10, value: Double = 1e9) -> DayMeans {
        var means = DayMeans()
        means.budget = .init(inspectorDays: controls, controlsPerDay: 1, share: 1, value: value)
        return means
    }

    private func forecast(_ declarations: Double) -> DayForecast {
        var forecast = DayForecast(on: Self.today)
        forecast.chapters["30"] = .init(declarations: declarations, meanValue: 1_000_000)
        return forecast
    }

    @Test func withoutABudgetThePolicySaysHowMuch() throws {
        var days = DayLedger()
        let terms = days.terms(try policy(), DayMeans(), office: "18N", on: Self.today)
        #expect(terms.epsilon == 0.2 && terms.reason == .policy && terms.capacityLeft == nil && terms.price == 0)
    }

    @Test func theDayIsPlannedWithinItsBudgets() throws {
        var days = DayLedger()
        days.begin(Self.today)
        // Not planned yet: the least.
        let early = days.terms(try policy(), means(), office: "18N", on: Self.today)
        #expect(early.epsilon == 0.01 && early.reason == .floor)
        days.use(forecast(300))
        // 300 declarations, two thirds of the draws fall stricter, 10 controls: 10 / 200.
        let terms = days.terms(try policy(), means(), office: "18N", on: Self.today)
        #expect(abs(terms.epsilon - 0.05) < 1e-12 && terms.reason == .controls)
        let held = days.terms(try policy(version: "30-2"), means(value: 4e6), office: "18N", on: Self.today)
        #expect(abs(held.epsilon - 0.02) < 1e-12 && held.reason == .value)
        let rich = days.terms(try policy(version: "30-3"), means(controls: 1000), office: "18N", on: Self.today)
        #expect(rich.epsilon == 0.2 && rich.reason == .policy)
    }

    @Test func whatIsUsedUpShrinksItForTheRestOfTheDay() throws {
        var days = DayLedger()
        days.begin(Self.today)
        days.use(forecast(100))
        let (policy, means) = (try policy(), means(controls: 2))
        var last = 1.0
        for place in 0..<400 {
            let terms = days.terms(policy, means, office: "18N", on: Self.today)
            #expect(terms.epsilon <= last && terms.epsilon >= policy.floor)
            last = terms.epsilon
            let id = UUIDv7.make()
            days.decide(id, .init(try record(policy, place, epsilon: terms.epsilon), office: "18N"), now: now)
            days.settle([id], written: [id])
        }
        #expect(last == policy.floor)
        let tomorrow = days.terms(policy, DayMeans(), office: "18N", on: Self.today + 1)
        #expect(tomorrow.epsilon == policy.epsilon && days.uses.isEmpty)
    }

    @Test func placesCountAtTheirOfficeAndComeBackWhenNothingWasWritten() throws {
        var days = DayLedger()
        let policy = try policy()
        var means = DayMeans()
        means.ceilings = ["18N": 2]
        func left(_ office: String = "18N") -> Int? {
            days.terms(policy, means, office: office, on: Self.today).capacityLeft
        }
        #expect(left() == 2 && left("10S") == nil)
        let control = try record(policy, 1, p: 0.8)
        let sure = try #require(control.lane == .fraude ? control : try record(policy, 2, p: 0.8))
        #expect(sure.lane == .fraude)
        let (first, second, third) = (UUIDv7.make(), UUIDv7.make(), UUIDv7.make())
        days.decide(first, .init(sure, office: "18N"), now: now)
        days.decide(second, .init(sure, office: "18N"), now: now)
        #expect(left() == 0)
        days.settle([first, second], written: [first])
        #expect(left() == 1)
        // What is mandatory, and what is done elsewhere, take no place.
        days.decide(third, .init(try record(policy, 3, mandatory: true), office: "18N"), now: now)
        days.decide(.make(), .init(sure, office: "10S"), now: now)
        #expect(left() == 1)
        // Decided and never heard of again.
        days.forget(before: now + .seconds(1))
        #expect(left() == 1 && days.ordered[.init(chapter: "30", office: "10S")] == 0)
    }

    @Test func othersCountOnceAndOnesOwnNotAgain() throws {
        var days = DayLedger()
        let policy = try policy()
        var means = DayMeans()
        means.ceilings = ["18N": 5]
        days.begin(Self.today)
        let (own, foreign, open) = (UUIDv7.make(), UUIDv7.make(), UUIDv7.make())
        let sure = DayLedger.Entry(try record(policy, 1, p: 0.8, epsilon: 0.01), office: "18N")
        try #require(sure.isControl)
        days.decide(own, sure, now: now)
        days.settle([own], written: [own])
        days.decide(open, sure, now: now)
        // Its row shows up before this instance hears that it was written.
        let reads = [(1, own), (2, foreign), (3, open)].map { days.mustBeRead($0.0, $0.1, now: now) }
        #expect(reads == [false, true, false])
        days.count(2, sure, now: now)
        days.count(2, sure, now: now)
        #expect(days.ordered[sure.place] == 3 && days.uses["30"]?.declarations == 3)
        days.settle([open], written: [open])
        let again = days.mustBeRead(3, open, now: now)
        let missing = days.tail.missing(now: now)
        #expect(!again && missing.isEmpty && days.ordered[sure.place] == 3)
    }

    @Test func aBusyOfficeAsksAPrice() throws {
        var days = DayLedger()
        days.begin(Self.today)
        var forecast = DayForecast(on: Self.today)
        let place = ControlPlace(chapter: "30", office: "18N")
        forecast.places[place] = (100, (0..<100).map { Double($0) / 100 })
        days.use(forecast)
        var means = DayMeans()
        means.ceilings = ["18N": 10, "10S": 10]
        let terms = days.terms(try policy(), means, office: "18N", on: Self.today)
        #expect(abs(terms.price - 0.89) < 1e-9 && terms.capacityLeft == 10)
        let quiet = days.terms(try policy(), means, office: "10S", on: Self.today)
        #expect(quiet.price == 0)
    }
}
