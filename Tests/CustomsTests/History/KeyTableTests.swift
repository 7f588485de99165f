import Testing
import TestKit

@testable import Customs

@Suite struct KeyTableTests {
    @Test func keysAreNumberedAsTheyCome() {
        var table = KeyTable()
        #expect(table.find(7) == nil)
        #expect(table.number(7) == (0, true))
        #expect(table.number(0) == (1, true))
        #expect(table.number(7) == (0, false))
        #expect(table.find(0) == 1 && table.count == 2 && table.keys == [7, 0])
    }

    @Test func agreesWithADictionary() {
        var (table, known) = (KeyTable(), [UInt64: Int]())
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            // Few distinct keys whose low bits are all alike: what a poor hash would give.
            let key = UInt64.random(in: 0..<5000, using: &random) << 48
            let expected = known[key] ?? known.count
            #expect(table.number(key) == (expected, known[key] == nil))
            known[key] = expected
        }
        #expect(known.allSatisfy { table.find($0.key) == $0.value } && table.find(5000 << 48) == nil)
    }
}
