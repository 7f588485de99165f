import JSON
import Platform

extension DeclarationFile {
    /// Writes what was understood, piece by piece: the failure if any, the rows taken, refused and ignored, and the
    /// declarations, with what `controls` finds in them when they are given. `name` is the file's.
    public func writeJSON(
        name: String, controls: DeclarationControls? = nil, to sink: @escaping ([UInt8]) throws -> Void
    ) throws {
        var stream = ReportStream(sink)
        stream.begin()
        writeHead(name, &stream)
        let byRecord = Dictionary(grouping: warnings.filter { $0.record != nil }) { $0.record ?? 0 }
        let places = store.places.map { place in
            let field = vocabulary.fields[place.field]
            return Place(name: field.name, isText: place.isText, isDate: field.kind == .date, slot: place.slot)
        }
        try stream.elements("accepted", groups.rows) { row, writer in
            self.writeAccepted(row, places, byRecord[Int(self.store.records[row])] ?? [], &writer)
        }
        try stream.elements("rejected", rejected) { row, writer in
            writer.object { writer in
                writer.member("record", row.record)
                writer.member("line", row.line)
                writer.key("reasons")
                writer.array { writer in for reason in row.reasons { writer.string(reason.text(self.vocabulary)) } }
            }
        }
        try stream.elements("ignored", ignored) { row, writer in
            writer.object { writer in
                writer.member("record", row.record)
                writer.member("line", row.line)
                writer.member("reason", row.reason.rawValue)
            }
        }
        try stream.elements("declarations", 0..<declarationCount) { index, writer in
            self.writeDeclaration(index, controls, &writer)
        }
        try stream.elements("warnings", warnings) { warning, writer in self.write(warning, &writer) }
        try stream.end()
    }

    private func writeHead(_ name: String, _ stream: inout ReportStream) {
        stream.member("schema_version") { $0.string("1.0") }
        stream.member("file") { $0.string(name) }
        stream.member("file_error") { $0.textOrNull(failure?.code) }
        if let failure { stream.member("message") { $0.string(failure.message) } }
        stream.member("encoding") { $0.textOrNull(encoding) }
        stream.member("delimiter") { $0.textOrNull(delimiter) }
        stream.member("decimal") { $0.textOrNull(decimal) }
        stream.member("thousands") { $0.string(thousands) }
        stream.member("header_line") { $0.intOrNull(headerLine) }
        stream.member("records") { $0.intOrNull(failure == nil ? recordCount : nil) }
        stream.member("mapping") { writer in
            writer.array { writer in for column in mapping?.columns ?? [] { write(column, &writer) } }
        }
    }

    /// Where a value of a row lies, and how it is written.
    private struct Place {
        let name: String
        let isText: Bool
        let isDate: Bool
        let slot: Int
    }

    private func write(_ column: ColumnMapping.Column, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("column", column.header)
            writer.key("field")
            writer.textOrNull(column.field.map { vocabulary.fields[$0].name })
            writer.member("score", (column.score * 100).rounded() / 100)
            writer.member("explanation", column.explanation)
        }
    }

    private func write(_ warning: ReadingWarning, _ writer: inout JSONWriter) {
        writer.object { writer in
            if let record = warning.record { writer.member("record", record) }
            writer.member("code", warning.code.rawValue)
            if let column = warning.column { writer.member("column", column) }
            if let field = warning.field { writer.member("column", vocabulary.fields[field].name) }
        }
    }

    private func writeAccepted(
        _ row: Int, _ places: [Place], _ warnings: [ReadingWarning], _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.member("record", Int(store.records[row]))
            writer.member("line", Int(store.lines[row]))
            writer.key("values")
            writer.object { writer in writeValues(row, places, &writer) }
            if !warnings.isEmpty {
                writer.key("warnings")
                writer.array { writer in
                    for warning in warnings {
                        let field = warning.field.map { ":" + vocabulary.fields[$0].name } ?? ""
                        writer.string(warning.code.rawValue + field)
                    }
                }
            }
        }
    }

    private func writeValues(_ row: Int, _ places: [Place], _ writer: inout JSONWriter) {
        for place in places {
            if !place.isText {
                writer.value(store.number(row, place.slot), place.name, isDate: place.isDate)
            } else if let text = store.text(row, place.slot) {
                writer.member(place.name, text)
            }
        }
        for (field, text) in constants.sorted(by: { $0.key < $1.key }) {
            writer.member(vocabulary.fields[field].name, text)
        }
    }

    private func writeDeclaration(_ index: Int, _ controls: DeclarationControls?, _ writer: inout JSONWriter) {
        let declaration = declaration(index)
        let slots = reportedSlots
        writer.object { writer in
            writer.member("annee", declaration.key.year)
            writer.member("bureau", declaration.key.office)
            writer.member("numero", declaration.key.number)
            writer.member("n_articles", declaration.articles.count)
            if let slot = slots.code {
                writer.key("code_sh")
                writer.array { writer in
                    for article in declaration.articles {
                        if let code = article.facts.texts[slot] { writer.string(code) }
                    }
                }
            }
            for (name, slot) in slots.sums { writer.value(declaration.facts.numbers[slot], name) }
            for (name, slot) in slots.texts {
                if let text = declaration.facts.texts[slot] { writer.member(name, text) }
            }
            if let slot = slots.date {
                writer.value(declaration.facts.numbers[slot], "date_enregistrement", isDate: true)
            }
            if let slot = slots.rate, declaration.facts.numbers[slot].isFinite {
                writer.member("taux_effectif", (declaration.facts.numbers[slot] * 1e4).rounded() / 1e4)
            }
            if let controls { writer.member("controles", controls.run(declaration)) }
        }
    }
}

/// Where the values of a declaration's report lie among its facts.
struct ReportedSlots: Sendable {
    let code: Int?, date: Int?, rate: Int?
    let sums: [(name: String, slot: Int)]
    let texts: [(name: String, slot: Int)]

    init(_ vocabulary: Vocabulary) {
        let slot = { (name: String) in vocabulary.schema[name]?.slot }
        (code, date, rate) = (slot("code_sh"), slot("date_enregistrement"), slot("taux_effectif"))
        sums = vocabulary.fields.indices.filter { vocabulary.fields[$0].isAdditive }.map {
            (vocabulary.fields[$0].name, vocabulary.schema.fields[$0].slot)
        }
        let told = [
            ("code_sh_principal", "code_sh"), ("pays_origine_principal", "pays_origine"), ("regime", "regime"),
            ("code_ppm_destinataire", "code_ppm_destinataire"), ("code_ppm_declarant", "code_ppm_declarant"),
            ("pays_provenance", "pays_provenance"), ("ninea", "ninea"),
        ]
        texts = told.compactMap { name, field in slot(field).map { (name, $0) } }
    }
}

extension JSONWriter {
    fileprivate mutating func textOrNull(_ text: String?) { if let text { string(text) } else { null() } }
    fileprivate mutating func intOrNull(_ value: Int?) { if let value { int(value) } else { null() } }

    fileprivate mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    /// A number that is there: dates as ISO, whole numbers without decimals.
    fileprivate mutating func value(_ value: Double, _ name: String, isDate: Bool = false) {
        guard !value.isNaN else { return }
        key(name)
        if isDate {
            string(CivilDate(daysSinceEpoch: Int(value)).description)
        } else if value == value.rounded(), abs(value) < 1e15 {
            int(Int(value))
        } else {
            double(value)
        }
    }
}
