public import JSON

/// The countries of ISO 3166 and the codes that customs use beside them, from `config/pays.json`.
public struct CountryTable: Sendable {
    /// By their code, with their French name.
    public let names: [String: String]
    private let locals: [String: String]
    private var isCountry = [Bool](repeating: false, count: 26 * 26)
    private var byName: [FoldedName: String] = [:]

    public static let file = "pays.json"

    public static func load(from configuration: ConfigurationDirectory) throws(CustomsError) -> CountryTable {
        try configuration.read(file)
    }

    /// The French name of a code.
    public func name(of code: String) -> String? { names[code] ?? locals[code] }

    /// Whether two capital letters are a country.
    func contains(_ first: UInt8, _ second: UInt8) -> Bool {
        guard 0x41...0x5a ~= first, 0x41...0x5a ~= second else { return false }
        return isCountry[Int(first - 0x41) * 26 + Int(second - 0x41)]
    }

    /// The code that a longer text means: a local one, or that of a country by its French name.
    func code(meantBy text: String) -> String? { locals[text] == nil ? byName[FoldedName(text)] : text }
}

extension CountryTable: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (names, locals): ([String: String], [String: String]) = ([:], [:])
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "pays": names = try reader.texts { $0.utf8.count == 2 && $0.utf8.allSatisfy { 0x41...0x5a ~= $0 } }
            case "codes_locaux": locals = try reader.texts { 1...8 ~= $0.utf8.count }
            default: throw reader.unknownMember(key)
            }
        }
        (self.names, self.locals) = (names, locals)
        for (code, name) in names {
            let letters = Array(code.utf8)
            isCountry[Int(letters[0] - 0x41) * 26 + Int(letters[1] - 0x41)] = true
            byName[FoldedName(name)] = code
        }
    }
}

extension JSONReader {
    /// An object whose members are texts, under names of a certain form.
    mutating func texts(_ isAllowed: (String) -> Bool = { _ in true }) throws(JSONError) -> [String: String] {
        var texts: [String: String] = [:]
        try object { key, reader throws(JSONError) in
            guard isAllowed(key.string) else { throw reader.unknownMember(key) }
            texts[key.string] = try reader.string()
        }
        return texts
    }
}
