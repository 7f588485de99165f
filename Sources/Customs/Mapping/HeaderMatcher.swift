/// Says which fields a header may mean, by its name alone.
struct HeaderMatcher: Sendable {
    enum Rank: Int, Comparable, Sendable {
        case name, alias, fallback, similar
        static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
    }
    struct Candidate: Sendable {
        let field: Int
        let rank: Rank
        let score: Double
        /// The name that it resembles, as the vocabulary writes it.
        let name: String
    }

    private let names: [FoldedName: [Candidate]]
    /// All names with the candidates they stand for, for comparisons that take longer.
    private let all: [(name: FoldedName, candidate: Candidate)]

    init(_ vocabulary: Vocabulary) {
        var names: [FoldedName: [Candidate]] = [:]
        var all: [(FoldedName, Candidate)] = []
        for (index, field) in vocabulary.fields.enumerated() where !field.isComputed {
            func add(_ name: String, _ rank: Rank, _ score: Double) {
                let folded = FoldedName(name)
                guard names[folded]?.contains(where: { $0.field == index }) != true else { return }
                let candidate = Candidate(field: index, rank: rank, score: score, name: name)
                names[folded, default: []].append(candidate)
                all.append((folded, candidate))
            }
            add(field.name, .name, 1)
            for alias in field.aliases { add(alias, .alias, 0.98) }
            for alias in field.fallbackAliases { add(alias, .fallback, 0.9) }
        }
        (self.names, self.all) = (names, all)
    }

    /// Fields whose name or alias the header is, apart from case, accents and punctuation; the best first.
    func exact(_ header: FoldedName) -> [Candidate] { (names[header] ?? []).sorted { $0.rank < $1.rank } }

    /// The field whose name or alias the header resembles most, when one stands out.
    func similar(_ header: FoldedName) -> Candidate? {
        guard header.bytes.count >= 4 else { return nil }
        var best: Candidate?
        var isTied = false
        for (name, candidate) in all {
            let score = Self.similarity(header, name)
            guard score > 0, score >= best?.score ?? 0 else { continue }
            if let found = best, found.score == score {
                if found.field != candidate.field { isTied = true }
                continue
            }
            best = Candidate(field: candidate.field, rank: .similar, score: score, name: candidate.name)
            isTied = false
        }
        return isTied ? nil : best
    }

    /// From 0 (nothing in common worth mentioning) to 0.89.
    static func similarity(_ header: FoldedName, _ name: FoldedName) -> Double {
        let longer = max(header.bytes.count, name.bytes.count)
        // One letter in six may be wrong.
        let allowed = (longer + 1) / 6
        if name.bytes.count >= 5, let distance = editDistance(header.bytes, name.bytes, atMost: allowed) {
            return 0.89 - 0.6 * Double(distance) / Double(longer)
        }
        // A longer header that holds all words of a name of two words or more: « Poids net en kg ».
        guard name.words.count >= 2, header.words.count > name.words.count else { return 0 }
        guard name.words.allSatisfy({ header.words.contains($0) }) else { return 0 }
        let share = Double(name.words.count) / Double(header.words.count)
        return share >= 0.5 ? 0.5 + 0.3 * share : 0
    }

    /// How many letters to insert, delete or replace; nil when more than `bound`.
    static func editDistance(_ a: [UInt8], _ b: [UInt8], atMost bound: Int) -> Int? {
        guard abs(a.count - b.count) <= bound else { return nil }
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            var least = i + 1
            for j in b.indices {
                row.append(min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1)))
                least = min(least, row[j + 1])
            }
            if least > bound { return nil }
            last = row
        }
        return last[b.count] <= bound ? last[b.count] : nil
    }
}
