import Platform
import Testing

@Suite struct InstantTests {
    @Test func neverGoesBack() {
        var last = Instant.now()
        for _ in 0..<10_000 {
            let now = Instant.now()
            #expect(now >= last)
            last = now
        }
    }

    @Test func arithmeticSaturates() {
        let start = Instant(nanoseconds: 5)
        #expect(start + .milliseconds(2) == Instant(nanoseconds: 2_000_005))
        #expect((start + .milliseconds(2)) - start == .milliseconds(2))
        #expect(Instant(nanoseconds: .max - 1) + .seconds(1) == .distantFuture)
        #expect(start + .seconds(Int64.max) == .distantFuture)
        #expect(Instant(nanoseconds: .min + 1) + .seconds(-1) == Instant(nanoseconds: .min))
        #expect(Instant.distantFuture - Instant(nanoseconds: -1) == .nanoseconds(Int64.max))
    }

    @Test func durationsConvert() {
        #expect(Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
        #expect(Duration.milliseconds(1500).seconds == 1.5)
        #expect(Duration.microseconds(2).milliseconds == 0.002)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Duration.seconds(Int64.min).nanoseconds == .min)
    }
}
