/// Controls a declaration against itself, arithmetic and the tariff. What is missing is not judged.
public struct DeclarationControls: Sendable {
    let vocabulary: Vocabulary
    let tariff: Tariff
    let fields: ControlledFields

    public init(_ vocabulary: Vocabulary, _ tariff: Tariff) {
        (self.vocabulary, self.tariff, fields) = (vocabulary, tariff, ControlledFields(vocabulary))
    }

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

    private func weights(_ declaration: Declaration, _ controls: inout [Control]) {
        for (index, article) in declaration.articles.enumerated() {
            let (net, gross) = (article.facts.number(fields.netWeight), article.facts.number(fields.grossWeight))
            if net > gross {
                controls.append(
                    .init(
                        .netAboveGross,
                        "Le poids net (\(Self.weight(net))) dépasse le poids brut (\(Self.weight(gross))).",
                        articles: [index + 1]))
            }
            let each = net / article.facts.number(fields.packages)
            // An article without packages of its own travels in another's.
            if each.isFinite, each > 1000 || each < 0.1 {
                controls.append(
                    .init(
                        .packageWeight, "Un colis pèserait \(Self.weight(each)) : poids ou nombre de colis à vérifier.",
                        articles: [index + 1]))
            }
        }
    }

    private func sums(_ declaration: Declaration, _ controls: inout [Control]) {
        for total in fields.totals {
            let announced = declaration.facts.number(total.announced)
            guard announced.isFinite else { continue }
            let articles = declaration.articles
            let sum = articles.reduce(0) { $0 + $1.facts.number(total.summed) }
            // One article's half franc of rounding, for each.
            guard sum.isFinite, abs(announced - sum) > total.tolerance * Double(max(1, articles.count)) else {
                continue
            }
            controls.append(
                .init(
                    .sumDiffers,
                    "\(total.label) : l’en-tête annonce \(Self.plain(announced)) \(total.unit), les articles font \(Self.plain(sum)) \(total.unit)."
                ))
        }
        let announced = declaration.facts.number(fields.articleCount)
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
