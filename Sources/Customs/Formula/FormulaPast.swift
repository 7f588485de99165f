/// What the formulas of a unit ask of the past, and how the hashes of their keys are laid out.
struct FormulaPast {
    var needs = HistoryNeeds()
    private(set) var levels: [FormulaData.KeyLevel] = []
    private(set) var parts: [FormulaData.KeyPart] = []
    private(set) var places: [FormulaData.ProfilePlace] = []
    /// Hashes of one unit.
    private(set) var keyCount = 0
    /// First hash of each chain, by its levels' names.
    private var chains: [[String]: Int] = [:]

    init() {}

    /// Asks after what another unit already asks, so that one reader serves both.
    init(after other: HistoryNeeds) {
        needs = other
        places = other.profiles.map { _ in .init(measure: -1, firstKey: 0, keyCount: 0) }
    }

    /// A key, with its back-off.
    struct Key {
        let name: String
        let slot: FormulaCompiler.Slot
        let backOff: FormulaLibrary.BackOff?
    }

    /// One level of a chain: how many digits of each key count; 0: all; nil: the key is left out.
    typealias Level = [Int?]

    /// The first hash of the chain, and whether its hashes are still to be computed.
    mutating func chain(_ keys: [Key], _ wanted: [Level]) -> (first: Int, names: [String], levels: Range<Int>?) {
        let names = wanted.map { level in Self.name(keys, level) }
        if let first = chains[names] { return (first, names, nil) }
        let (first, firstLevel) = (keyCount, levels.count)
        for (level, name) in zip(wanted, names) {
            let firstPart = parts.count
            for (key, digits) in zip(keys, level) {
                guard let digits else { continue }
                parts.append(.init(isText: key.slot.kind == .texte, slot: key.slot.index, digits: digits))
            }
            levels.append(
                .init(seed: HistoryHash(level: name).seed, firstPart: firstPart, partCount: parts.count - firstPart))
        }
        keyCount += wanted.count
        chains[names] = first
        return (first, names, firstLevel..<levels.count)
    }

    private static func name(_ keys: [Key], _ level: Level) -> String {
        zip(keys, level).compactMap { key, digits in digits.map { $0 == 0 ? key.name : "\(key.name):\($0)" } }
            .joined(separator: "|")
    }

    mutating func profile(_ profile: HistoryProfile, measure: Int, firstKey: Int) -> Int {
        let index = needs.index(of: profile)
        let place = FormulaData.ProfilePlace(measure: measure, firstKey: firstKey, keyCount: profile.keyCount)
        if index == places.count { places.append(place) } else if places[index].keyCount == 0 { places[index] = place }
        return index
    }

    /// From the most specific level on: a code loses digits down to its heading's six, then what can be left out is left
    /// out, the last first, then the code loses the rest of its digits.
    static func levels(of keys: [Key]) -> [Level] {
        var digits: (key: Int, steps: [Int])?
        var droppable: [Int] = []
        for (k, key) in keys.enumerated() {
            switch key.backOff {
            case .digits(let steps) where digits == nil: digits = (k, steps)
            case .digits, nil: break
            case .all: droppable.append(k)
            }
        }
        var level: Level = keys.map { key in if case .digits(let steps) = key.backOff { steps.first ?? 0 } else { 0 } }
        guard let digits else { return dropping(droppable, from: level, keepsOne: true) }
        var levels: [Level] = []
        for (k, step) in digits.steps.enumerated() {
            level[digits.key] = step
            levels.append(level)
            let isLastFine = step <= 6 || k + 1 == digits.steps.count
            if isLastFine, !droppable.isEmpty {
                let dropped = dropping(droppable, from: level, keepsOne: false)
                levels += dropped.dropFirst()
                level = dropped.last ?? level
                droppable = []
            }
        }
        return levels
    }

    private static func dropping(_ droppable: [Int], from level: Level, keepsOne: Bool) -> [Level] {
        var (level, levels) = (level, [level])
        for key in droppable.reversed() {
            level[key] = nil
            if keepsOne, level.allSatisfy({ $0 == nil }) { break }
            levels.append(level)
        }
        return levels
    }
}
