import JSON

extension PackFile {
    mutating func attribute(_ reader: inout JSONReader, _ name: String) throws(JSONError) -> Attribute {
        var (label, kind, unit): (String?, FactSchema.Kind?, String?)
        var range = -1e15...1e15
        var patterns: [(pattern: AttributePattern, result: Attribute.Result)] = []
        let start = try reader.offset()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "libelle": label = try reader.string()
            case "type": kind = try attributeKind(&reader)
            case "unite": unit = try reader.string()
            case "entre": range = try bounds(&reader)
            case "motifs":
                try reader.object { key, reader throws(JSONError) in
                    let pattern = try pattern(key.string, &reader)
                    patterns.append((pattern, .factor(try reader.double())))
                }
            case "valeurs":
                try reader.object { key, reader throws(JSONError) in
                    let value = key.string
                    try reader.array { reader throws(JSONError) in
                        patterns.append((try pattern(nil, &reader), .value(value)))
                    }
                }
            case "codes":
                try reader.array { reader throws(JSONError) in patterns.append((try pattern(nil, &reader), .code)) }
            default: throw unknown(key.string, &reader, key, among: Self.attributeKeys)
            }
        }
        let given = try reader.required(kind, "type")
        if let why = Self.mistake(given, patterns) { throw refuse(&reader, start, why) }
        return Attribute(
            name: name, label: try reader.required(label, "libelle"), kind: given, unit: unit, patterns: patterns,
            range: range)
    }

    private static let attributeKeys = ["libelle", "type", "unite", "entre", "motifs", "valeurs", "codes"]

    private static func mistake(
        _ kind: FactSchema.Kind, _ patterns: [(pattern: AttributePattern, result: Attribute.Result)]
    ) -> String? {
        if patterns.isEmpty { return "un attribut a au moins un motif" }
        for (pattern, result) in patterns {
            switch result {
            case .factor where kind == .texte:
                return "« motifs » est pour les nombres ; un texte a « valeurs » ou « codes »"
            case .value where kind == .nombre, .code where kind == .nombre:
                return "« valeurs » et « codes » sont pour les textes ; un nombre a « motifs »"
            case .code where pattern.elements.last != .code: return "un motif de « codes » finit par {code}"
            case .value where pattern.elements.contains(.code), .factor where pattern.elements.contains(.code):
                return "{code} ne s’emploie que dans « codes »"
            default: break
            }
        }
        return nil
    }

    private mutating func attributeKind(_ reader: inout JSONReader) throws(JSONError) -> FactSchema.Kind {
        let place = try reader.offset()
        switch try reader.string() {
        case "nombre": return .nombre
        case "texte": return .texte
        default: throw refuse(&reader, place, "« nombre » ou « texte » est attendu")
        }
    }

    private mutating func bounds(_ reader: inout JSONReader) throws(JSONError) -> ClosedRange<Double> {
        let place = try reader.offset()
        let bounds: [Double] = try reader.read()
        guard bounds.count == 2, bounds[0] <= bounds[1] else {
            throw refuse(&reader, place, "deux nombres sont attendus, le plus petit d’abord")
        }
        return bounds[0]...bounds[1]
    }

    /// From `text`, or from the value that comes next.
    private mutating func pattern(_ text: String?, _ reader: inout JSONReader) throws(JSONError) -> AttributePattern {
        let place = try reader.offset()
        let written = if let text { text } else { try reader.string() }
        var why = ""
        guard let pattern = AttributePattern(written, reason: &why) else {
            throw refuse(&reader, place, "« \(written) » : \(why)")
        }
        return pattern
    }
}
