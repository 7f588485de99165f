/// What the tariff says of an article, put among its facts before the formulas run, so that they need not know the tariff.
public enum DerivedFacts {
    /// Names and kinds, to be declared after the fields of the vocabulary.
    public static let fields: [(name: String, kind: FactSchema.Kind)] = [
        // Sum of duties and taxes due, in FCFA.
        ("liquidation_attendue", .nombre),
        // The same in percent of the CIF value.
        ("tei_attendu", .nombre),
        // Rate of customs duty of the declared position, in percent.
        ("droit_attendu", .nombre),
        // That of the position whose wording the description resembles most.
        ("droit_proche", .nombre),
        // droit_commun, allegement, suspension or hors_champ.
        ("effet_regime", .texte),
        // Code of the tax that is missing or at the wrong rate.
        ("taxe_en_cause", .texte),
        // Least value of a unit that the office has fixed for these goods, in FCFA; and of a net kilogram.
        ("minimum_unite", .nombre),
        ("minimum_kg", .nombre),
        // Wording of the declared position.
        ("libelle_position", .texte),
    ]
}
