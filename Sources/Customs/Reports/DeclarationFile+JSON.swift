import JSON
import Platform

extension DeclarationFile {
    /// Writes what was understood, piece by piece: the failure if any, the rows taken, refused and ignored, and the
    /// declarations. `name` is the file's.
    public func writeJSON(name: String, to sink: @escaping ([UInt8]) throws -> Void) throws {
        var stream = ReportStream(sink)
        stream.begin()
        try stream.member("schema_version") { $0.string("1.0") }
        try stream.member("file") { $0.string(name) }
        try stream.member("file_error") { $0.textOrNull(failure?.code) }
        if let failure { try stream.member("message") { $0.string(failure.message) } }
        try stream.member("encoding") { $0.textOrNull(encoding) }
        try stream.member("delimiter") { $0.textOrNull(delimiter) }
        try stream.member("decimal") { $0.textOrNull(decimal) }
        try stream.member("thousands") { $0.string(thousands) }
        try stream.member("header_line") { $0.intOrNull(headerLine) }
        try stream.member("records") { $0.intOrNull(failure == nil ? recordCount : nil) }
        try stream.elements("mapping", mapping?.columns ?? []) { column, writer in self.write(column, &writer) }
        let byRecord = Dictionary(grouping: warnings.filter { $0.record != nil }) { $0.record ?? 0 }
        try stream.elements("accepted", groups.rows) { row, writer in
            self.writeAccepted(row, byRecord[Int(self.store.records[row])] ?? [], &writer)
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
            self.writeDeclaration(index, &writer)
        }
        try stream.elements("warnings", warnings) { warning, writer in self.write(warning, &writer) }
        try stream.end()
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

    private func writeAccepted(_ row: Int, _ warnings: [ReadingWarning], _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("record", Int(store.records[row]))
            writer.member("line", Int(store.lines[row]))
            writer.key("values")
            writer.object { writer in writeValues(row, &writer) }
            if !warnings.isEmpty {
                writer.key("warnings")
                writer.array { writer in
                    for warning in warnings {
                        let field = warning.field.map { ":" + vocabulary.fields[$0].name } ?? ""
                        writer.string(warning.code.rawValue + field)
                    }
                }
            }
            if store.outcomeCount > 0 { writeOutcomes(row, &writer) }
        }
    }

    private func writeValues(_ row: Int, _ writer: inout JSONWriter) {
        for place in store.places {
            let field = vocabulary.fields[place.field]
            if !place.isText {
                writer.value(store.number(row, place.slot), field)
            } else if let text = store.text(row, place.slot) {
                writer.member(field.name, text)
            }
        }
        for (field, text) in constants.sorted(by: { $0.key < $1.key }) {
            writer.member(vocabulary.fields[field].name, text)
        }
    }

    private func writeOutcomes(_ row: Int, _ writer: inout JSONWriter) {
        writer.key("issues")
        writer.object { writer in
            writer.member("provenance", mapping?.file?.provenance ?? "")
            for (index, outcome) in (mapping?.outcomes ?? []).enumerated() {
                let value = store.outcome(row, index)
                if value > 0 { writer.member(outcome.name, value == 2 ? "fraude" : "conforme") }
            }
        }
    }

    private func writeDeclaration(_ index: Int, _ writer: inout JSONWriter) {
        let declaration = declaration(index)
        let text = { (facts: Facts, name: String) in vocabulary.schema[name].flatMap { facts.texts[$0.slot] } }
        writer.object { writer in
            writer.member("annee", declaration.key.year)
            writer.member("bureau", declaration.key.office)
            writer.member("numero", declaration.key.number)
            writer.member("n_articles", declaration.articles.count)
            writer.key("code_sh")
            writer.array { writer in
                for article in declaration.articles { if let code = text(article.facts, "code_sh") { writer.string(code) } }
            }
            for field in vocabulary.fields where field.isAdditive {
                if let slot = vocabulary.schema[field.name]?.slot { writer.value(declaration.facts.numbers[slot], field) }
            }
            writer.optional("code_sh_principal", text(declaration.facts, "code_sh"))
            writer.optional("pays_origine_principal", text(declaration.facts, "pays_origine"))
            writer.optional("regime", text(declaration.facts, "regime"))
            if let field = vocabulary["date_enregistrement"], let slot = vocabulary.schema[field.name]?.slot {
                writer.value(declaration.facts.numbers[slot], field)
            }
            for name in ["code_ppm_destinataire", "code_ppm_declarant", "pays_provenance", "ninea"] {
                writer.optional(name, text(declaration.facts, name))
            }
            if let rate = vocabulary.schema["taux_effectif"].map({ declaration.facts.numbers[$0.slot] }), rate.isFinite {
                writer.member("taux_effectif", (rate * 1e4).rounded() / 1e4)
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func textOrNull(_ text: String?) { if let text { string(text) } else { null() } }
    fileprivate mutating func intOrNull(_ value: Int?) { if let value { int(value) } else { null() } }
    fileprivate mutating func optional(_ name: String, _ text: String?) { if let text { member(name, text) } }

    fileprivate mutating func member(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    /// A number that is there: dates as ISO, whole numbers without decimals.
    fileprivate mutating func value(_ value: Double, _ field: Field) {
        guard !value.isNaN else { return }
        key(field.name)
        if field.kind == .date {
            string(CivilDate(daysSinceEpoch: Int(value)).description)
        } else if value == value.rounded(), abs(value) < 1e15 {
            int(Int(value))
        } else {
            double(value)
        }
    }
}
