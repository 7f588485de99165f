/// What must be known of the vocabulary to make declarations of articles, looked up once.
struct DeclarationAssembly: Sendable {
    /// By field.
    let isAdditive: [Bool]
    let isHeader: [Bool]
    /// Places among the facts' texts.
    let year: Int?, office: Int?, number: Int?
    let code: Int?, origin: Int?, regime: Int?
    /// Places among the facts' numbers.
    let caf: Int?, paid: Int?, rate: Int?, count: Int?
    let codes: Int?, origins: Int?, regimes: Int?
    /// What tells the dominant article, the best first.
    let values: [Int]

    init(_ vocabulary: Vocabulary) {
        let slot = { (name: String) in vocabulary.schema[name]?.slot }
        isAdditive = vocabulary.fields.map(\.isAdditive)
        isHeader = vocabulary.fields.map { $0.level != .article && !$0.isAdditive && !$0.isComputed }
        (year, office, number) = (slot("annee"), slot("bureau"), slot("numero"))
        (code, origin, regime) = (slot("code_sh"), slot("pays_origine"), slot("regime"))
        (caf, paid, rate) = (slot("valeur_caf"), slot("montant_liquidation"), slot("taux_effectif"))
        (count, codes) = (slot("articles_lus"), slot("codes_sh_distincts"))
        (origins, regimes) = (slot("origines_distinctes"), slot("regimes_distincts"))
        values = ["valeur_caf", "valeur_devise"].compactMap(slot)
    }
}
