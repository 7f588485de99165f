/// Which column of a file is which field, and why.
public struct ColumnMapping: Sendable {
    public struct Column: Sendable {
        public let index: Int
        /// As the file writes it.
        public let header: String
        /// The field's index in the vocabulary; nil when the column means none.
        public internal(set) var field: Int?
        /// From 0 to 1.
        public internal(set) var score: Double
        /// Why, in French.
        public internal(set) var explanation: String
        /// Another column that says the same; this one is left aside.
        public internal(set) var duplicateOf: Int?
        /// Whether a column before it has the same name.
        var isRepeated = false
        var transformation: MappingFile.Column?
    }

    public internal(set) var columns: [Column]
    /// The mapping file that was followed; nil when columns were recognised.
    public let file: MappingFile?

    public func column(of field: Int) -> Column? { columns.first { $0.field == field && $0.duplicateOf == nil } }

    /// Required fields that no column has, in the vocabulary's order.
    func missing(_ vocabulary: Vocabulary) -> [String] {
        let required = file?.required ?? vocabulary.required
        return vocabulary.fields.indices.compactMap { index in
            guard vocabulary.fields[index].isRequired || file != nil else { return nil }
            let name = vocabulary.fields[index].name
            let isGiven = column(of: index) != nil || file?.constants[name] != nil || isDerived(name)
            return required.contains(name) && !isGiven && !isWithin(name, vocabulary) ? name : nil
        }
    }

    /// Whether the year comes from a date.
    private func isDerived(_ name: String) -> Bool { name == "annee" && file?.yearFrom != nil }

    /// Whether a column `ANNEE/BUREAU/NUMERO` holds it.
    private func isWithin(_ name: String, _ vocabulary: Vocabulary) -> Bool {
        guard name == "annee" || name == "bureau" || name == "numero", let whole = vocabulary.index(of: "identifiant")
        else { return false }
        return column(of: whole) != nil
    }
}
