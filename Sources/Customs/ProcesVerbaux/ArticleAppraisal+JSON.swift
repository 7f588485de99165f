public import JSON

extension ArticleAppraisal: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var rank: Int?
        var code: String?
        var description: String?
        var origin: String?
        var netWeight: Double?
        var declared: Double?
        var liquidated: Double?
        var estimate: ValueEstimate?
        var unestimated: String?
        var taxes: [TaxShortfall]?
        var reserve: String?
        var isOwed: Bool?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "rang": rank = try reader.read()
            case "code_sh": code = try reader.read()
            case "description": description = try reader.read()
            case "pays_origine": origin = try reader.read()
            case "poids_net": netWeight = try reader.read()
            case "valeur_declaree": declared = try reader.read()
            case "montant_liquidation": liquidated = try reader.read()
            case "estimation": estimate = try reader.read()
            case "sans_estimation": unestimated = try reader.read()
            case "taxes": taxes = try reader.read()
            case "reserve": reserve = try reader.read()
            case "exigible": isOwed = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            rank: try reader.required(rank, "rang"), code: code, description: description, origin: origin,
            netWeight: netWeight, declared: declared, liquidated: liquidated, estimate: estimate,
            unestimated: unestimated, taxes: try reader.required(taxes, "taxes"), reserve: reserve,
            isOwed: try reader.required(isOwed, "exigible"))
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("rang", rank)
            writer.member("code_sh", ifPresent: code)
            writer.member("description", ifPresent: description)
            writer.member("pays_origine", ifPresent: origin)
            writer.member("poids_net", ifPresent: netWeight)
            writer.member("valeur_declaree", ifPresent: declared)
            writer.member("montant_liquidation", ifPresent: liquidated)
            writer.member("estimation", ifPresent: estimate)
            writer.member("sans_estimation", ifPresent: unestimated)
            writer.member("taxes", taxes)
            writer.member("reserve", ifPresent: reserve)
            writer.member("exigible", isOwed)
        }
    }
}

extension ValueEstimate: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var value: Double?
        var basis: ValueEstimate.Basis?
        var unitPrice: Double?
        var unit: String?
        var operations: Int?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "valeur": value = try reader.read()
            case "methode": basis = try reader.choice()
            case "prix_unitaire": unitPrice = try reader.read()
            case "unite": unit = try reader.read()
            case "operations": operations = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            value: try reader.required(value, "valeur"), basis: try reader.required(basis, "methode"),
            unitPrice: try reader.required(unitPrice, "prix_unitaire"), unit: try reader.required(unit, "unite"),
            operations: operations)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("valeur", value)
            writer.member("methode", basis.rawValue)
            writer.member("prix_unitaire", unitPrice)
            writer.member("unite", unit)
            writer.member("operations", ifPresent: operations)
        }
    }
}

extension TaxShortfall: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var code: String?
        var symbol: String?
        var rate: Double?
        var onDeclared: Double?
        var onEstimate: Double?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "code": code = try reader.read()
            case "sigle": symbol = try reader.read()
            case "taux": rate = try reader.read()
            case "sur_declare": onDeclared = try reader.read()
            case "sur_estime": onEstimate = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            code: try reader.required(code, "code"), symbol: try reader.required(symbol, "sigle"), rate: rate,
            onDeclared: try reader.required(onDeclared, "sur_declare"),
            onEstimate: try reader.required(onEstimate, "sur_estime"))
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code)
            writer.member("sigle", symbol)
            writer.member("taux", ifPresent: rate)
            writer.member("sur_declare", onDeclared)
            writer.member("sur_estime", onEstimate)
        }
    }
}
