import Glibc

/// Which combinations of categories a tree may ask beside its columns: those of what it asks already, each with one more
/// category.
final class Combinations {
    private let statistics: Statistics
    private let kinds: [Statistic.Kind]
    /// Of categories, at most.
    private let most: Int
    /// How much less a large combination is worth that no tree asks yet: 0 is as much.
    private let thrift: Double
    private let depth: Int
    /// In bytes.
    private let room: Int

    private var made: [[Int]: (searches: [ColumnSearch], keys: Int)] = [:]
    private var size = 0
    private var isUsed: Set<[Int]> = []
    /// How many keys the file's tables may still have.
    private var keysLeft: Int
    private var inTree: Set<[Int]> = []
    private var mostKeys = 1

    init(
        _ statistics: Statistics, kinds: [Statistic.Kind], most: Int, thrift: Double, depth: Int, room: Int = 1 << 30,
        keys: Int = ModelLimits.statisticValues / Statistic.Kind.usual.count
    ) {
        (self.statistics, self.kinds, self.most) = (statistics, kinds, most)
        (self.thrift, self.depth, self.room) = (thrift, depth, room)
        keysLeft = keys
    }

    func beginTree() {
        inTree = []
        if size > room {
            made = [:]
            size = 0
        }
    }

    /// What may be asked from now on, after these questions, and could not before. `isDrawn` is asked once for each.
    func added(by questions: [Question], _ team: GrowingTeam, isDrawn: () -> Bool) -> [ColumnSearch] {
        guard let last = questions.last, case .statistic(let statistic) = last,
            statistic.categories.count < most
        else { return [] }
        var wanted: [[Int]] = []
        for category in statistics.categories.all.indices where !statistic.categories.contains(category) {
            let combination = (statistic.categories + [category]).sorted()
            if inTree.insert(combination).inserted, isDrawn() { wanted.append(combination) }
        }
        make(wanted.filter { made[$0] == nil }, team)
        return wanted.flatMap { made[$0]?.searches ?? [] }
    }

    private func make(_ wanted: [[Int]], _ team: GrowingTeam) {
        var columns = [(columns: [GrowingColumn], keys: Int)](repeating: ([], 0), count: wanted.count)
        columns.withUnsafeMutableBufferPointer { columns in
            let columns = columns
            team.run(wanted.count) { piece, _ in columns[piece] = statistics.columns(wanted[piece], kinds) }
        }
        for (combination, own) in zip(wanted, columns) {
            let learning = statistics.categories.learning
            let searches = own.columns.map { ColumnSearch($0, keeps: false, depth: depth, learning: learning) }
            made[combination] = (searches, own.keys)
            size += own.columns.reduce(0) { $0 + $1.size }
            mostKeys = max(mostKeys, own.keys)
        }
    }

    /// What a gain by this question counts for; nothing when its table would make the file too large.
    func worth(of question: Question) -> Double {
        guard case .statistic(let statistic) = question, !isUsed.contains(statistic.categories) else { return 1 }
        let keys = keys(of: statistic.categories)
        if keys > keysLeft { return 0 }
        return statistic.categories.count == 1 ? 1 : pow(1 + Double(keys) / Double(mostKeys), -thrift)
    }

    /// Remembers what a tree asks.
    func use(_ questions: [Question]) {
        for case .statistic(let statistic) in questions where isUsed.insert(statistic.categories).inserted {
            keysLeft -= keys(of: statistic.categories)
        }
    }

    private func keys(of categories: [Int]) -> Int {
        if categories.count == 1 { return statistics.categories.all[categories[0]].hashes.count }
        return made[categories]?.keys ?? 0
    }
}
