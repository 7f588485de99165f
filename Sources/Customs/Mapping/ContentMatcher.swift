/// Gives columns that no name explains the field that their values have the shape of, when only one can be meant.
struct ContentMatcher {
    let vocabulary: Vocabulary

    private static let shapes: [(shape: ColumnEvidence.Shape, fields: [String], words: String)] = [
        (.codeSH, ["code_sh"], "des codes à dix chiffres"), (.ninea, ["ninea"], "neuf chiffres"),
        (.container, ["conteneur"], "des numéros de conteneur justes"),
        (.office, ["bureau"], "deux chiffres et une lettre"), (.year, ["annee"], "des années"),
        (.regime, ["regime"], "une lettre et des chiffres"), (.date, ["date_enregistrement"], "des dates"),
        (.country, ["pays_origine", "pays_provenance"], "des codes de pays"),
        (.threeDecimals, ["poids_net", "poids_brut"], "trois décimales"),
    ]

    /// The shape that a kind's values have.
    static func shape(of kind: Field.Kind) -> ColumnEvidence.Shape? {
        switch kind {
        case .codeSH: .codeSH
        case .conteneur: .container
        case .bureau: .office
        case .annee: .year
        case .regime: .regime
        case .pays: .country
        default: nil
        }
    }

    func complete(_ mapping: inout ColumnMapping, _ claimed: inout Set<Int>, _ evidence: [ColumnEvidence]) {
        for (shape, names, words) in Self.shapes {
            let free = names.compactMap(vocabulary.index(of:)).filter { !claimed.contains($0) }
            let columns = mapping.columns.indices.filter {
                mapping.columns[$0].field == nil && evidence[$0].proves(shape)
            }
            guard let column = columns.first, let field = free.first else { continue }
            guard columns.count == 1, free.count == 1 else {
                for column in columns {
                    mapping.columns[column].explanation =
                        "les valeurs sont \(words), mais plusieurs champs sont possibles"
                }
                continue
            }
            claimed.insert(field)
            mapping.columns[column].field = field
            mapping.columns[column].score = 0.6
            let percent = Int((evidence[column].share(shape) * 100).rounded())
            mapping.columns[column].explanation = "nom inconnu ; \(percent) % des valeurs sont \(words)"
        }
    }
}
