import Platform
import Synchronization
import Testing

@Suite struct UUIDv7Tests {
    @Test func identifiersGrowWithinAThread() {
        var last = UUIDv7.make()
        for _ in 0..<20_000 {
            let next = UUIDv7.make()
            #expect(next > last)
            #expect(next.description > last.description)
            last = next
        }
    }

    @Test func identifiersGrowWhenTheClockStandsOrGoesBack() {
        var generator = UUIDv7.Generator()
        let start = Timestamp(microseconds: 1_700_000_000_000_000)
        var last = generator.next(now: start)
        for k in 0..<10_000 {
            let next = generator.next(now: k % 2 == 0 ? start : start - .seconds(3600))
            #expect(next > last)
            last = next
        }
        #expect(generator.next(now: .earliest) > last)
    }

    @Test func threadsMakeDifferentOnes() {
        let made = Mutex(Set<UUIDv7>())
        let threads = (0..<4).map { _ in
            Thread.start("ids") {
                let mine = (0..<5000).map { _ in UUIDv7.make() }
                made.withLock { $0.formUnion(mine) }
            }
        }
        for thread in threads { thread.join() }
        #expect(made.withLock { $0.count } == 20_000)
    }

    @Test func carriesItsMoment() {
        var generator = UUIDv7.Generator()
        var random = Random(seed: 4)
        var moment = Timestamp(microseconds: 0)
        for _ in 0..<2000 {
            moment = moment + .microseconds(Int64.random(in: 1000...50_000_000_000, using: &random))
            #expect(generator.next(now: moment).timestamp == moment)
        }
    }

    @Test func theLayoutIsTheStandards() throws {
        // RFC 9562, appendix A.6: 2022-02-22T19:22:22.000Z.
        let example = try #require(UUIDv7("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"))
        #expect(example.description == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        #expect(example.timestamp.rfc3339(.milliseconds) == "2022-02-22T19:22:22.000Z")
        #expect(example.bytes.prefix(8) == [0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0, 0x7c, 0xc3])
    }

    @Test func textAndBytesComeBack() {
        for _ in 0..<1000 {
            let id = UUIDv7.make()
            #expect(UUIDv7(id.description) == id)
            #expect(UUIDv7(id.description.uppercased()) == id)
            #expect(UUIDv7(bytes: id.bytes.span) == id)
        }
    }

    @Test(arguments: [
        "", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
        "017f22e279b07cc398c4dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398}",
        "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-18c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f", "017f22e2_79b0_7cc3_98c4_dc0c0c07398f",
        "017f22g2-79b0-7cc3-98c4-dc0c0c07398f", "00000000-0000-0000-0000-000000000000",
        "017f22e2-79b0-7cc3-98c4-dc0c0c0739é",
    ])
    func refusesOtherTexts(_ text: String) {
        #expect(UUIDv7(text) == nil)
    }

    @Test func refusesOtherBytes() {
        let bytes = UUIDv7.make().bytes
        #expect(UUIDv7(bytes: Array(bytes.dropLast()).span) == nil)
        #expect(UUIDv7(bytes: (bytes + [0]).span) == nil)
        #expect(UUIDv7(bytes: [UInt8](repeating: 0, count: 16).span) == nil)
    }
}
