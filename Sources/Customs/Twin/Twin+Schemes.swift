import Platform

extension Twin {
    /// Makes a true declaration false; where a scheme does not fit the goods, under-valuation does.
    mutating func falsify(_ declaration: inout TwinDeclaration, by scheme: TwinScheme) {
        let owed = declaration.articles.reduce(0) { $0 + taxes($1, code: $1.code, declaration, regime: "C100").total }
        let applied = apply(scheme, to: &declaration) ? scheme : .sousEvaluation
        if applied != scheme { _ = apply(.sousEvaluation, to: &declaration) }
        declaration.scheme = applied
        let paid = declaration.articles.reduce(0) { $0 + $1.liquidation }
        declaration.evaded = max(0, owed - paid)
    }

    private mutating func apply(_ scheme: TwinScheme, to declaration: inout TwinDeclaration) -> Bool {
        switch scheme {
        case .sousEvaluation: undervalue(&declaration)
        case .glissementTarifaire: return slip(&declaration)
        case .fausseEspece: return misname(&declaration)
        case .fausseOrigine: return misplace(&declaration)
        case .minorationQuantite: understate(&declaration)
        case .detournementRegime: divert(&declaration)
        case .contrefacon: return counterfeit(&declaration)
        case .fractionnement: split(&declaration)
        }
        return true
    }

    /// The subtler, and the later, the nearer to the truth: from a third of the price to nine tenths.
    private mutating func understatement(_ declaration: TwinDeclaration) -> Double {
        let years = Double(declaration.day - world.firstDay) / 365
        let subtlety = min(1, traders[declaration.trader].subtlety + 0.06 * years)
        return random.uniform(0.35, 0.6) + 0.3 * subtlety
    }

    private mutating func undervalue(_ declaration: inout TwinDeclaration) {
        let factor = understatement(declaration)
        for index in declaration.articles.indices where index == 0 || random.chance(0.6) {
            scaleValue(&declaration.articles[index], by: factor * random.uniform(0.95, 1.05))
            liquidate(&declaration.articles[index], declaration)
        }
    }

    private func scaleValue(_ article: inout TwinDeclaration.Article, by factor: Double) {
        article.fob = (article.fob * factor).rounded()
        article.caf = (article.caf * factor).rounded()
    }

    /// Goods of a dearer heading under the code of a cheaper one. The description stays, or becomes vague.
    private mutating func slip(_ declaration: inout TwinDeclaration) -> Bool {
        // A dealer in medicines brings creams; any dealer may find goods of its own that slip.
        let chapter = declaration.articles[0].code.prefix(2)
        let hidden = world.goods.indices.filter {
            !world.goods[$0].isImportedOpenly && world.goods[$0].slipsTo?.hasPrefix(chapter) ?? false
        }
        if !hidden.isEmpty, random.chance(0.7) {
            let dealer = traders[declaration.trader]
            declaration.articles[0] = article(random.pick(hidden), of: dealer, on: declaration.day)
        }
        var hasSlipped = false
        for index in declaration.articles.indices {
            let good = world.goods[declaration.articles[index].good]
            guard let code = good.slipsTo, let place = world.good(code) else { continue }
            if random.chance(0.45) { declaration.articles[index].description = describe(world.goods[place]) }
            declaration.articles[index].code = code
            liquidate(&declaration.articles[index], declaration)
            hasSlipped = true
        }
        return hasSlipped
    }

    /// Another good's name and code, at that good's price by weight.
    private mutating func misname(_ declaration: inout TwinDeclaration) -> Bool {
        let index = random.whole(0...declaration.articles.count - 1)
        let real = world.goods[declaration.articles[index].good]
        let cheaper = world.goods.indices.filter {
            let other = world.goods[$0]
            return other.isImportedOpenly && other.code.prefix(2) == real.code.prefix(2) && other.unit == real.unit
                && other.price / other.weight < 0.5 * real.price / real.weight
        }
        guard !cheaper.isEmpty else { return false }
        let other = world.goods[random.pick(cheaper)]
        declaration.articles[index].code = other.code
        declaration.articles[index].description = describe(other)
        let net = declaration.articles[index].netWeight
        declaration.articles[index].quantity = max(1, (net / other.weight).rounded())
        let fob = net / other.weight * other.price * random.factor(spread: 0.2)
        scaleValue(&declaration.articles[index], by: fob / max(1, declaration.articles[index].fob))
        liquidate(&declaration.articles[index], declaration)
        return true
    }

    /// A neighbour's origin, for its preference; the goods came from where they came.
    private mutating func misplace(_ declaration: inout TwinDeclaration) -> Bool {
        let country = random.pick(world.preferred)
        var gains = false
        for index in declaration.articles.indices {
            gains = gains || declaration.articles[index].duty > 0
            declaration.articles[index].origin = country
            liquidate(&declaration.articles[index], declaration)
        }
        if random.chance(0.4) { declaration.provenance = country }
        return gains
    }

    private mutating func understate(_ declaration: inout TwinDeclaration) {
        let factor = understatement(declaration)
        for index in declaration.articles.indices {
            declaration.articles[index].quantity = max(1, (declaration.articles[index].quantity * factor).rounded())
            // The weighbridge is near: weights are touched less.
            let lightened = factor + (1 - factor) * random.uniform(0.2, 0.7)
            declaration.articles[index].netWeight = weight(declaration.articles[index].netWeight * lightened)
            declaration.articles[index].grossWeight = weight(declaration.articles[index].grossWeight * lightened)
            scaleValue(&declaration.articles[index], by: factor)
            liquidate(&declaration.articles[index], declaration)
        }
    }

    private mutating func divert(_ declaration: inout TwinDeclaration) {
        declaration.regime = random.pick(["S110", "S510", "C111"])
        for index in declaration.articles.indices { liquidate(&declaration.articles[index], declaration) }
    }

    /// A known brand at a price that it never has, by a roundabout way.
    private mutating func counterfeit(_ declaration: inout TwinDeclaration) -> Bool {
        let places = declaration.articles.indices.filter { !world.goods[declaration.articles[$0].good].brands.isEmpty }
        guard !places.isEmpty else { return false }
        let index = random.pick(places)
        let good = world.goods[declaration.articles[index].good]
        declaration.articles[index].description = "\(describe(good)) \(good.brands[0])"
        declaration.articles[index].origin = random.chance(0.8) ? "CN" : "HK"
        declaration.provenance = random.pick(["AE", "HK", "CN"])
        scaleValue(&declaration.articles[index], by: random.uniform(0.25, 0.5))
        liquidate(&declaration.articles[index], declaration)
        return true
    }

    /// One consignment as several small ones, on following days.
    private mutating func split(_ declaration: inout TwinDeclaration) {
        let parts = random.whole(2...4)
        for index in declaration.articles.indices {
            let share = 1 / Double(parts)
            declaration.articles[index].quantity = max(1, (declaration.articles[index].quantity * share).rounded())
            declaration.articles[index].packages = max(1, declaration.articles[index].packages / parts)
            declaration.articles[index].netWeight = weight(declaration.articles[index].netWeight * share)
            declaration.articles[index].grossWeight = weight(declaration.articles[index].grossWeight * share)
            scaleValue(&declaration.articles[index], by: share * random.uniform(0.75, 0.95))
            liquidate(&declaration.articles[index], declaration)
        }
        for part in 1..<parts {
            var other = declaration
            other.day += part / 2 + random.whole(0...1)
            other.scheme = .fractionnement
            other.evaded = other.articles.reduce(0) { $0 + $1.liquidation } * 0.2
            postpone(other)
        }
    }
}
