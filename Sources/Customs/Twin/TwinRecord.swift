import Platform

/// A declaration of the imagined world as files show it: what an office would export, and what only the world knows.
public struct TwinRecord: Sendable {
    var declaration: TwinDeclaration
    let trader: TwinTrader
    let broker: String
    let lastDay: Int

    public static let declarationHeader =
        "ANNEE;BUREAU;NUMERO;NUMERO_ARTICLE;DATE_ENREGISTREMENT;REGIME;CODE_PPM_DESTINATAIRE;CODE_PPM_DECLARANT;NINEA;"
        + "PAYS_ORIGINE;PAYS_PROVENANCE;CODE_SH;DESCRIPTION_COMMERCIALE;NOMBRE_COLIS;POIDS_BRUT;POIDS_NET;"
        + "QTTE_COMPLEMENTAIRE;UNITE;VALEUR_FOB;VALEUR_CAF;TAUX_DROITS_PERCENT;MONTANT_LIQUIDATION;"
        + "RESULTAT_CONTROLE;DATE_CONTROLE;TYPE_FRAUDE;MONTANT_REDRESSE;MODE_CONTROLE;PREUVE\n"
    public static let truthHeader = "ANNEE;BUREAU;NUMERO;DATE_ENREGISTREMENT;FRAUDE;TYPE_FRAUDE;DROITS_ELUDES\n"

    /// One line an article. The outcome stands on each when its verdict fell before the world's last day.
    public func writeLines(to bytes: inout [UInt8]) {
        for (index, article) in declaration.articles.enumerated() {
            writeKey(to: &bytes)
            bytes.cell(index + 1)
            CivilDate(daysSinceEpoch: declaration.day).writeISO(to: &bytes)
            bytes.cell()
            for text in [declaration.regime, trader.code, broker, trader.ninea] {
                bytes.cell(text)
            }
            for text in [article.origin, declaration.provenance, article.code, article.description] { bytes.cell(text) }
            bytes.cell(article.packages)
            bytes.cell(thousandths: article.grossWeight)
            bytes.cell(thousandths: article.netWeight)
            bytes.cell(Int(article.quantity))
            bytes.cell(article.unit)
            for amount in [article.fob, article.caf, article.duty, article.liquidation] { bytes.cell(Int(amount)) }
            writeOutcome(to: &bytes)
        }
    }

    public func writeTruth(to bytes: inout [UInt8]) {
        writeKey(to: &bytes)
        CivilDate(daysSinceEpoch: declaration.day).writeISO(to: &bytes)
        bytes.cell()
        bytes.cell(declaration.scheme == nil ? 0 : 1)
        bytes.cell(declaration.scheme?.rawValue ?? "")
        bytes.last(Int(declaration.evaded))
    }

    private func writeKey(to bytes: inout [UInt8]) {
        bytes.cell(declaration.year)
        bytes.cell(declaration.office)
        bytes.cell(declaration.number)
    }

    private func writeOutcome(to bytes: inout [UInt8]) {
        guard let outcome = declaration.outcome, outcome.day <= lastDay else { return bytes += ";;;;;\n".utf8 }
        bytes.cell(outcome.found == nil ? "conforme" : "fraude")
        CivilDate(daysSinceEpoch: outcome.day).writeISO(to: &bytes)
        bytes.cell()
        bytes.cell(outcome.found?.rawValue ?? "")
        if outcome.found == nil { bytes.cell() } else { bytes.cell(Int(outcome.recovered)) }
        bytes.cell(outcome.evidence.rawValue)
        // What happened in an imagined world is evidence of nothing else.
        bytes += "simulation\n".utf8
    }
}

extension [UInt8] {
    fileprivate mutating func cell() { append(UInt8(ascii: ";")) }
    fileprivate mutating func cell(_ text: String) {
        append(contentsOf: text.utf8)
        cell()
    }
    fileprivate mutating func cell(_ number: Int) { cell(String(number)) }
    fileprivate mutating func last(_ number: Int) {
        append(contentsOf: String(number).utf8)
        append(UInt8(ascii: "\n"))
    }

    /// As offices write weights: a comma and three digits.
    fileprivate mutating func cell(thousandths number: Double) {
        let whole = Int((number * 1000).rounded())
        let digits = String(whole % 1000)
        cell("\(whole / 1000),\(String(repeating: "0", count: 3 - digits.count))\(digits)")
    }
}
