import Glibc
import Testing
import TestKit

@testable import Customs

/// The needs of a price by code then heading, an importer's past, and its origins.
private struct Questions {
    var needs = HistoryNeeds()
    let price: Int, importer: Int, origins: Int

    init() {
        price = needs.index(
            of: HistoryProfile(unit: .article, group: .measured, measure: "prix", levels: ["code_sh", "code_sh:4"]))
        importer = needs.index(
            of: HistoryProfile(unit: .declaration, group: .counted, measure: nil, levels: ["ninea", ""]))
        origins = needs.index(
            of: HistoryProfile(unit: .article, group: .shared, measure: nil, levels: ["ninea|pays", "ninea"]))
    }

    mutating func ask(_ function: HistoryFunction, _ profile: Int, _ parameter: Int = 0) -> Int {
        needs.index(of: HistoryNeed(profile: profile, function: function, parameter: parameter))
    }
}

private func answer(
    _ history: History, _ need: Int, _ keys: [UInt64], on day: Int32, measured: Double = .nan
) -> Double {
    keys.withUnsafeBufferPointer { history.value(of: need, measured: measured, keys: $0, day: day) }
}

private func observations(
    on day: Int32, _ all: [(profile: Int, measured: Double, keys: [UInt64])]
) -> HistoryObservations {
    var observations = HistoryObservations()
    observations.day = day
    for one in all {
        one.keys.withUnsafeBufferPointer {
            observations.append(profile: one.profile, measured: one.measured, keys: $0)
        }
    }
    return observations
}

@Suite struct HistoryTests {
    /// What was recorded otherwise first leaves no trace while its day lasts, and all of it afterwards.
    @Test func aDeclarationIsReplacedUntilItsDayHasPassed() {
        let questions = Questions()
        func seen(_ importer: UInt64) -> HistoryObservations {
            observations(on: 100, [(questions.importer, .nan, [importer, 9]), (questions.price, 10, [importer, 2])])
        }
        var (history, corrected) = (History(needs: questions.needs), History(needs: questions.needs))
        for (order, importer) in [(UInt64(1), UInt64(7)), (2, 7)] { history.record(seen(importer), order: order) }
        history.recordOutcome(fraud: true, of: seen(7), verdict: 100, order: 2)
        corrected.record(seen(7), order: 1)
        corrected.record(seen(8), order: 2)
        corrected.recordOutcome(fraud: true, of: seen(7), verdict: 100, order: 2)
        history.replace(seen(8), order: 2)
        #expect(history.snapshot() == corrected.snapshot())
        for day: Int32 in [101, 102] {
            history.advance(to: day)
            history.replace(seen(7), order: 2)
            corrected.advance(to: day)
            #expect(history.snapshot() == corrected.snapshot())
        }
        // Nobody is found under an order that nobody had.
        history.replace(seen(7), order: 3)
        #expect(history.snapshot() == corrected.snapshot())
    }

    @Test func answersKnowOnlyWhatWasKnownStrictlyBefore() {
        var questions = Questions()
        let (median, count) = (questions.ask(.mediane, questions.price), questions.ask(.compte, questions.importer, 30))
        let isNew = questions.ask(.nouveaute, questions.importer)
        var history = History(needs: questions.needs)
        for order in 0..<6 {
            let seen = observations(
                on: 100, [(questions.price, 10, [1, 2]), (questions.importer, .nan, [7, 9])])
            history.record(seen, order: UInt64(order))
        }
        history.advance(to: 100)
        #expect(answer(history, median, [1, 2], on: 100).isNaN)
        #expect(answer(history, isNew, [7, 9], on: 100) == 1)
        history.advance(to: 101)
        #expect(abs(answer(history, median, [1, 2], on: 101) - 10) < 1e-12)
        #expect(answer(history, count, [7, 9], on: 101) == 6)
        #expect(answer(history, isNew, [7, 9], on: 101) == 0)
        #expect(answer(history, count, [7, 9], on: 130) == 6 && answer(history, count, [7, 9], on: 131) == 0)
        // A key that is missing has no answer; one that never came has none of its own.
        #expect(answer(history, count, [0, 9], on: 101).isNaN && answer(history, count, [8, 9], on: 101) == 0)
    }

