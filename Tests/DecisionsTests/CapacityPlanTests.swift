import Platform
import Testing

@testable import Decisions

@Suite struct CapacityPlanTests {
    @Test func itIsACeilingAndNoQuota() throws {
        let leads = (0..<100).map { Double($0) / 100 - 0.5 }
        let quiet = try CapacityPlan(leads: leads, declarations: 100, ceiling: 80)
        #expect(quiet.price == 0 && quiet.expected == 50)
        let busy = try CapacityPlan(leads: leads, declarations: 100, ceiling: 10)
        #expect(busy.price > 0 && busy.expected <= 10 && busy.expected >= 9)
        let double = try CapacityPlan(leads: leads, declarations: 200, ceiling: 10)
        #expect(double.expected <= 10 && double.price > busy.price)
        #expect(try CapacityPlan(leads: leads, declarations: 100, ceiling: 0).expected == 0)
        #expect(try CapacityPlan(leads: [], declarations: 100, ceiling: 5).price == 0)
    }

    @Test func equalsStayOutsideTogether() throws {
        let plan = try CapacityPlan(leads: Array(repeating: 0.2, count: 50), declarations: 50, ceiling: 10)
        #expect(plan.expected == 0 && plan.price > 0.2)
    }

    @Test func theCeilingIsNeverExceeded() throws {
        var random = Random(seed: 3)
        for _ in 0..<300 {
            let leads = (0..<40).map { _ in (random.unit() * 20).rounded() / 20 - 0.3 }
            let ceiling = Int(random.unit() * 30)
            let plan = try CapacityPlan(leads: leads, declarations: random.unit() * 200, ceiling: ceiling)
            #expect(plan.expected <= Double(ceiling) + 1e-9)
        }
        #expect(throws: DecisionError.self) { try CapacityPlan(leads: [.nan], declarations: 1, ceiling: 1) }
    }
}
