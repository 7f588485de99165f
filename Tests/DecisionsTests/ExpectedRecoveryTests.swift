import Platform
import Testing

@testable import Decisions

@Suite struct ExpectedRecoveryTests {
    private func file(
        _ id: String, p: Double? = 0.5, duties: Double = 1e6, lane: Lane = .fraude, mandatory: Bool = false,
        age: Double = 0, minutes: Double = 30
    ) -> WaitingFile {
        WaitingFile(
            id: id, probability: p, duties: duties, lane: lane, isMandatory: mandatory, age: age, minutes: minutes)
    }

    @Test func aMinuteGoesWhereItRecoversMost() {
        let order = QueueOrder(deadline: 48)
        let files = [
            file("lente", minutes: 240), file("sûre", p: 0.9), file("petite", duties: 1e4),
            file("douce", lane: .zoneGrise),
        ]
        #expect(order.ordered(files).map(\.id) == ["sûre", "douce", "lente", "petite"])
        #expect(order.recoveryPerMinute(file("a")) == 0.5 * 1e6 / 30)
    }

    @Test func nobodyWaitsForEver() {
        let order = QueueOrder(deadline: 48)
        let poor = file("pauvre", duties: 1, age: 48)
        let rich = file("riche", duties: 1e9, age: 47.9)
        let older = file("vieille", duties: 1, age: 50)
        #expect(order.ordered([rich, poor, older]).map(\.id) == ["vieille", "pauvre", "riche"])
        // Of equal files the older first, and a mandatory one before those.
        let must = file("due", duties: 1, mandatory: true)
        #expect(order.ordered([file("a"), file("b", age: 10), must]).map(\.id) == ["due", "b", "a"])
    }

    @Test func theOrderIsTheSameWhateverTheArrival() {
        var random = Random(seed: 1)
        let values: [Double] = [.nan, .infinity, -1, 0, 1, 100, 1e9]
        func any() -> Double { values[Int(random.unit() * 7)] }
        let files = (0..<60).map { file("f\($0)", p: any() / 100, duties: any(), age: abs(any()), minutes: any()) }
        let sound = files.filter { !$0.age.isNaN }
        let order = QueueOrder(deadline: 48)
        let first = order.ordered(sound).map(\.id)
        for _ in 0..<10 { #expect(order.ordered(sound.shuffled(using: &random)).map(\.id) == first) }
        for file in files { #expect(order.priority(file).isFinite && order.priority(file) >= 0) }
    }
}
