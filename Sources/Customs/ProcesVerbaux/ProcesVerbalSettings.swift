public import JSON

/// What an office puts into its procès-verbaux: `config/proces-verbal.json`.
public struct ProcesVerbalSettings: Sendable, Equatable {
    public struct Office: Sendable, Equatable {
        public let name: String
        public let place: String?
    }

    public private(set) var letterhead: [String] = []
    public private(set) var title = ""
    /// By code.
    public private(set) var offices: [String: Office] = [:]
    /// What kinds of fraud are called, by the words that verdicts give them.
    public private(set) var frauds: [String: String] = [:]
    public private(set) var legalBasis: [LegalText] = []
    public private(set) var inferenceNotice = ""
    /// The fields of a declaration that are printed, by their names in the vocabulary.
    public private(set) var fields: [String] = []
    /// How many comparable operations an estimate needs.
    public private(set) var leastOperations = 0

    public static let file = "proces-verbal.json"

    /// More would not leave room on a page.
    static let mostLines = 8
    static let longestLine = 200

    public static func load(from configuration: ConfigurationDirectory) throws(CustomsError) -> ProcesVerbalSettings {
        try configuration.read(file)
    }

    public func name(ofOffice code: String) -> String {
        offices[code].map { "Bureau \($0.name) (\(code))" } ?? "Bureau \(code)"
    }
}

extension ProcesVerbalSettings: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (letterhead, legalBasis): ([String]?, [LegalText]?)
        var (title, notice): (String?, String?)
        var least: Int?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "note": _ = try reader.string()
            case "entete":
                let place = try reader.offset()
                letterhead = try reader.read()
                guard let letterhead, 1...Self.mostLines ~= letterhead.count,
                    letterhead.allSatisfy({ $0.utf8.count <= Self.longestLine })
                else { throw reader.refusal(at: place) }
            case "titre": title = try Self.line(&reader)
            case "bureaux":
                try reader.object { key, reader throws(JSONError) in
                    let code = key.string
                    offices[code] = try reader.read()
                }
            case "types_fraude":
                try reader.object { key, reader throws(JSONError) in
                    let word = key.string
                    frauds[word] = try Self.line(&reader)
                }
            case "textes": legalBasis = try reader.read()
            case "champs": fields = try reader.read()
            case "mention_indications": notice = try reader.string()
            case "operations_comparables_minimum":
                let place = try reader.offset()
                least = try reader.int()
                guard let least, 1...1_000_000 ~= least else { throw reader.refusal(at: place) }
            default: throw reader.unknownMember(key)
            }
        }
        self.letterhead = try reader.required(letterhead, "entete")
        self.title = try reader.required(title, "titre")
        self.legalBasis = try reader.required(legalBasis, "textes")
        inferenceNotice = try reader.required(notice, "mention_indications")
        leastOperations = try reader.required(least, "operations_comparables_minimum")
    }

    fileprivate static func line(_ reader: inout JSONReader) throws(JSONError) -> String {
        let place = try reader.offset()
        let line = try reader.string()
        guard 1...longestLine ~= line.utf8.count else { throw reader.refusal(at: place) }
        return line
    }
}

extension ProcesVerbalSettings.Office: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (name, place): (String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "nom": name = try ProcesVerbalSettings.line(&reader)
            case "lieu": place = try ProcesVerbalSettings.line(&reader)
            default: throw reader.unknownMember(key)
            }
        }
        (self.name, self.place) = (try reader.required(name, "nom"), place)
    }
}
