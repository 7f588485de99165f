public import Crypto
public import Customs

/// What makes two submissions the same declaration: who imports what, from where, for how much. Not its number nor its
/// date, so that submitting it again does not draw again.
public enum DeclarationFingerprint {
    static let ofDeclaration = ["ninea", "code_ppm_destinataire", "code_ppm_declarant", "regime", "pays_provenance"]
    static let ofArticle = [
        "code_sh", "pays_origine", "poids_net", "poids_brut", "quantite_complementaire", "valeur_caf", "valeur_fob",
    ]

    /// The order of the articles does not matter, and a text's capitals and blanks do not.
    public static func of(declaration: Facts, articles: [Facts], schema: FactSchema) -> Digest {
        let hash = SHA256()
        hash.update(Array("inspectia-empreinte-1".utf8))
        hash.update(bytes(declaration, ofDeclaration, schema))
        let each = articles.map { bytes($0, ofArticle, schema) }
        for article in each.sorted(by: { $0.lexicographicallyPrecedes($1) }) { hash.update(article) }
        return hash.finish()
    }

    private static func bytes(_ facts: Facts, _ names: [String], _ schema: FactSchema) -> [UInt8] {
        var bytes: [UInt8] = [0x1e]
        for name in names {
            bytes.append(0x1f)
            guard let field = schema[name] else { continue }
            if field.kind == .texte {
                guard facts.texts.indices.contains(field.slot), let text = facts.texts[field.slot] else { continue }
                bytes.append(contentsOf: ControlList.plain(text))
            } else if facts.numbers.indices.contains(field.slot), facts.numbers[field.slot].isFinite {
                // Francs and grams: what is below was rounded by somebody.
                let thousandths = (facts.numbers[field.slot] * 1000).rounded()
                withUnsafeBytes(of: (thousandths == 0 ? 0 : thousandths).bitPattern.bigEndian) {
                    bytes.append(contentsOf: $0)
                }
            }
        }
        return bytes
    }
}
