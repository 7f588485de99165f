import Platform
import Testing

@Suite struct OnceTests {
    @Test func makesItsValueWhenFirstAskedAndKeepsIt() {
        let calls = Monitor(0)
        let once = Once {
            calls.withLock { calls in
                calls += 1
                return calls
            }
        }
        #expect(calls.withLock { $0 } == 0)
        #expect(once.value == 1)
        #expect(once.value == 1)
    }

    private final class Source: Sendable {
        let number = 7
    }

    @Test func letsGoOfWhatTheValueIsMadeFrom() {
        var source: Source? = Source()
        weak let seen = source
        let once = Once { [source] in source?.number ?? 0 }
        source = nil
        #expect(seen != nil)
        #expect(once.value == 7)
        #expect(seen == nil)
        #expect(once.value == 7)
    }
}
