/// All labels of the layouts, folded, ready to be compared with words of a page.
struct LabelDictionary: Sendable {
    enum Meaning: Sendable, Equatable {
        /// By its place among the layout's anchors.
        case anchor(Int)
        case tax(TaxLabels.Column)
        case landmark
    }
    struct Entry: Sendable {
        let name: [UInt8]
        let letters: UInt64
        var meanings: [Meaning]
    }

    let layout: Layout
    private(set) var entries: [Entry] = []
    private var exact: [[UInt8]: Int] = [:]
    /// Entries by the length of their name.
    private var byLength: [[Int]] = []
    let longest: Int

    init(_ layout: Layout) {
        self.layout = layout
        var all: [(String, Meaning)] = []
        for (index, anchor) in layout.anchors.enumerated() { all += anchor.labels.map { ($0, .anchor(index)) } }
        for column in TaxLabels.Column.allCases {
            all += (layout.taxes.columns[column] ?? []).map { ($0, .tax(column)) }
        }
        all += layout.landmarks.map { ($0, .landmark) }
        var most = 0
        for (label, meaning) in all {
            let name = FoldedName(label).bytes
            guard !name.isEmpty else { continue }
            most = max(most, name.count)
            if let known = exact[name] {
                if !entries[known].meanings.contains(meaning) { entries[known].meanings.append(meaning) }
                continue
            }
            exact[name] = entries.count
            entries.append(.init(name: name, letters: Self.letters(name), meanings: [meaning]))
        }
        longest = most
        byLength = Array(repeating: [], count: most + 1)
        for (index, entry) in entries.enumerated() { byLength[entry.name.count].append(index) }
    }

    struct Found { let entry: Int, distance: Int }

    /// The label that the name is, or resembles to one letter in six.
    func find(_ name: [UInt8], fuzzy: Bool) -> Found? {
        if let entry = exact[name] { return .init(entry: entry, distance: 0) }
        guard fuzzy, name.count >= 5 else { return nil }
        let mask = Self.letters(name)
        var best: Found?
        for length in max(6, name.count - 3)...max(6, name.count + 3) where length < byLength.count {
            let allowed = min(4, length / 6)
            guard abs(length - name.count) <= allowed else { continue }
            for index in byLength[length] {
                guard (entries[index].letters ^ mask).nonzeroBitCount <= 2 * allowed else { continue }
                let bound = min(allowed, (best?.distance ?? 9) - 1)
                guard bound >= 0,
                    let distance = HeaderMatcher.editDistance(name, entries[index].name, atMost: bound)
                else { continue }
                best = .init(entry: index, distance: distance)
            }
        }
        return best
    }

    /// The label of a numbered box: its number stands for much, so two letters in five may be wrong.
    func find(_ name: [UInt8], inBox box: String) -> Found? {
        guard name.count >= 6 else { return nil }
        var best: Found?
        for (index, entry) in entries.enumerated() where entry.name.count >= 6 {
            let isOfBox = entry.meanings.contains {
                if case .anchor(let anchor) = $0 { layout.anchors[anchor].boxes.contains(box) } else { false }
            }
            let bound = min(min(name.count, entry.name.count) * 2 / 5, (best?.distance ?? 99) - 1)
            guard isOfBox, bound >= 0, abs(entry.name.count - name.count) <= bound,
                let distance = HeaderMatcher.editDistance(name, entry.name, atMost: bound)
            else { continue }
            best = .init(entry: index, distance: distance)
        }
        return best
    }

    /// Whether a longer label begins with the name: more words may complete it.
    func mayGrow(_ count: Int) -> Bool { count <= longest + 4 }

    private static func letters(_ name: [UInt8]) -> UInt64 {
        name.reduce(0) { $0 | 1 << UInt64($1 >= 0x61 ? $1 - 0x61 : $1 - 0x30 + 26) }
    }
}
