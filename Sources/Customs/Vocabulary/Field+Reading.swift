public import JSON

extension Field: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (name, label): (String?, String?)
        var (kind, level): (Kind?, Level?)
        var (unit, domain, document): (String?, String?, String?)
        var (required, additive, computed) = (false, false, false)
        var personal: PersonalData?
        var (aliases, fallbacks): ([String], [String]) = ([], [])
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "nom": name = try reader.fieldName()
            case "libelle": label = try reader.string()
            case "type": kind = try reader.choice()
            case "niveau": level = try reader.choice()
            case "unite": unit = try reader.string()
            case "domaine": domain = try reader.string()
            case "document": document = try reader.fieldName()
            case "obligatoire": required = try reader.bool()
            case "calcule": computed = try reader.bool()
            case "cumul": additive = try reader.choice(Accumulation.self) == .somme
            case "donnee_personnelle": personal = try reader.choice()
            case "alias": aliases = try reader.read()
            case "alias_de_repli": fallbacks = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.name = try reader.required(name, "nom")
        self.label = try reader.required(label, "libelle")
        self.kind = try reader.required(kind, "type")
        self.level = try reader.required(level, "niveau")
        (self.unit, self.domain, documentName) = (unit, domain, document ?? self.name)
        (isRequired, isAdditive, isComputed) = (required, additive && self.kind.isNumber, computed)
        personalData = personal
        (self.aliases, fallbackAliases) = (aliases, fallbacks)
    }

    private enum Accumulation: String { case somme }
}

extension JSONReader {
    /// A word that must be one of an enumeration's.
    mutating func choice<Choice: RawRepresentable<String>>(_ type: Choice.Type = Choice.self) throws(JSONError)
        -> Choice
    {
        let place = try offset()
        guard let choice = Choice(rawValue: try string()) else { throw refusal(at: place) }
        return choice
    }

    /// A name of the house: lower-case letters, digits and underscores.
    mutating func fieldName() throws(JSONError) -> String {
        let place = try offset()
        let name = try string()
        let isPlain = name.utf8.allSatisfy { 0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x5f }
        guard isPlain, 1...64 ~= name.utf8.count else { throw refusal(at: place) }
        return name
    }
}
