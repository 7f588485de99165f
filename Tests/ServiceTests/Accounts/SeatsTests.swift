import Testing

@testable import Service

@Suite struct SeatsTests {
    @Test func thereAreSoManyAndNoMore() {
        let seats = Seats(3)
        #expect((0..<5).map { _ in seats.take() } == [true, true, true, false, false])
        seats.leave()
        #expect((0..<2).map { _ in seats.take() } == [true, false])
    }

    @Test func nobodyTakesTheSameSeat() async {
        let seats = Seats(64)
        let taken = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<2000 { group.addTask { seats.take() } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(taken <= 64)
        for _ in 0..<taken { seats.leave() }
        #expect((0..<65).filter { _ in seats.take() }.count == 64)
    }
}
