import Platform
import Testing

@testable import Service

@Suite struct SeenLatelyTests {
    private let user = UUIDv7.make()

    @Test func anActIsKnownForTenMinutes() {
        let (lately, act, now) = (SeenLately(), SeenLately.Act(user: user, object: "a"), Instant.now())
        #expect(!lately.isKnown(act, now: now))
        lately.note(act, now: now)
        #expect(lately.isKnown(act, now: now + .seconds(599)))
        #expect(!lately.isKnown(act, now: now + .seconds(600)))
        #expect(!lately.isKnown(.init(user: user, object: "b"), now: now))
        #expect(!lately.isKnown(.init(user: .make(), object: "a"), now: now))
    }

    @Test func itHoldsNoMoreThanItMay() {
        let (lately, now) = (SeenLately(most: 4), Instant.now())
        func act(_ number: Int) -> SeenLately.Act { .init(user: user, object: "\(number)") }
        for number in 0..<4 { lately.note(act(number), now: now) }
        // What is old goes first.
        lately.note(act(4), now: now + .seconds(600))
        #expect(lately.isKnown(act(4), now: now + .seconds(600)) && !lately.isKnown(act(0), now: now + .seconds(600)))
        for number in 5..<20 { lately.note(act(number), now: now + .seconds(600)) }
        #expect((4..<20).count { lately.isKnown(act($0), now: now + .seconds(600)) } <= 4)
    }
}
