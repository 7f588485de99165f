import Testing

@testable import Postgres

@Suite struct RingTests {
    @Test func keepsOrderWhileItGrowsAndWraps() {
        var ring = Ring<Int>()
        var model: [Int] = []
        for step in 0..<1000 {
            ring.append(step)
            model.append(step)
            if step % 3 != 0 { #expect(ring.popFirst() == model.removeFirst()) }
        }
        #expect(ring.count == model.count)
        #expect(ring.remove { $0 == model[5] } == model.remove(at: 5))
        while let first = ring.popFirst() { #expect(first == model.removeFirst()) }
        #expect(model.isEmpty && ring.popFirst() == nil)
    }
}