    @Test func thinLevelsLeanOnTheNext() {
        var questions = Questions()
        let median = questions.ask(.mediane, questions.price)
        var history = History(needs: questions.needs)
        for order in 0..<40 {
            // 10 observations of the code at 20, the heading's 30 others at 5.
            let price: (Int, Double, [UInt64]) = (questions.price, order < 10 ? 20 : 5, [order < 10 ? 1 : 3, 2])
            history.record(observations(on: 1, [price]), order: UInt64(order))
        }
        history.advance(to: 2)
        #expect(abs(answer(history, median, [1, 2], on: 2) - (20.0 / 3 + 5.0 * 2 / 3)) < 1e-12)
        #expect(answer(history, median, [3, 2], on: 2) == 5)
        #expect(answer(history, median, [4, 2], on: 2) == 5)
        let peers = [1, 2].withUnsafeBufferPointer { history.peers(of: questions.price, measured: 4, keys: $0, day: 2) }
        #expect(peers == HistoryPeers(count: 40, median: 5, percentile: 0, level: 1))
    }

    @Test func riskShrinksTowardsTheGeneralOne() {
        var questions = Questions()
        let risk = questions.ask(.risque, questions.importer)
        var history = History(needs: questions.needs)
        history.advance(to: 10)
        #expect(answer(history, risk, [7, 9], on: 10).isNaN)
        for order in 0..<20 {
            let seen = observations(on: 10, [(questions.importer, .nan, [order < 10 ? 7 : 8, 9])])
            history.recordOutcome(fraud: order < 5, of: seen, verdict: 40, order: UInt64(order))
        }
        history.advance(to: 40)
        #expect(answer(history, risk, [7, 9], on: 40).isNaN)
        history.advance(to: 41)
        // A quarter of all were frauds; half of this importer's ten.
        #expect(abs(answer(history, risk, [6, 9], on: 41) - 0.25) < 1e-12)
        let (weight, m) = (10 * exp2(-1.0 / 365), CountedMemory.priorControls)
        #expect(abs(answer(history, risk, [7, 9], on: 41) - (weight / 2 + 0.25 * m) / (weight + m)) < 1e-12)
        #expect(answer(history, risk, [8, 9], on: 41) < 0.25)
    }

    @Test func sharesAndEntropy() {
        var questions = Questions()
        let (share, entropy) = (questions.ask(.part, questions.origins), questions.ask(.entropie, questions.origins))
        var history = History(needs: questions.needs)
        for order in 0..<4 {
            let origin: (Int, Double, [UInt64]) = (questions.origins, .nan, [order < 3 ? 11 : 12, 5])
            history.record(observations(on: 1, [origin]), order: UInt64(order))
        }
        history.advance(to: 2)
        #expect(answer(history, share, [11, 5], on: 2) == 0.75 && answer(history, share, [13, 5], on: 2) == 0)
        #expect(answer(history, share, [11, 6], on: 2).isNaN)
        let expected = -(0.75 * log(0.75) + 0.25 * log(0.25))
        #expect(abs(answer(history, entropy, [0, 5], on: 2) - expected) < 1e-12)
    }

