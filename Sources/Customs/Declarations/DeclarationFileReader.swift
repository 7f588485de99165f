public import Reading

/// Reads files of declarations: finds the header, maps the columns, takes the rows, and puts declarations together.
public struct DeclarationFileReader: Sendable {
    public let vocabulary: Vocabulary
    public let tariff: Tariff
    let countries: CountryTable
    private let mapper: ColumnMapper
    /// Of which nothing was read yet.
    private let unread: DeclarationFile

    public struct Options: Sendable {
        public var mapping: MappingFile?
        /// Two digits: articles of other chapters are refused. Nil to judge from the file itself.
        public var chapter: String?
        public init(mapping: MappingFile? = nil, chapter: String? = nil) {
            (self.mapping, self.chapter) = (mapping, chapter)
        }
    }

    public init(_ configuration: ConfigurationDirectory) throws(CustomsError) {
        vocabulary = try .load(from: configuration)
        countries = try .load(from: configuration)
        tariff = try .load(from: configuration)
        mapper = ColumnMapper(vocabulary, countries)
        unread = DeclarationFile(vocabulary)
    }

    /// `open` opens the table from its beginning; it is asked twice. `progress` is told how many records were read.
    public func read(
        _ options: Options = Options(), progress: (Int) -> Void = { _ in },
        open: () throws(ReadingError) -> any Table
    ) throws(CustomsError) -> DeclarationFile {
        try options.mapping?.check(vocabulary)
        var file = unread
        do throws(ReadingError) {
            let first = try open()
            describe(&file, first)
            let survey = try FileSurvey.run(first, mapper, options.mapping, report: &file)
            note(&file, survey)
            try take(&file, survey, try open(), options, progress)
        } catch {
            file.failure = .init(code: error.code, message: error.message)
            (file.rejected, file.ignored, file.warnings) = ([], [], [])
            file.groups = DeclarationGroups()
        }
        return file
    }

    private func describe(_ file: inout DeclarationFile, _ table: any Table) {
        file.encoding = table.encoding
        file.delimiter = table.delimiter.map { String(UnicodeScalar($0)) }
    }

    /// Sheets and JSON hold numbers, not their writing, and leave out empty cells at the end of a row.
    static func isTyped(_ table: any Table) -> Bool { table.encoding == "xlsx" || table.encoding == "json" }

    private func note(_ file: inout DeclarationFile, _ survey: FileSurvey) {
        file.decimal = survey.convention.decimal.map { String(UnicodeScalar($0)) }
        file.thousands = survey.thousands.rawValue
        for (name, value) in survey.mapping.file?.constants ?? [:] {
            if let field = vocabulary.index(of: name) { file.constants[field] = value }
        }
        for column in survey.mapping.columns where column.isRepeated || column.duplicateOf != nil {
            file.warnings.append(.init(code: .duplicateHeader, record: nil, field: nil, column: column.header))
        }
    }

    private func take(
        _ file: inout DeclarationFile, _ survey: FileSurvey, _ table: any Table, _ options: Options,
        _ progress: (Int) -> Void
    ) throws(ReadingError) {
        let isSheet = Self.isTyped(table)
        var rows = RowTaker(survey, vocabulary, countries, mayBeShort: isSheet)
        for _ in 0..<survey.skipped { guard try table.next() else { break } }
        var row = TableRecord()
        while try table.next() {
            table.copy(into: &row)
            rows.take(row, &file)
            if file.recordCount & 0xfff == 0 { progress(file.recordCount) }
            guard rows.store.bytes.count < ArticleStore.mostBytes else {
                throw ReadingError(
                    "file_too_large", "Le fichier contient plus de texte qu’il n’en peut être lu en une fois.")
            }
        }
        progress(file.recordCount)
        guard file.recordCount > file.ignored.count else {
            throw ReadingError("no_data_rows", "Le fichier a un en-tête, mais aucune ligne de données.")
        }
        let asked = Set(rows.store.numberFields + rows.store.textFields + Array(file.constants.keys))
        file.unasked = Set(vocabulary.fields.indices.filter { !asked.contains($0) }.map { vocabulary.fields[$0].name })
        rows.finish(&file, ChapterJudge(tariff, chapter: options.chapter))
    }
}
