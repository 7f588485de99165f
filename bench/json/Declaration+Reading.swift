import JSON

extension Declaration: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "numero_declaration": numeroDeclaration = try reader.string()
            case "bureau": bureau = try reader.string()
            case "annee": annee = try reader.int()
            case "importateur": importateur = try reader.read()
            case "pays_origine": paysOrigine = try reader.string()
            case "pays_provenance": paysProvenance = try reader.string()
            case "regime": regime = try reader.string()
            case "devise": devise = try reader.string()
            case "valeur_fob": valeurFOB = try reader.double()
            case "fret": fret = try reader.double()
            case "assurance": assurance = try reader.read()
            case "express": express = try reader.bool()
            case "articles": articles = try reader.read()
            case "documents": documents = try reader.read()
            case "probabilite": probabilite = try reader.double()
            default: throw reader.unknownMember(key)
            }
        }
    }
}

extension Importateur: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "ninea": ninea = try reader.string()
            case "nom": nom = try reader.string()
            case "adresse": adresse = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
    }
}

extension Article: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "rang": rang = try reader.int()
            case "code_sh": codeSH = try reader.string()
            case "designation": designation = try reader.string()
            case "quantite": quantite = try reader.int()
            case "masse_nette": masseNette = try reader.double()
            case "masse_brute": masseBrute = try reader.double()
            case "valeur": valeur = try reader.double()
            case "taux_droit": tauxDroit = try reader.double()
            case "taxes": taxes = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
    }
}

extension Document: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "type": type = try reader.string()
            case "reference": reference = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
    }
}
