import Platform

/// Parts of `ANNEE/BUREAU/NUMERO` that have no column of their own: from a date, or from the whole in one column.
struct DerivedIdentity {
    /// Fields that are derived, in the vocabulary's order.
    let fields: [Int]
    let year: Int?
    /// The date whose year is taken.
    let date: Int?
    /// The column that holds the whole.
    let whole: Int?
    private let parts: [Int]
    private let kinds: [Int: Field.Kind]

    init(_ columns: [Int], _ file: MappingFile?, _ vocabulary: Vocabulary) {
        let parts = ["annee", "bureau", "numero"].compactMap(vocabulary.index(of:))
        let identifier = vocabulary.index(of: "identifiant").flatMap { columns.contains($0) ? $0 : nil }
        let absent = parts.filter { part in
            !columns.contains(part) && file?.constants[vocabulary.fields[part].name] == nil
        }
        year = vocabulary.index(of: "annee")
        date = file?.yearFrom.flatMap(vocabulary.index(of:))
        whole = absent.isEmpty ? nil : identifier
        let (fromDate, fromWhole, yearField) = (date != nil, whole != nil, year)
        fields = absent.filter { fromWhole || fromDate && $0 == yearField }
        self.parts = parts
        kinds = Dictionary(uniqueKeysWithValues: parts.map { ($0, vocabulary.fields[$0].kind) })
    }

    func kind(_ field: Int) -> Field.Kind { kinds[field] ?? .code }

    func yearText(_ days: Double) -> [UInt8] { Array(String(CivilDate(daysSinceEpoch: Int(days)).year).utf8) }

    /// The three parts of `2023/10S/28948`, or of `2023 10S 28948` as the form prints it.
    func split(_ text: ArraySlice<UInt8>) -> [Int: [UInt8]] {
        let parts = text.split { $0 == 0x2f || $0 == 0x20 || $0 == 0x2d }
        guard parts.count == 3, self.parts.count == 3 else { return [:] }
        return Dictionary(uniqueKeysWithValues: zip(self.parts, parts.map { Array($0) }))
    }
}
