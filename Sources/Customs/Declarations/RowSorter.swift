import Reading

/// Tells rows of data from what else stands in a file: blank lines, repeated headers, totals and footers.
struct RowSorter {
    private let header: TableRecord
    private let headerCount: Int
    /// Up to the last column that has a name.
    private let fewest: Int
    /// Tables that have no cells at the end of a row for what is empty there.
    private let mayBeShort: Bool
    private let key: [Int]
    private let year: Int?
    private let code: Int?
    private let additive: Set<Int>

    enum Kind: Equatable {
        case data
        case ignored(IgnoreReason)
        /// The number of cells is wrong: nobody knows which is which.
        case misshapen
    }

    init(_ survey: FileSurvey, _ vocabulary: Vocabulary, mayBeShort: Bool) {
        (header, headerCount, self.mayBeShort) = (survey.headerRow, survey.header.count, mayBeShort)
        fewest = (survey.header.indices.last { !survey.headerRow.isBlank($0) } ?? -1) + 1
        let column = { (name: String) in vocabulary.index(of: name).flatMap { survey.mapping.column(of: $0)?.index } }
        (year, code) = (column("annee"), column("code_sh"))
        key = ["annee", "bureau", "numero", "code_sh", "pays_origine"].compactMap(column)
        additive = Set(
            survey.mapping.columns.filter { $0.field.map { vocabulary.fields[$0].isAdditive } ?? false }.map(\.index))
    }

    func kind(_ row: TableRecord) -> Kind {
        if looksLikeData(row) { return .data }
        let filled = (0..<row.count).filter { !row.isBlank($0) }
        guard let first = filled.first else { return .ignored(.blank) }
        if isHeader(row, filled) { return .ignored(.repeatedHeader) }
        let keyIsIncomplete = key.contains { row.isBlank($0) }
        if keyIsIncomplete || !hasYear(row) {
            if isTotal(row.text(first)) { return .ignored(.total) }
            if key.allSatisfy({ row.isBlank($0) }), !key.isEmpty, filled.allSatisfy(additive.contains) {
                return .ignored(.total)
            }
            if filled.count <= 3, !hasYear(row), !hasCode(row), Self.letters(row.text(first)) >= 2 {
                return .ignored(.footer)
            }
        }
        return hasRightWidth(row) ? .data : .misshapen
    }

    private func hasRightWidth(_ row: TableRecord) -> Bool {
        (row.count >= fewest || mayBeShort)
            && (row.count <= headerCount || (headerCount..<row.count).allSatisfy { row.isBlank($0) })
    }

    private func looksLikeData(_ row: TableRecord) -> Bool {
        guard row.count == headerCount, hasCode(row) else { return false }
        return hasYear(row) || year == nil
    }

    private func hasYear(_ row: TableRecord) -> Bool {
        guard let year else { return false }
        let range = row.range(year)
        return range.count == 4 && row.bytes[range].allSatisfy { $0 &- 0x30 < 10 }
    }

    private func hasCode(_ row: TableRecord) -> Bool {
        guard let code else { return false }
        return row.bytes[row.range(code)].count { $0 &- 0x30 < 10 } >= 4
    }

    private func isHeader(_ row: TableRecord, _ filled: [Int]) -> Bool {
        filled.count >= min(3, fewest)
            && filled.allSatisfy { index in
                row.bytes[row.range(index)].elementsEqual(header.bytes[header.range(index)])
                    || FoldedName(row.text(index)) == FoldedName(header.text(index))
            }
    }

    private func isTotal(_ text: String) -> Bool {
        let folded = FoldedName(text)
        guard let word = folded.words.first.map({ String(decoding: $0, as: UTF8.self) }) else { return false }
        if ["total", "totaux", "totals", "cumul", "somme", "soustotal", "report"].contains(word) { return true }
        return word == "sous" && folded.words.count > 1 && folded.words[1].starts(with: "tota".utf8)
            || word == "grand" && folded.words.count > 1 && folded.words[1].starts(with: "tota".utf8)
    }

    private static func letters(_ text: String) -> Int { text.unicodeScalars.count { $0.properties.isAlphabetic } }
}
