extension DeclarationFile {
    /// What was understood, for a person. `controls` counts what the controls found, by code.
    public func summary(name: String, controls: [(code: Control.Code, count: Int)] = []) -> String {
        var lines = [name]
        if let failure {
            lines += ["", "Fichier refusé : \(failure.message)", "Code : \(failure.code)"]
            if let mapping { lines += ["", "Colonnes"] + mapping.columns.map(line) }
            return lines.joined(separator: "\n") + "\n"
        }
        let mark = delimiter.map { ", séparateur « \($0 == "\t" ? "tabulation" : $0) »" } ?? ""
        let decimals = decimal.map { ", décimales après « \($0) »" } ?? ""
        lines.append("Encodage \(encoding ?? "inconnu")\(mark)\(decimals), en-tête à la ligne \(headerLine ?? 0)")
        lines += ["", "Colonnes"] + (mapping?.columns ?? []).map(line)
        lines += [
            "",
            [
                recordCount < 2 ? "\(recordCount) ligne lue : " : "\(recordCount) lignes lues : ",
                [
                    Self.many(acceptedCount, "prise"), Self.many(rejected.count, "rejetée"),
                    Self.many(ignored.count, "ignorée"),
                ].joined(separator: ", "),
                " ; ", Self.many(declarationCount, "déclaration"),
            ].joined(),
        ]
        lines += counted("Ignorées", ignored.map(\.reason.rawValue))
        lines += counted("Avertissements", warnings.map(\.code.rawValue))
        lines += rejectLines()
        if !controls.isEmpty {
            lines +=
                ["", "Contrôles"]
                + controls.map { "  \($0.count) × \($0.code.rawValue) (\($0.code.severity.rawValue))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// French counts zero as one: « 0 rejetée ».
    private static func many(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count < 2 ? "" : "s")" }

    private static let shownRejects = 20

    private func line(_ column: ColumnMapping.Column) -> String {
        let field = column.duplicateOf == nil ? column.field.map { vocabulary.fields[$0].name } : nil
        let score = column.field == nil ? "   –" : "\(Int((column.score * 100).rounded())) %"
        let header = TextDefects.printable(column.header)
        return "  \(header) → \(field ?? "(laissée de côté)")  \(score)  \(column.explanation)"
    }

    private func counted(_ title: String, _ codes: [String]) -> [String] {
        let counts = Dictionary(grouping: codes) { $0 }.map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
        return counts.isEmpty ? [] : ["\(title) : " + counts.map { "\($0.1) × \($0.0)" }.joined(separator: ", ")]
    }

    private func rejectLines() -> [String] {
        guard !rejected.isEmpty else { return [] }
        var lines = ["", "Rejets"]
        for row in rejected.prefix(Self.shownRejects) {
            for reason in row.reasons {
                let column =
                    reason.field.flatMap { mapping?.column(of: $0)?.header }.map { ", colonne « \($0) »" } ?? ""
                lines.append(
                    "  ligne \(row.line)\(TextDefects.printable(column)) : \(reason.message(vocabulary)) [\(reason.text(vocabulary))]"
                )
            }
        }
        if rejected.count > Self.shownRejects {
            lines.append("  … et \(rejected.count - Self.shownRejects) autres lignes")
        }
        return lines
    }
}

extension TextDefects {
    /// The text fit for a terminal: without control characters.
    static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7f...0x9f ~= $0.value) }))
    }
}
