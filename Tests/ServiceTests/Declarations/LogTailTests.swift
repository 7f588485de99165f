import Platform
import TestKit
import Testing

@testable import Service

@Suite struct LogTailTests {
    private let now = Instant.now()

    @Test func everyNumberIsTakenOnceInWhateverOrder() {
        for seed in 0..<20 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var tail = LogTail()
            var taken: [Int] = []
            for number in (1...200).shuffled(using: &random) + (1...200).shuffled(using: &random)
            where tail.take(number, now: now) {
                taken.append(number)
            }
            #expect(taken.sorted() == Array(1...200) && tail.last == 200)
            expect(&tail, isMissing: [])
        }
    }

    @Test func whatIsMissingIsAskedForUntilNobodyCanWriteIt() {
        var tail = LogTail()
        expect(&tail, takes: 5, true)
        expect(&tail, isMissing: [1, 2, 3, 4])
        expect(&tail, takes: 3, true)
        expect(&tail, takes: 3, false)
        expect(&tail, takes: 5, false)
        expect(&tail, isMissing: [1, 2, 4], at: now + LogTail.patience + .seconds(-1))
        expect(&tail, isMissing: [], at: now + LogTail.patience)
        // Given up: whoever shows up now is not known any more.
        expect(&tail, takes: 4, false)
    }

    @Test func aLineThatIsLeftIsTakenLater() {
        var tail = LogTail()
        tail.leave(2, now: now)
        expect(&tail, isMissing: [1, 2])
        tail.leave(2, now: now)
        expect(&tail, takes: 2, true)
        expect(&tail, takes: 2, false)
        expect(&tail, takes: 1, true)
        #expect(tail.last == 2)
    }

    @Test func aWholeReadingLeavesTheGapsNearItsEnd() {
        var tail = LogTail(taken: [7, 1, 2, 5], now: now)
        #expect(tail.last == 7)
        expect(&tail, isMissing: [3, 4, 6])
        var empty = LogTail(taken: [], now: now)
        #expect(empty.last == 0)
        expect(&empty, isMissing: [])
        var far = LogTail(taken: [LogTail.mostGaps * 3], now: now)
        let gaps = far.missing(now: now).count
        #expect(gaps == LogTail.mostGaps)
        expect(&far, takes: 1_000_000_000, true)
        let more = far.missing(now: now).count
        #expect(more <= 2 * LogTail.mostGaps)
    }

    private func expect(_ tail: inout LogTail, takes number: Int, _ wanted: Bool) {
        let takes = tail.take(number, now: now)
        #expect(takes == wanted, "\(number)")
    }

    private func expect(_ tail: inout LogTail, isMissing wanted: [Int], at moment: Instant? = nil) {
        let missing = tail.missing(now: moment ?? now)
        #expect(missing == wanted)
    }
}
