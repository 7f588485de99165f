import Glibc
import Platform

extension Twin {
    /// What an honest trader declares.
    mutating func honest(_ trader: Int, on day: Int) -> TwinDeclaration {
        let dealer = traders[trader]
        var count = 1
        while count < 12, random.chance(0.4) { count += 1 }
        var articles: [TwinDeclaration.Article] = []
        for _ in 0..<count {
            let good = inSeason(dealer, on: day)
            articles.append(article(good, of: dealer, on: day))
        }
        // A consignment comes from one place.
        let provenance = random.chance(0.8) ? articles[0].origin : random.pick(world.hubs)
        let regime = world.regimes.draw(&random)
        var declaration = TwinDeclaration(
            office: random.chance(0.85) ? dealer.office : world.offices.draw(&random), day: day, regime: regime,
            provenance: provenance, trader: trader, broker: dealer.brokers[random.chance(0.8) ? 0 : 1],
            articles: articles)
        for index in declaration.articles.indices { liquidate(&declaration.articles[index], declaration) }
        return declaration
    }

    /// Goods with a season are drawn less willingly out of it.
    private mutating func inSeason(_ dealer: TwinTrader, on day: Int) -> Int {
        let month = CivilDate(daysSinceEpoch: day).month
        for _ in 0..<4 {
            let good = dealer.goods.draw(&random)
            guard let season = world.goods[good].season else { return good }
            let strength = 1 + season.amplitude * cos(2 * .pi * Double(month - season.month) / 12)
            if random.chance(strength / (1 + season.amplitude)) { return good }
        }
        return dealer.goods.draw(&random)
    }

    mutating func article(_ index: Int, of dealer: TwinTrader, on day: Int) -> TwinDeclaration.Article {
        let good = world.goods[index]
        let origin = originOf(good)
        let years = Double(day - world.firstDay) / 365
        // The dollar moves, the euro does not: what comes from outside Europe follows a slow wave.
        let exchange = ["FR", "BE", "DE", "IT", "ES"].contains(origin.country) ? 1 : 1 + 0.06 * sin(years * 2.1)
        let price =
            good.price * origin.priceFactor * dealer.priceFactor * exchange * pow(1 + good.yearlyDrift, years)
            * random.factor(spread: good.spread * 0.55)
        let quantity = max(1, (good.quantity * random.factor(spread: 0.8)).rounded())
        var article = TwinDeclaration.Article(
            code: good.code, origin: origin.country, description: describe(good), unit: good.unit, good: index)
        article.quantity = quantity
        article.netWeight = weight(quantity * good.weight * random.factor(spread: 0.12))
        article.grossWeight = weight(article.netWeight * random.uniform(1.02, 1.14))
        article.packages = max(1, Int(quantity / good.unitsPerPackage * random.uniform(0.9, 1.1)))
        article.fob = (price * quantity).rounded()
        article.caf = (article.fob * random.uniform(1.04, 1.14)).rounded()
        return article
    }

    /// Grams are the smallest weight.
    func weight(_ kilograms: Double) -> Double { max(0.001, (kilograms * 1000).rounded() / 1000) }

    private mutating func originOf(_ good: TwinWorld.Good) -> TwinWorld.Origin {
        var mark = random.unit() * good.origins.reduce(0) { $0 + $1.share }
        for origin in good.origins {
            mark -= origin.share
            if mark < 0 { return origin }
        }
        return good.origins[good.origins.count - 1]
    }

    mutating func describe(_ good: TwinWorld.Good) -> String {
        let numbers = [5, 10, 12, 16, 20, 32, 40, 50, 64, 100, 128, 150, 200, 250, 300, 500, 1000]
        var text = random.pick(good.labels)
        if let hole = text.firstRange(of: "{n}") { text.replaceSubrange(hole, with: String(random.pick(numbers))) }
        if !good.brands.isEmpty, random.chance(0.7) { text += " \(random.pick(good.brands))" }
        return text
    }

    /// Computes duty and taxes as they are declared.
    func liquidate(_ article: inout TwinDeclaration.Article, _ declaration: TwinDeclaration) {
        let due = taxes(article, code: article.code, declaration)
        article.duty = due.duty
        article.liquidation = due.total
    }

    /// What is due on an article under a code; nothing where the regime suspends it, less where an origin is preferred.
    func taxes(
        _ article: TwinDeclaration.Article, code: String, _ declaration: TwinDeclaration, regime: String? = nil
    ) -> (duty: Double, total: Double) {
        let isPreferred = world.preferred.contains(article.origin)
        let duty = isPreferred ? 0 : self.duty(of: code)
        let item = TariffCase(code: code, value: article.caf, day: declaration.day)
        guard let expected = tariff.expected(item, duty: duty) else { return (duty, 0) }
        switch tariff.effect(ofRegime: regime ?? declaration.regime, fiscal: nil).effect {
        case .suspension, .outside: return (duty, 0)
        case .relief: return (duty, (expected.total * 0.3).rounded())
        case .common: return (duty, expected.total)
        }
    }

    private func duty(of code: String) -> Double {
        tariff.position(of: code)?.duty ?? world.good(code).flatMap { world.goods[$0].duty } ?? 0
    }

    /// Honest people err: a forgotten tax, a weight that is wrong, a price that is special.
    mutating func mistake(_ declaration: inout TwinDeclaration) {
        let index = random.whole(0...declaration.articles.count - 1)
        switch random.whole(0...2) {
        case 0: declaration.articles[index].liquidation = (declaration.articles[index].liquidation * 0.85).rounded()
        case 1:
            let net = weight(declaration.articles[index].netWeight * random.uniform(0.6, 0.95))
            declaration.articles[index].netWeight = net
        default:
            let factor = random.uniform(0.55, 0.85)
            declaration.articles[index].fob = (declaration.articles[index].fob * factor).rounded()
            declaration.articles[index].caf = (declaration.articles[index].caf * factor).rounded()
            liquidate(&declaration.articles[index], declaration)
        }
    }
}
