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

    func misplaced(_ rows: [Int], _ store: ArticleStore, code: Int, description: Int?, key: [Int]) -> [Int] {
        func chapter(_ row: Int) -> Int {
            let range = store.range(row, code)
            guard range.count >= 2 else { return -1 }
            return Int(store.bytes[range.lowerBound] &- 0x30) * 10 + Int(store.bytes[range.lowerBound + 1] &- 0x30)
        }
        if let wanted = self.chapter.flatMap({ Int($0) }) { return rows.filter { chapter($0) != wanted } }
        guard let description, rows.count >= Self.fewestRows else { return [] }
        var counts: [Int: Int] = [:]
        for row in rows { counts[chapter(row), default: 0] += 1 }
        guard let (main, count) = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), count < rows.count,
            Double(count) >= Self.dominance * Double(rows.count)
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
