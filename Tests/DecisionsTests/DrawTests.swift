import Crypto
import Testing

@testable import Decisions

@Suite struct DrawTests {
    @Test func theDrawIsTheHMACsFirstFiftyThreeBits() throws {
        let bytes = (0..<32).map { UInt8($0 &* 7 &+ 1) }
        let fingerprint = Trials.fingerprint(1)
        let code = HMAC.sha256(fingerprint.bytes + Array("p-1".utf8), key: bytes).bytes
        let word = code.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let draw = try DrawKey(epoch: 1, bytes: bytes).draw(fingerprint, policy: "p-1")
        #expect(draw.choice == Double(word >> 11) / 9_007_199_254_740_992)
        #expect(0..<1 ~= draw.choice && 0..<1 ~= draw.stratum)
    }

    @Test func keysHaveThirtyTwoBytes() {
        for count in [0, 31, 33] {
            #expect(throws: DecisionError.self) { try DrawKey(epoch: 1, bytes: Array(repeating: 1, count: count)) }
        }
        #expect(throws: DecisionError.self) { try DrawKey(epoch: 0, bytes: Array(repeating: 1, count: 32)) }
    }

    @Test func oneDrawForADeclarationAnotherForAPolicyOrAnEpoch() throws {
        let (key, fingerprint) = (try Trials.key(), Trials.fingerprint(3))
        let first = key.draw(fingerprint, policy: "p-1")
        #expect(key.draw(fingerprint, policy: "p-1").choice == first.choice)
        #expect(key.draw(fingerprint, policy: "p-2").choice != first.choice)
        #expect(try Trials.key(2).draw(fingerprint, policy: "p-1").choice != first.choice)
        #expect(try Trials.key(2).commitment != key.commitment)
        #expect(first.unit(for: "a") == key.draw(fingerprint, policy: "p-2").unit(for: "a"))
        #expect(first.unit(for: "a") != first.unit(for: "b"))
    }

    @Test func drawsAreUniformAndTheStratumIsIndependent() throws {
        let key = try Trials.key()
        var (cells, both) = (Array(repeating: 0, count: 20), Array(repeating: 0, count: 16))
        for number in 0..<20_000 {
            let draw = key.draw(Trials.fingerprint(number), policy: "p")
            cells[Int(draw.choice * 20)] += 1
            both[Int(draw.choice * 4) * 4 + Int(draw.stratum * 4)] += 1
        }
        func chiSquare(_ counts: [Int]) -> Double {
            let mean = 20_000 / Double(counts.count)
            return counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) / mean }
        }
        // p > 0.001 with 19 and 15 degrees of freedom.
        #expect(chiSquare(cells) < 43.8)
        #expect(chiSquare(both) < 37.7)
    }
}
