import Reading

/// What must be known of a file before its rows can be read: the header, the mapping and the way of writing numbers.
struct FileSurvey {
    /// How many records come before the first row, the header included.
    let skipped: Int
    let headerLine: Int
    let header: [String]
    /// The header's cells as they are, to recognise it when it is repeated.
    let headerRow: TableRecord
    let mapping: ColumnMapping
    let convention: NumberConvention
    let thousands: ThousandsMark

    /// Header rows are looked for among the first records.
    static let deepestHeader = 60
    /// How many rows are looked at before a mapping is made.
    static let sample = 200
    /// A row with fewer known names is a title or an address.
    static let fewestNames = 5

    /// Tells `report` the header and the mapping as soon as they are known, also when the file is then refused.
    static func run(
        _ table: any Table, _ mapper: ColumnMapper, _ file: MappingFile?, report: inout DeclarationFile
    ) throws(ReadingError) -> FileSurvey {
        var rows: [TableRecord] = []
        while rows.count < deepestHeader + sample, try table.next() {
            var row = TableRecord()
            table.copy(into: &row)
            rows.append(row)
        }
        // Members have the names that a program gave them, all in the first record.
        let named = file == nil && table.encoding == "json" ? rows.first.flatMap { mapper.find(named: $0.texts) } : nil
        guard let place = named != nil ? 0 : headerPlace(rows, mapper, file) else {
            let required = (file?.required ?? mapper.vocabulary.required).joined(separator: ",")
            throw ReadingError(
                "missing_columns:\(required)", "Aucune ligne du début du fichier ne nomme les colonnes attendues.")
        }
        let header = rows[place].texts
        let samples = rows[(place + 1)...]
        let mapping =
            named ?? file.map { mapper.follow($0, header) } ?? mapper.find(header, evidence(samples, header, mapper))
        (report.headerLine, report.mapping) = (rows[place].line, mapping)
        let missing = mapping.missing(mapper.vocabulary)
        guard missing.isEmpty else { throw SurveyedHeader.missing(missing, rows[place].line, mapper.vocabulary) }
        var whole = WholeFileEvidence(mapping, mapper.vocabulary, rows[place])
        for row in samples { whole.add(row) }
        let isTyped = DeclarationFileReader.isTyped(table)
        if rows.count == deepestHeader + sample, whole.needsAll(isTyped: isTyped) { try addRest(of: table, to: &whole) }
        if let column = whole.differing {
            throw ReadingError(
                "ambiguous_header:\(header[column])",
                "Deux colonnes « \(header[column]) » n’ont pas les mêmes valeurs : laquelle compte ?")
        }
        return FileSurvey(
            skipped: place + 1, headerLine: rows[place].line, header: header, headerRow: rows[place], mapping: mapping,
            convention: NumberConvention(decimal: file?.decimal ?? whole.numbers.decimal ?? (isTyped ? 0x2e : nil)),
            thousands: whole.numbers.thousands)
    }

    private static func evidence(_ rows: ArraySlice<TableRecord>, _ header: [String], _ mapper: ColumnMapper)
        -> [ColumnEvidence]
    {
        var evidence = [ColumnEvidence](repeating: ColumnEvidence(), count: header.count)
        for row in rows where row.count >= header.count {
            for index in header.indices {
                evidence[index].add(row.bytes.span.extracting(row.range(index)), mapper.countries)
            }
        }
        return evidence
    }

    private static func addRest(of table: any Table, to whole: inout WholeFileEvidence) throws(ReadingError) {
        var row = TableRecord()
        while try table.next() {
            table.copy(into: &row)
            whole.add(row)
        }
    }

    /// The first row that names enough fields; else the one that names most, if it names two.
    private static func headerPlace(_ rows: [TableRecord], _ mapper: ColumnMapper, _ file: MappingFile?) -> Int? {
        let wanted = min(fewestNames, file.map { $0.columns.count } ?? fewestNames)
        var best: (place: Int, count: Int)?
        for similar in [false, true] {
            let deepest = similar ? ColumnMapper.mostSimilarRows : deepestHeader
            for (place, row) in rows.prefix(deepest).enumerated() where row.count >= 2 {
                let names = row.texts.map(FoldedName.init)
                let count = mapper.recognised(names, file: file, similar: similar)
                if count >= wanted { return place }
                if count >= 2, count > best?.count ?? 0 { best = (place, count) }
            }
        }
        return best?.place
    }
}

/// The error for a header that was found but lacks columns.
enum SurveyedHeader {
    static func missing(_ names: [String], _ line: Int, _ vocabulary: Vocabulary) -> ReadingError {
        let labels = names.map { vocabulary[$0]?.label ?? $0 }.joined(separator: ", ")
        return ReadingError(
            "missing_columns:\(names.joined(separator: ","))",
            "L’en-tête (ligne \(line)) n’a pas de colonne pour : \(labels).")
    }
}
