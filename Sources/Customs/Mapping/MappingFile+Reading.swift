public import JSON

extension MappingFile: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var name: String?
        var mapping = MappingFile(name: "")
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "nom": name = try reader.string()
            case "libelle": mapping.label = try reader.string()
            case "colonnes":
                try reader.object { key, reader throws(JSONError) in mapping.columns[key.string] = try reader.read() }
            case "constantes": mapping.constants = try reader.texts()
            case "annee_depuis": mapping.yearFrom = try reader.fieldName()
            case "obligatoires":
                var names: [String] = []
                try reader.array { reader throws(JSONError) in names.append(try reader.fieldName()) }
                mapping.required = names
            case "tolerances": try mapping.readTolerances(&reader)
            case "decimale": mapping.decimal = try reader.choice(DecimalMark.self) == .comma ? 0x2c : 0x2e
            default: throw reader.unknownMember(key)
            }
        }
        mapping.name = try reader.required(name, "nom")
        self = mapping
    }

    private enum DecimalMark: String { case comma = ",", point = "." }

    private mutating func readTolerances(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "chiffres_sh":
                let place = try reader.offset()
                codeDigits = try reader.int()
                guard [4, 6, 8, 10].contains(codeDigits) else { throw reader.refusal(at: place) }
            case "bureau_libre": acceptsAnyOffice = try reader.bool()
            case "pays_libre": acceptsAnyCountry = try reader.bool()
            default: throw reader.unknownMember(key)
            }
        }
    }
}

extension MappingFile.Column: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var field: String?
        var values: [String: String] = [:]
        var factor: Double?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "champ": field = try reader.fieldName()
            case "valeurs": values = try reader.texts()
            case "facteur":
                let place = try reader.offset()
                let read = try reader.double()
                guard read > 0, read.isFinite else { throw reader.refusal(at: place) }
                factor = read
            default: throw reader.unknownMember(key)
            }
        }
        self.field = try reader.required(field, "champ")
        (self.values, self.factor) = (values, factor)
    }
}
