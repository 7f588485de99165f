import Platform

/// The imagined world as it goes on, day by day: traders declare, some of them falsely, a part is controlled, and those
/// who are caught learn.
///
/// One seed gives one world, to the byte. Nothing in it comes from a real declaration; it serves to exercise the service
/// and to start from, never to say how well fraud is found.
public struct Twin {
    let world: TwinWorld
    let tariff: Tariff
    private let first: Int
    var random: Random
    var traders: [TwinTrader] = []
    private var activity = Weighted<Int>()
    /// How willingly each broker closes an eye.
    private(set) var brokers: [Double] = []
    /// By office and year, the last number given.
    private var numbers: [String: Int] = [:]
    /// By day since the first: parts of split shipments that are still to come, and verdicts that teach.
    private var toCome: [[TwinDeclaration]]
    private var lessons: [[Int]]

    /// - Parameter first: where the numbers of its traders and brokers begin. They are other people than those of a world
    ///   that numbers them elsewhere.
    public init(_ world: TwinWorld, tariff: Tariff, declarations: Int, seed: UInt64, numberedFrom first: Int = 0) {
        (self.world, self.tariff, self.first) = (world, tariff, first)
        random = Random(seed: seed)
        let days = world.lastDay - world.firstDay + 1
        (toCome, lessons) = (Array(repeating: [], count: days), Array(repeating: [], count: days))
        brokers = (0..<max(8, declarations / 4000)).map { _ in random.chance(0.12) ? 2.2 : random.uniform(0.6, 1.2) }
        for number in 0..<max(40, declarations / 60) {
            let (trader, activity) = TwinTrader.draw(
                first + number, world: world, brokers: brokers.count, random: &random)
            traders.append(trader)
            self.activity.add(number, weight: activity)
        }
    }

    /// Makes exactly `count` declarations, in the order of their days, and hands each over.
    public mutating func run<Failure: Error>(
        _ count: Int, _ take: (TwinRecord) throws(Failure) -> Void
    ) throws(Failure) {
        let days = toCome.count
        let shares = (0..<days).map { share(ofDay: world.firstDay + $0) }
        let total = shares.reduce(0, +)
        var (passed, made) = (0.0, 0)
        for day in 0..<days {
            passed += shares[day]
            let due = day == days - 1 ? count : min(count, Int(passed / total * Double(count)))
            for trader in lessons[day] { traders[trader].learn(&random) }
            for declaration in toCome[day] where made < count {
                try take(finish(declaration))
                made += 1
            }
            toCome[day] = []
            while made < due {
                try take(finish(declare(on: world.firstDay + day)))
                made += 1
            }
        }
    }

    /// Sundays are quiet, the end of the year is busy, trade grows.
    private func share(ofDay day: Int) -> Double {
        let date = CivilDate(daysSinceEpoch: day)
        let week = [0.05, 1, 1.05, 1.05, 1, 0.9, 0.3][date.weekday]
        let year = date.month >= 10 ? 1.15 : date.month == 8 ? 0.85 : 1
        return week * year * (1 + 0.06 * Double(day - world.firstDay) / 365)
    }

    private mutating func declare(on day: Int) -> TwinDeclaration {
        var trader = activity.draw(&random)
        while traders[trader].firstDay > day { trader = activity.draw(&random) }
        var declaration = honest(trader, on: day)
        let broker = brokers[declaration.broker]
        if random.chance(min(0.8, traders[trader].inclination * broker)) {
            let habit = random.chance(0.65) ? traders[trader].habit : TwinScheme.habits.draw(&random)
            falsify(&declaration, by: habit)
        } else if random.chance(0.03) {
            mistake(&declaration)
        }
        return declaration
    }

    /// Numbers it, controls it or not, and lets time pass over what was found.
    private mutating func finish(_ declaration: TwinDeclaration) -> TwinRecord {
        var declaration = declaration
        declaration.year = CivilDate(daysSinceEpoch: declaration.day).year
        let series = "\(declaration.year)\(declaration.office)"
        numbers[series, default: 0] += random.whole(1...3)
        declaration.number = numbers[series]!
        declaration.outcome = control(declaration)
        if let outcome = declaration.outcome, outcome.found != nil, outcome.day <= world.lastDay {
            lessons[outcome.day - world.firstDay].append(declaration.trader)
        }
        return TwinRecord(
            declaration: declaration, trader: traders[declaration.trader],
            broker: "D\(100 + first + declaration.broker)",
            lastDay: world.lastDay)
    }

    /// A part of a shipment that is declared on another day.
    mutating func postpone(_ declaration: TwinDeclaration) {
        let day = declaration.day - world.firstDay
        if toCome.indices.contains(day) { toCome[day].append(declaration) }
    }
}
