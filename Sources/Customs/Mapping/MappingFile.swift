/// A mapping that a person wrote, or corrected: which column is which field, and how its values become ours.
public struct MappingFile: Sendable {
    public struct Column: Sendable {
        public let field: String
        /// Values that stand for others, looked up as they are written.
        public let values: [String: String]
        /// What numbers are multiplied by: 1000 from tonnes to kilograms.
        public let factor: Double?
    }
    public internal(set) var name: String
    public internal(set) var label = ""
    /// By header, apart from case, accents and punctuation.
    public internal(set) var columns: [String: Column] = [:]
    /// Fields that have the same value in every row.
    public internal(set) var constants: [String: String] = [:]
    /// The date whose year is the declaration's when no column has it.
    public internal(set) var yearFrom: String?
    /// Fields without which a row is refused; nil for the vocabulary's.
    public internal(set) var required: [String]?
    /// How many digits a code must have.
    public internal(set) var codeDigits = 10
    public internal(set) var acceptsAnyOffice = false
    public internal(set) var acceptsAnyCountry = false
    /// `,` or `.`; nil to find out.
    public internal(set) var decimal: UInt8?

    init(name: String) { self.name = name }

    /// A file's path, or the name of a mapping in `config/mappings`.
    public static func load(_ name: String, from configuration: ConfigurationDirectory) throws(CustomsError)
        -> MappingFile
    {
        let isPlain = name.utf8.allSatisfy { $0 != 0x2f && $0 != 0x2e }
        if isPlain, let path = configuration.path(of: "mappings/\(name).json") {
            return try ConfigurationDirectory.read(path: path)
        }
        return try ConfigurationDirectory.read(path: name)
    }

    /// Refuses fields that the vocabulary does not have.
    func check(_ vocabulary: Vocabulary) throws(CustomsError) {
        let named = columns.values.map(\.field) + constants.keys + (required ?? []) + [yearFrom].compactMap(\.self)
        for field in named where vocabulary[field] == nil {
            throw CustomsError("champ_inconnu", "correspondance « \(name) » : le champ « \(field) » n’existe pas")
        }
        if let yearFrom, vocabulary[yearFrom]?.kind != .date {
            throw CustomsError("champ_inconnu", "correspondance « \(name) » : « \(yearFrom) » n’est pas une date")
        }
    }
}
