import JSON

extension ColumnMapping {
    /// The mapping as a file that a person can correct and give back.
    func written(name: String, _ vocabulary: Vocabulary) -> [UInt8] {
        var members: [JSONValue.Member] = []
        for column in columns where !column.header.isEmpty {
            guard let field = column.field, column.duplicateOf == nil else { continue }
            members.append(.init(column.header, ["champ": .string(vocabulary.fields[field].name)]))
        }
        let file: JSONValue = [
            "nom": .string(name), "libelle": "Correspondance trouvée par le programme, à relire",
            "colonnes": .object(members),
        ]
        return Array((file.prettyPrinted() + "\n").utf8)
    }

}
