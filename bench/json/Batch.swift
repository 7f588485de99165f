/// The same declarations at every run: a morning's upload of an office.
struct Batch {
    private var state: UInt64 = 20_260_113

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
    private mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    private mutating func one<Item>(of items: [Item]) -> Item { items[below(items.count)] }
    private mutating func cents(_ most: Int) -> Double { Double(below(most * 100)) / 100 }

    mutating func declarations(_ count: Int) -> [Declaration] { (1...count).map { declaration($0) } }

    private mutating func declaration(_ number: Int) -> Declaration {
        var made = Declaration()
        made.bureau = one(of: ["18N", "10S", "01P", "19B"])
        made.annee = 2026
        made.numeroDeclaration = "2026/\(made.bureau)/\(String(1_000_000 + number).dropFirst())"
        made.importateur = Importateur(
            ninea: String(100_000_000 + below(899_999_999)),
            nom: one(of: ["SOCIÉTÉ DAKAROISE DE PHARMACIE", "ETS NDIAYE & FRÈRES", "COMPTOIR \"LE FLEUVE\" SARL"]),
            adresse: "\(below(200)) avenue Léopold Sédar Senghor, Dakar")
        made.paysOrigine = one(of: ["FR", "CN", "IN", "DE", "TR"])
        made.paysProvenance = made.paysOrigine
        made.regime = one(of: ["C100", "S110", "C111"])
        made.devise = one(of: ["EUR", "USD", "XOF"])
        (made.valeurFOB, made.fret) = (cents(90_000_000), cents(900_000))
        made.assurance = below(3) == 0 ? nil : cents(50_000)
        made.express = below(9) == 0
        made.articles = (1...5 + below(4)).map { article($0) }
        made.documents = (0...below(5)).map { Document(type: "D0\($0)", reference: "FACT-\(below(1_000_000))") }
        made.probabilite = Double(next() >> 11) / 9_007_199_254_740_992
        return made
    }

    private mutating func article(_ rank: Int) -> Article {
        let net = Double(below(4_000_000)) / 1000
        return Article(
            rang: rank, codeSH: one(of: ["3004320000", "8471300000", "8517130000", "3002150000"]),
            designation: one(of: [
                "Médicaments conditionnés pour la vente au détail", "Ordinateurs portables 14\"",
                "Téléphones intelligents, reconditionnés", "Produits immunologiques, présentés sous forme de doses",
            ]),
            quantite: below(5000), masseNette: net, masseBrute: net * 1.125, valeur: cents(8_000_000),
            tauxDroit: one(of: [0.05, 0.1, 0.2, 0.35, 5.0]), taxes: (0..<4).map { _ in below(9_000_000) })
    }
}
