import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct ParameterSearchTests {
    /// A clock that goes on by one second at each trial.
    private final class World {
        var seconds = 0.0
        var asked: [(parameters: TrainingParameters, slices: TimeSlices, later: Range<Int>)] = []
        var log: SearchLog?

        /// The nearer the learning rate is to 0.07 and the deeper the trees, the better.
        func grow(_ parameters: TrainingParameters) -> PackageTraining.Grow {
            { _, _, slices, later in
                self.seconds += 1
                self.asked.append((parameters, slices, later))
                let score = 0.9 - abs(parameters.learningRate - 0.07) + Double(parameters.depth) / 1000
                return TrainedForest(
                    json: [], trees: 1, rounds: 1, last: TrainingRound(0, precisionRecall: score), libraryVersion: "")
            }
        }
    }

    private static func start() -> TrainingParameters { TrainingParameters(.tuned, method: .oblivious) }

    private static func run(
        _ seconds: Double, _ world: World, _ table: TrainingTable, seed: Int = 5, resuming log: SearchLog? = nil
    ) throws -> (best: TrainingParameters, log: SearchLog) {
        let training = 0..<table.count * 7 / 10
        let encoded = try RowEncoder.learn(TrainingTables.plans, from: table, training: training)
        return try ParameterSearch(seconds: seconds, seed: seed).run(
            encoded, table, training: training, start: start(), resuming: log, now: { world.seconds },
            grow: { world.grow($0) }, onTrial: { world.log = $0 })
    }

    @Test func theBestOfThoseTriedInFullIsTaken() throws {
        let (world, table) = (World(), try TrainingTables.table(rows: 400))
        let (best, log) = try Self.run(60, world, table)
        let last = log.trials.filter { $0.rung == 2 }
        #expect(last.count > 2 && last.first?.candidate == 0)
        #expect(best == last.max { $0.score < $1.score }?.parameters && best != Self.start())
        #expect(world.log == log)
        // Nine, of which three, of which one.
        for (rung, count) in [9, 3, 1].enumerated() {
            #expect(log.trials.filter { $0.rung == rung && 1...9 ~= $0.candidate }.count == count)
        }
        #expect(last.allSatisfy { $0.scores.count == 3 })
    }

    @Test func nothingButRowsForLearningIsSeenAndLaterOnesJudge() throws {
        let (world, table) = (World(), try TrainingTables.table(rows: 400))
        _ = try Self.run(30, world, table)
        for (_, slices, later) in world.asked {
            #expect(slices.training.lowerBound == 0 && slices.training.upperBound == later.lowerBound)
            #expect(later.upperBound <= table.count * 7 / 10 && !later.isEmpty)
            #expect(table.days[later.lowerBound - 1] < table.days[later.lowerBound])
            #expect(slices.calibration.isEmpty && slices.measure.isEmpty)
        }
    }

    @Test func theSeedDecidesAndTheTimeOnlyStops() throws {
        let table = try TrainingTables.table(rows: 400)
        let (short, long) = (try Self.run(20, World(), table), try Self.run(80, World(), table))
        #expect(long.log.trials.count > short.log.trials.count)
        #expect(Array(long.log.trials.prefix(short.log.trials.count)) == short.log.trials)
        #expect(try Self.run(20, World(), table, seed: 6).log != short.log)
        // Without any time the start is all there is.
        let none = try Self.run(0, World(), table)
        #expect(none.best == Self.start() && none.log.trials.allSatisfy { $0.candidate == 0 })
    }

    @Test func aSearchGoesOnWhereAnotherWasStopped() throws {
        let table = try TrainingTables.table(rows: 400)
        let whole = try Self.run(60, World(), table)
        let first = try Self.run(25, World(), table)
        let world = World()
        let rest = try Self.run(
            60, world, table, resuming: try SearchLog(parsing: first.log.jsonBytes()))
        #expect(rest.best == whole.best && rest.log.trials == whole.log.trials)
        #expect(world.seconds < 60)
        // Of other data, nothing is known.
        let other = World()
        _ = try Self.run(25, other, try TrainingTables.table(rows: 400, seed: 2), resuming: first.log)
        #expect(other.log?.trials.count == first.log.trials.count)
    }

    @Test(arguments: TrainingParameters.Method.allCases) func candidatesAreAdmitted(method: TrainingParameters.Method) {
        let start = TrainingParameters(.tuned, method: method)
        #expect(SearchSpace.candidate(0, from: start, seed: 1) == start)
        for number in 1...200 {
            #expect(throws: Never.self) { try SearchSpace.candidate(number, from: start, seed: 1).check() }
        }
    }
}
