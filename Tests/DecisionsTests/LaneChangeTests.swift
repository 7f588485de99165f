import Testing

@testable import Decisions

@Suite struct LaneChangeTests {
    @Test func theNearestChangeIsFoundOnEitherSide() throws {
        let found = LaneChange.search(from: .fraude, upTo: 4) { factor in
            factor >= 1.7 ? .conforme : factor <= 0.5 ? .zoneGrise : .fraude
        }
        let (more, less) = (try #require(found.more), try #require(found.less))
        #expect(more.lane == .conforme && more.holdsBeyond && more.factor >= 1.7 && more.factor < 1.701)
        #expect(less.lane == .zoneGrise && less.holdsBeyond && less.factor <= 0.5 && less.factor > 0.4995)
        #expect(more.size < less.size)
    }

    @Test func whatDoesNotHoldBeyondIsSaidSo() throws {
        let found = LaneChange.search(from: .fraude, upTo: 4) { $0 > 1.5 && $0 < 2.5 ? .conforme : .fraude }
        let more = try #require(found.more)
        #expect(more.lane == .conforme && !more.holdsBeyond)
        #expect(found.less == nil)
    }

    /// Two steps within one of the search: the nearer is found.
    @Test func theNearerOfTwoLanesIsFound() throws {
        let found = LaneChange.search(from: .conforme, upTo: 4) {
            $0 < 1.05 ? .conforme : $0 < 1.1 ? .zoneGrise : .fraude
        }
        let more = try #require(found.more)
        #expect(more.lane == .zoneGrise && !more.holdsBeyond && more.factor >= 1.05 && more.factor < 1.0505)
    }

    @Test func nothingIsSaidWhereNothingChangesOrNothingIsKnown() {
        #expect(LaneChange.search(from: .fraude, upTo: 4) { _ in .fraude } == (nil, nil))
        #expect(LaneChange.search(from: .fraude, upTo: 4) { _ in nil } == (nil, nil))
        for most in [1, 0, -2, .nan, .infinity] as [Double] {
            #expect(LaneChange.search(from: .fraude, upTo: most) { _ in .conforme } == (nil, nil))
        }
    }

    /// It stays within its bounds, and asks no more than it says.
    @Test func itAsksOftenEnoughAndNoMore() {
        var asked: [Double] = []
        _ = LaneChange.search(from: .fraude, upTo: 4) { factor in
            asked.append(factor)
            return factor > 3.9 || factor < 0.26 ? .conforme : .fraude
        }
        #expect(asked.allSatisfy { 0.2499 < $0 && $0 < 4.001 })
        #expect(asked.count == 2 * (8 + 10))
    }
}
