import Glibc
import Platform

/// An importer of the imagined world. What it is inclined to, no declaration says.
struct TwinTrader: Sendable {
    let ninea: String
    let code: String
    let name: Int
    let office: String
    /// The goods that it deals in, and the places they come from for it.
    let goods: Weighted<Int>
    let brokers: [Int]
    /// The first day of its business.
    let firstDay: Int
    /// What it pays beside the market: a good buyer, or one of fine goods.
    let priceFactor: Double
    /// How likely one of its declarations is false. It falls when it is caught.
    var inclination: Double
    /// How far its frauds stay from what strikes the eye, 0 to 1. It grows when it is caught, and with the years.
    var subtlety: Double
    /// The scheme that it tries first.
    var habit: TwinScheme
    var timesCaught = 0

    static func draw(_ number: Int, world: TwinWorld, brokers: Int, random: inout Random) -> (
        TwinTrader, activity: Double
    ) {
        let chapter = ["30", "84", "85"][min(2, Int(random.unit() * 3))]
        let own = world.goods.indices.filter {
            world.goods[$0].isImportedOpenly && world.goods[$0].code.hasPrefix(chapter)
        }
        let open = world.goods.indices.filter { world.goods[$0].isImportedOpenly }
        var goods = Weighted<Int>()
        for _ in 0..<random.whole(2...7) {
            let good = random.pick(random.chance(0.9) && !own.isEmpty ? own : open)
            goods.add(good, weight: world.goods[good].frequency * random.factor(spread: 0.5))
        }
        let kind = random.unit()
        let inclination =
            kind < 0.72
            ? random.uniform(0.005, 0.03) : kind < 0.92 ? random.uniform(0.1, 0.3) : random.uniform(0.4, 0.7)
        let span = world.lastDay - world.firstDay
        let trader = TwinTrader(
            ninea: padded(1_000_000 + number * 613 % 8_999_999, digits: 9), code: String(20_000 + number * 7),
            name: number,
            office: world.offices.draw(&random), goods: goods,
            brokers: (0..<2).map { _ in random.whole(0...brokers - 1) },
            // Half of them were there before the beginning; the others come one by one.
            firstDay: random.chance(0.5) ? world.firstDay : world.firstDay + random.whole(0...span * 9 / 10),
            priceFactor: random.factor(spread: 0.12), inclination: inclination, subtlety: random.uniform(0, 0.6),
            habit: TwinScheme.habits.draw(&random))
        return (trader, random.factor(spread: 1.4))
    }

    /// What being caught teaches.
    mutating func learn(_ random: inout Random) {
        timesCaught += 1
        inclination *= 0.6
        subtlety += 0.35 * (1 - subtlety)
        if random.chance(0.5) { habit = TwinScheme.habits.draw(&random) }
    }

    private static func padded(_ number: Int, digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
