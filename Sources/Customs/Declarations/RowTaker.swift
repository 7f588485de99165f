import Reading

/// Takes a file's rows one by one: sorts them, decodes them, recognises duplicates.
struct RowTaker {
    private let sorter: RowSorter
    private var decoder: RowDecoder
    private(set) var store: ArticleStore
    /// Articles by declaration and number; whole rows by all their texts when no column numbers articles.
    private var articles: RowIndex
    private let key: [Int]
    private let articleSlot: Int?
    private let codeSlot: Int?
    private let descriptionSlot: Int?
    private var chapters = [Int](repeating: 0, count: 100)

    init(_ survey: FileSurvey, _ vocabulary: Vocabulary, _ countries: CountryTable, mayBeShort: Bool) {
        sorter = RowSorter(survey, vocabulary, mayBeShort: mayBeShort)
        decoder = RowDecoder(survey, vocabulary, countries)
        let texts = decoder.textFields
        store = ArticleStore(
            numberFields: decoder.numberFields, textFields: texts)
        let slot = { (name: String) in vocabulary.index(of: name).flatMap { texts.firstIndex(of: $0) } }
        let key = ["annee", "bureau", "numero"].compactMap(slot)
        let number = slot("numero_article")
        (self.key, articleSlot) = (key, number)
        (codeSlot, descriptionSlot) = (slot("code_sh"), slot("description"))
        articles = RowIndex(slots: number.map { key + [$0] } ?? Array(texts.indices))
    }

    mutating func take(_ row: TableRecord, _ file: inout DeclarationFile) {
        file.recordCount += 1
        let record = file.recordCount
        switch sorter.kind(row) {
        case .ignored(let reason): file.ignored.append(.init(record: record, line: row.line, reason: reason))
        case .misshapen:
            file.rejected.append(
                .init(record: record, line: row.line, reasons: [.init(code: .columnCount, field: nil)]))
        case .data:
            store.begin(record: record, line: row.line)
            let isTaken = decoder.decode(row, into: &store)
            if let codeSlot, let chapter = ChapterJudge.chapter(store.count - 1, store, code: codeSlot) {
                chapters[chapter] += 1
            }
            guard isTaken else {
                store.removeLast()
                file.rejected.append(.init(record: record, line: row.line, reasons: decoder.reasons))
                return
            }
            if let verdict = judgeDuplicate() {
                store.removeLast()
                switch verdict {
                case .same: file.ignored.append(.init(record: record, line: row.line, reason: .duplicate))
                case .other:
                    let reason = RejectReason(code: .conflictingDuplicate, field: nil)
                    file.rejected.append(.init(record: record, line: row.line, reasons: [reason]))
                }
                return
            }
            for (code, field) in decoder.warnings {
                file.warnings.append(.init(code: code, record: record, field: field, column: nil))
            }
        }
    }

    private enum Duplicate { case same, other }

    /// What the last row repeats, if anything. Articles without a number may be many.
    private mutating func judgeDuplicate() -> Duplicate? {
        let last = store.count - 1
        guard let first = articles.firstRow(like: last, in: store) else { return nil }
        if store.areEqual(first, last) { return .same }
        guard let articleSlot, !store.range(last, articleSlot).isEmpty else { return nil }
        return .other
    }

    /// Puts the declarations together once all rows are known.
    mutating func finish(_ file: inout DeclarationFile, _ judge: ChapterJudge) {
        let all = Array(0..<store.count)
        let misplaced = Set(
            codeSlot.map {
                judge.misplaced(
                    all, store, counts: chapters, code: $0, description: descriptionSlot, key: key)
            } ?? [])
        let reason = RejectReason(code: .wrongChapter, field: nil)
        for row in misplaced {
            file.rejected.append(.init(record: Int(store.records[row]), line: Int(store.lines[row]), reasons: [reason]))
        }
        if !misplaced.isEmpty {
            let records = Set(misplaced.map { Int(store.records[$0]) })
            file.warnings.removeAll { $0.record.map(records.contains) ?? false }
            file.rejected.sort { $0.record < $1.record }
        }
        let accepted = misplaced.isEmpty ? all : all.filter { !misplaced.contains($0) }
        file.groups = DeclarationGroups(accepted, key: key, in: store)
        file.store = store
    }
}
