import JSON

/// A small type with an amount that never passes through a Double.
struct Article: JSONReadable, JSONWritable, Equatable {
    var rang: Int
    var masseNette: Double?
    var montant: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var rang: Int?
        var masseNette: Double?
        var montant: String?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "rang": rang = try reader.int()
            case "masse_nette": masseNette = try reader.read()
            case "montant": montant = try reader.numberText()
            default: throw reader.unknownMember(key)
            }
        }
        self.rang = try reader.required(rang, "rang")
        self.masseNette = masseNette
        self.montant = try reader.required(montant, "montant")
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("rang", rang)
            writer.member("masse_nette", ifPresent: masseNette)
            writer.key("montant")
            writer.raw(montant.utf8)
        }
    }
}

enum Lane: String, JSONReadable, JSONWritable {
    case conforme, fraude
    case zoneGrise = "zone_grise"
}
