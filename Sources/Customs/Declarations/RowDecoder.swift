import Reading

/// Turns a file's rows into typed articles in a store. What cannot be read is missing, with a reason.
struct RowDecoder {
    struct Column {
        let index: Int
        let field: Int
        let kind: Field.Kind
        /// Among the numbers or among the texts.
        let slot: Int
        let isRequired: Bool
        let values: [String: String]
        let factor: Double?
    }

    /// In the order of their slots.
    let columns: [Column]
    private let convention: NumberConvention
    let codes: CodeReader
    private let positive: Int?
    private let net: Int?, gross: Int?
    /// The date whose year is the declaration's, and `ANNEE/BUREAU/NUMERO` when they have no columns of their own.
    private let derived: DerivedIdentity

    private(set) var reasons: [RejectReason] = []
    private(set) var warnings: [(code: ReadingWarning.Code, field: Int)] = []
    private var days: Double = .nan
    private var identifier = 0..<0

    init(_ survey: FileSurvey, _ vocabulary: Vocabulary, _ countries: CountryTable) {
        let file = survey.mapping.file
        let required = Set(file?.required ?? vocabulary.required)
        var (numbers, texts, columns): (Int, Int, [Column]) = (0, 0, [])
        for column in survey.mapping.columns where column.duplicateOf == nil {
            guard let field = column.field else { continue }
            let described = vocabulary.fields[field]
            let isText = described.kind.factKind == .texte
            columns.append(
                Column(
                    index: column.index, field: field, kind: described.kind, slot: isText ? texts : numbers,
                    isRequired: required.contains(described.name), values: column.transformation?.values ?? [:],
                    factor: column.transformation?.factor))
            if isText { texts += 1 } else { numbers += 1 }
        }
        self.columns = columns
        convention = survey.convention
        codes = CodeReader(
            countries: countries, digits: file?.codeDigits ?? 10, anyOffice: file?.acceptsAnyOffice ?? false,
            anyCountry: file?.acceptsAnyCountry ?? false)
        let slot = { (name: String) in columns.first { vocabulary.fields[$0.field].name == name }?.slot }
        positive =
            columns.contains { vocabulary.fields[$0.field].name == "valeur_caf" }
            ? vocabulary.index(of: "valeur_caf") : nil
        (net, gross) = (slot("poids_net"), slot("poids_brut"))
        derived = DerivedIdentity(columns.map(\.field), survey.mapping.file, vocabulary)
    }

    var numberFields: [Int] { columns.filter { $0.kind.factKind != .texte }.map(\.field) }
    /// The columns' texts, then what is derived from others.
    var textFields: [Int] { columns.filter { $0.kind.factKind == .texte }.map(\.field) + derived.fields }

    /// Reads `row` into the store, which has begun a row for it. False when it must not stay; `reasons` says why.
    mutating func decode(_ row: TableRecord, into store: inout ArticleStore) -> Bool {
        reasons.removeAll(keepingCapacity: true)
        warnings.removeAll(keepingCapacity: true)
        (days, identifier) = (.nan, 0..<0)
        for column in columns {
            let cell = row.bytes.span.extracting(row.range(column.index))
            if column.values.isEmpty {
                read(cell, column, &store)
            } else {
                let text = String(decoding: row.bytes[row.range(column.index)], as: UTF8.self)
                read((column.values[text] ?? text).utf8.span, column, &store)
            }
        }
        deriveIdentity(&store)
        if let net, let gross {
            let last = store.count - 1
            if store.number(last, net) > store.number(last, gross) {
                reasons.append(.init(code: .netAboveGross, field: nil))
            }
        }
        return reasons.isEmpty
    }

    private mutating func read(_ cell: Span<UInt8>, _ column: Column, _ store: inout ArticleStore) {
        if TextDefects.hasControl(cell) { reasons.append(.init(code: .controlCharacter, field: column.field)) }
        if column.kind.isNumber {
            readNumber(cell, column, &store)
            return
        }
        let (start, end) = TextEdges.trimmed(cell)
        if start == end, column.isRequired { reasons.append(.init(code: .missing, field: column.field)) }
        if column.kind == .date {
            guard start < end else { return }
            if let read = DateText.read(cell) {
                store.set(Double(read), at: column.slot)
                if column.field == derived.date { days = Double(read) }
            } else {
                reasons.append(.init(code: .badDate, field: column.field))
            }
            return
        }
        if start < end { readText(cell, start..<end, column, &store) }
        store.endText()
    }

    private mutating func readNumber(_ cell: Span<UInt8>, _ column: Column, _ store: inout ArticleStore) {
        let number = NumberText.read(
            cell, decimal: convention.decimal, isWeight: column.kind == .poids, suffix: column.kind.suffix)
        switch number {
        case .empty:
            if column.isRequired { reasons.append(.init(code: .missing, field: column.field)) }
        case .malformed, .ambiguous: reasons.append(.init(code: .badNumber, field: column.field))
        case .value(let value, _):
            let value = value * (column.factor ?? 1)
            if value < 0 {
                reasons.append(.init(code: .negative, field: column.field))
            } else if value == 0, column.field == positive {
                reasons.append(.init(code: .zero, field: column.field))
            } else {
                store.set(value, at: column.slot)
            }
        }
    }

    private mutating func readText(
        _ cell: Span<UInt8>, _ range: Range<Int>, _ column: Column, _ store: inout ArticleStore
    ) {
        switch codes.read(cell.extracting(range), column.kind, &store) {
        case .taken: break
        case .takenWith(let warning): warnings.append((warning, column.field))
        case .absent(let warning): warnings.append((warning, column.field))
        case .refused(let code):
            if code == .badOffice, !column.isRequired {
                warnings.append((.unreadableOffice, column.field))
            } else {
                reasons.append(.init(code: code, field: column.field))
            }
        case .plain:
            let text = cell.extracting(TextDefects.kept(cell))
            if TextDefects.isFormula(text) { warnings.append((.formulaCell, column.field)) }
            if text.count > TextDefects.long { warnings.append((.longText, column.field)) }
            if Mojibake.isSuspect(text), Mojibake.repaired(String(copying: text)) != nil {
                warnings.append((.mojibake, column.field))
            }
            store.append(text)
        }
        if column.field == derived.whole { identifier = store.textStart..<store.bytes.count }
    }

    private mutating func deriveIdentity(_ store: inout ArticleStore) {
        guard !derived.fields.isEmpty else { return }
        let parts = derived.split(store.bytes[identifier])
        for field in derived.fields {
            if field == derived.year, derived.date != nil {
                if !days.isNaN { store.append(derived.yearText(days).span) }
            } else if let part = parts[field] {
                switch codes.read(part.span, derived.kind(field), &store) {
                case .refused(let code): reasons.append(.init(code: code, field: field))
                case .plain: store.append(part.span)
                case .taken, .takenWith, .absent: break
                }
            } else {
                reasons.append(.init(code: .missing, field: field))
            }
            store.endText()
        }
    }
}