    /// Served day by day in the order of arrival, or rebuilt later in any order within a day: the same bits.
    @Test func rebuiltPastAnswersAlikeToTheLastBit() {
        var questions = Questions()
        let asked = [
            questions.ask(.mediane, questions.price), questions.ask(.madZ, questions.price),
            questions.ask(.tchebychev, questions.price), questions.ask(.percentile, questions.price),
            questions.ask(.effectif, questions.price), questions.ask(.pente, questions.price, 6),
            questions.ask(.compte, questions.importer, 90), questions.ask(.risque, questions.importer),
            questions.ask(.joursDepuis, questions.importer), questions.ask(.saison, questions.importer),
            questions.ask(.part, questions.origins), questions.ask(.entropie, questions.origins),
        ]
        var random = SeededGenerator(seed: 5)
        let events = (0..<2000).map { order in
            let day = Int32(order / 9)
            let keys = { (0..<2).map { _ in UInt64.random(in: 0..<6, using: &random) } }
            let seen = observations(
                on: day,
                [
                    (questions.price, Double.random(in: 1...9, using: &random), keys()),
                    (questions.importer, .nan, keys()), (questions.origins, .nan, keys()),
                ])
            return (order: UInt64(order), seen: seen, delay: Int32.random(in: 0...60, using: &random))
        }
        var (served, rebuilt) = (History(needs: questions.needs), History(needs: questions.needs))
        for event in events {
            served.advance(to: event.seen.day)
            served.record(event.seen, order: event.order)
            served.recordOutcome(
                fraud: event.order % 3 == 0, of: event.seen, verdict: event.seen.day + event.delay, order: event.order)
        }
        for event in events.shuffled(using: &random) {
            rebuilt.recordOutcome(
                fraud: event.order % 3 == 0, of: event.seen, verdict: event.seen.day + event.delay, order: event.order)
            rebuilt.record(event.seen, order: event.order)
        }
        for day in [223, 290, 400] as [Int32] {
            served.advance(to: day)
            rebuilt.advance(to: day)
            for need in asked {
                for a in 0..<6 as Range<UInt64> {
                    let answers = [served, rebuilt].map { answer($0, need, [a, 5 - a], on: day, measured: 4) }
                    #expect(answers[0].bitPattern == answers[1].bitPattern)
                }
            }
        }
    }

    @Test func snapshotsBringThePastBackAndNothingElse() throws {
        var questions = Questions()
        let median = questions.ask(.mediane, questions.price)
        _ = [questions.ask(.pente, questions.price, 3), questions.ask(.compte, questions.importer, 30)]
        _ = questions.ask(.part, questions.origins)
        var history = History(needs: questions.needs)
        var random = SeededGenerator(seed: 6)
        for order in 0..<300 {
            let keys = (0..<2).map { _ in UInt64.random(in: 1..<5, using: &random) }
            let seen = observations(
                on: Int32(order / 3),
                [
                    (questions.price, .random(in: 1...9, using: &random), keys), (questions.importer, .nan, keys),
                    (questions.origins, .nan, keys),
                ])
            history.record(seen, order: UInt64(order))
            history.recordOutcome(fraud: order % 2 == 0, of: seen, verdict: Int32(order / 2), order: UInt64(order))
        }
        history.advance(to: 80)
        let bytes = history.snapshot()
        var again = try History(bytes, needs: questions.needs)
        #expect(again.snapshot() == bytes)
        history.advance(to: 500)
        again.advance(to: 500)
        #expect(again.snapshot() == history.snapshot())
        #expect(answer(again, median, [1, 2], on: 500) == answer(history, median, [1, 2], on: 500))

        for cut in stride(from: 0, to: bytes.count, by: 997) {
            #expect(throws: HistorySnapshotError.self) { try History(Array(bytes[..<cut]), needs: questions.needs) }
        }
        // Whatever byte is changed, reading ends, in a past or in an error.
        for _ in 0..<40 {
            var damaged = bytes
            damaged[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            if var history = try? History(damaged, needs: questions.needs) { history.advance(to: 600) }
        }
        // What was kept answers another question too; what was not kept is not made up.
        _ = questions.ask(.risque, questions.importer)
        #expect(try History(bytes, needs: questions.needs).snapshot() == bytes)
        _ = questions.ask(.compte, questions.importer, 400)
        #expect(throws: HistorySnapshotError(code: "other_questions")) { try History(bytes, needs: questions.needs) }
    }

    @Test func daysBeyondTheCalendarAreClamped() {
        var questions = Questions()
        let since = questions.ask(.joursDepuis, questions.importer)
        var history = History(needs: questions.needs)
        history.record(observations(on: .min, [(questions.importer, .nan, [7, 9])]), order: 0)
        history.advance(to: .max)
        #expect(answer(history, since, [7, 9], on: .max) > 3_000_000)
        #expect(answer(history, since, [7, 9], on: .min) > 3_000_000)
    }
}
