/// Finds rows whose tariff code cannot be meant: of another chapter than the file's, against their own description.
///
/// Files and declarations may mix chapters. A row is refused only when nearly all of a file is of one chapter, its
/// declaration has no article of that chapter, and its description is of that chapter rather than of its own code's.
struct ChapterJudge {
    private let tariff: Tariff
    private let chapter: String?
    static let dominance = 0.8
    static let fewestRows = 5

    /// With a chapter, all rows of others are refused.
    init(_ tariff: Tariff, chapter: String?) { (self.tariff, self.chapter) = (tariff, chapter) }

    /// The chapter of a row's code; nil when the row has none.
    static func chapter(_ row: Int, _ store: ArticleStore, code: Int) -> Int? {
        let range = store.range(row, code)
        guard range.count >= 2 else { return nil }
        return Int(store.bytes[range.lowerBound] &- 0x30) * 10 + Int(store.bytes[range.lowerBound + 1] &- 0x30)
    }

    /// `counts` says how many rows of the file have a code of each chapter, those that were refused included.
    func misplaced(
        _ rows: [Int], _ store: ArticleStore, counts: [Int], code: Int, description: Int?, key: [Int]
    ) -> [Int] {
        func chapter(_ row: Int) -> Int { Self.chapter(row, store, code: code) ?? 0 }
        if let wanted = self.chapter.flatMap({ Int($0) }) { return rows.filter { chapter($0) != wanted } }
        let all = counts.reduce(0, +)
        guard let description, all >= Self.fewestRows,
            let main = counts.indices.first(where: { Double(counts[$0]) >= Self.dominance * Double(all) }),
            counts[main] < all
        else { return [] }
        var siblings = RowIndex(slots: key)
        for row in rows where chapter(row) == main { _ = siblings.firstRow(like: row, in: store) }
        return rows.filter { row in
            guard chapter(row) != main, siblings.find(row, in: store) == nil, let text = store.text(row, description)
            else { return false }
            let own = tariff.resemblance(of: text, toChapter: Self.name(chapter(row)))
            return tariff.resemblance(of: text, toChapter: Self.name(main)) > own
        }
    }

    private static func name(_ chapter: Int) -> String { chapter < 10 ? "0\(chapter)" : String(chapter) }
}
