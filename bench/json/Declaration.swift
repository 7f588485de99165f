/// A customs declaration as the service receives it, readable by both codecs.
struct Declaration: Codable, Equatable {
    var numeroDeclaration = "", bureau = "", annee = 0
    var importateur = Importateur()
    var paysOrigine = "", paysProvenance = "", regime = "", devise = ""
    var valeurFOB = 0.0, fret = 0.0, assurance: Double?, express = false
    var articles: [Article] = [], documents: [Document] = []
    var probabilite = 0.0

    // Written out for Foundation: its conversion from snake case would slow it down.
    enum CodingKeys: String, CodingKey {
        case numeroDeclaration = "numero_declaration"
        case bureau, annee, importateur
        case paysOrigine = "pays_origine"
        case paysProvenance = "pays_provenance"
        case regime, devise
        case valeurFOB = "valeur_fob"
        case fret, assurance, express, articles, documents, probabilite
    }
}

struct Importateur: Codable, Equatable {
    var ninea = "", nom = "", adresse = ""
}

struct Article: Codable, Equatable {
    var rang = 0, codeSH = "", designation = "", quantite = 0
    var masseNette = 0.0, masseBrute = 0.0, valeur = 0.0, tauxDroit = 0.0
    var taxes: [Int] = []

    enum CodingKeys: String, CodingKey {
        case rang
        case codeSH = "code_sh"
        case designation, quantite
        case masseNette = "masse_nette"
        case masseBrute = "masse_brute"
        case valeur
        case tauxDroit = "taux_droit"
        case taxes
    }
}

struct Document: Codable, Equatable {
    var type = "", reference = ""
}
