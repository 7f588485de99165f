/// Controls a declaration against itself, arithmetic and the tariff. What is missing is not judged.
public struct DeclarationControls: Sendable {
    let vocabulary: Vocabulary
    let tariff: Tariff

    public init(_ vocabulary: Vocabulary, _ tariff: Tariff) { (self.vocabulary, self.tariff) = (vocabulary, tariff) }

    /// - Parameter memory: what was found for other declarations' descriptions.
    public func run(_ declaration: Declaration, memory: HeadingMemory? = nil) -> [Control] {
        let memory = memory ?? HeadingMemory(tariff)
        var controls: [Control] = []
        weights(declaration, &controls)
        sums(declaration, &controls)
        values(declaration, &controls)
        for (index, article) in declaration.articles.enumerated() {
            taxes(article, index + 1, declaration, &controls)
            position(article, index + 1, memory, &controls)
        }
        dates(declaration, &controls)
        identity(declaration, &controls)
        return controls
    }

    func number(_ facts: Facts, _ name: String) -> Double {
        vocabulary.schema[name].map { $0.kind == .texte ? .nan : facts.numbers[$0.slot] } ?? .nan
    }

    func text(_ facts: Facts, _ name: String) -> String? {
        vocabulary.schema[name].flatMap { $0.kind == .texte ? facts.texts[$0.slot] : nil }
    }

    private func weights(_ declaration: Declaration, _ controls: inout [Control]) {
        for (index, article) in declaration.articles.enumerated() {
            let (net, gross) = (number(article.facts, "poids_net"), number(article.facts, "poids_brut"))
            if net > gross {
                controls.append(
                    .init(
                        .netAboveGross,
                        "Le poids net (\(Self.weight(net))) dépasse le poids brut (\(Self.weight(gross))).",
                        articles: [index + 1]))
            }
            let each = net / number(article.facts, "nombre_colis")
            // An article without packages of its own travels in another's.
            if each.isFinite, each > 1000 || each < 0.1 {
                controls.append(
                    .init(
                        .packageWeight, "Un colis pèserait \(Self.weight(each)) : poids ou nombre de colis à vérifier.",
                        articles: [index + 1]))
            }
        }
    }

    private static let totals: [(total: String, summed: String, tolerance: Double, unit: String)] = [
        ("valeur_caf_totale", "valeur_caf", 1, "FCFA"), ("valeur_fob_totale", "valeur_fob", 1, "FCFA"),
        ("total_liquide", "montant_liquidation", 1, "FCFA"), ("poids_brut_total", "poids_brut", 0.0015, "kg"),
        ("poids_net_total", "poids_net", 0.0015, "kg"), ("nombre_colis_total", "nombre_colis", 0.5, "colis"),
    ]

    private func sums(_ declaration: Declaration, _ controls: inout [Control]) {
        for (total, summed, tolerance, unit) in Self.totals {
            let announced = number(declaration.facts, total)
            let parts = declaration.articles.map { number($0.facts, summed) }
            let sum = parts.reduce(0, +)
            // One article's half franc of rounding, for each.
            guard announced.isFinite, sum.isFinite, abs(announced - sum) > tolerance * Double(max(1, parts.count))
            else { continue }
            let label = vocabulary[summed]?.label.lowercased() ?? summed
            controls.append(
                .init(
                    .sumDiffers,
                    "\(label) : l’en-tête annonce \(Self.plain(announced)) \(unit), les articles font \(Self.plain(sum)) \(unit)."
                ))
        }
        let announced = number(declaration.facts, "nb_articles")
        if announced.isFinite, Int(exactly: announced) != declaration.articles.count {
            controls.append(
                .init(
                    .articleCount,
                    "\(Self.plain(announced)) articles sont annoncés, \(declaration.articles.count) ont été lus."))
        }
    }

    static func weight(_ value: Double) -> String { plain(value) + " kg" }

    /// A number as French writes it, to the thousandth.
    static func plain(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "?" }
        let thousandths = Int((abs(value) * 1000).rounded())
        var fraction = String(thousandths % 1000)
        while fraction.utf8.count < 3 { fraction = "0" + fraction }
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = String(Tariff.francs(Double(thousandths / 1000)).dropLast(5))
        return (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "," + fraction)
    }
}
