import Testing

@testable import Decisions

@Suite struct InspectorProfileTests {
    private func verdict(
        _ day: Int32, _ says: Bool, _ later: Bool?, heading: Int = 3004, minutes: Double? = nil
    ) -> InspectorVerdict {
        InspectorVerdict(day: day, saysFraud: says, heading: heading, minutes: minutes, laterFraud: later)
    }

    @Test func agreementIsWithWhatWasVerifiedLater() {
        let verdicts = [
            verdict(1, true, true, minutes: 10), verdict(2, true, false, minutes: 30),
            verdict(3, false, nil, minutes: 20),
            verdict(4, false, false),
        ]
        let profile = InspectorProfile(verdicts, on: 100)
        #expect(profile.verdicts == 4)
        #expect(profile.agreement == Proportion(2, of: 3))
        #expect(profile.fraudShare == Proportion(2, of: 4))
        #expect(profile.medianMinutes == 20)
        #expect(profile.trend == .tooFew)
        #expect(profile.specialisation == 1)
    }

    @Test func specialisationIsHowLittleTheHeadingsVary() {
        let even = (0..<40).map { verdict(1, true, nil, heading: 3001 + $0 % 4) }
        #expect(InspectorProfile(even, on: 1).specialisation < 1e-9)
        let mostly = (0..<40).map { verdict(1, true, nil, heading: $0 < 37 ? 3004 : 3003) }
        let profile = InspectorProfile(mostly, on: 1)
        #expect(profile.specialisation > 0.5)
        #expect(profile.headings == [.init(heading: 3004, count: 37), .init(heading: 3003, count: 3)])
        #expect(InspectorProfile([], on: 1).medianMinutes == nil)
    }

    @Test func aTrendIsMoreThanChance() {
        func profile(_ before: Int, _ recent: Int, of count: Int = 40) -> InspectorProfile.Trend {
            let old = (0..<count).map { verdict(10, true, $0 < before) }
            let new = (0..<count).map { verdict(95, true, $0 < recent) }
            return InspectorProfile(old + new, on: 100).trend
        }
        #expect(profile(20, 36) == .rising)
        #expect(profile(36, 20) == .falling)
        #expect(profile(30, 32) == .stable)
        #expect(profile(40, 40) == .stable)
        #expect(profile(19, 5, of: 19) == .tooFew)
    }
}
