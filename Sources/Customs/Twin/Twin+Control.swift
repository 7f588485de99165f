import Platform

extension Twin {
    /// Whether the office controls a declaration, and what it finds: it looks where it always looked, sees a part, late,
    /// and errs.
    mutating func control(_ declaration: TwinDeclaration) -> TwinDeclaration.Outcome? {
        let trader = traders[declaration.trader]
        var interest = 0.07
        if declaration.totalCAF > 40_000_000 { interest += 0.09 }
        if declaration.day - trader.firstDay < 60 { interest += 0.08 }
        if trader.timesCaught > 0 { interest += 0.2 }
        if brokers[declaration.broker] > 2 { interest += 0.08 }
        if ["CN", "AE", "HK"].contains(declaration.provenance) { interest += 0.05 }
        guard random.chance(min(0.7, interest)) else { return nil }
        let draw = random.unit()
        let evidence: TwinEvidence = draw < 0.5 ? .physique : draw < 0.88 ? .documentaire : .aPosteriori
        return declaration.examined(by: evidence, &random)
    }
}

extension TwinDeclaration {
    /// What a control finds, and when.
    func examined(by evidence: TwinEvidence, _ random: inout Random) -> Outcome {
        let delay =
            switch evidence {
            case .physique: random.whole(1...12)
            case .documentaire: random.whole(3...40)
            case .aPosteriori: random.whole(60...300)
            }
        let (found, recovered) = finding(by: evidence, &random)
        return .init(day: day + delay, evidence: evidence, found: found, recovered: recovered)
    }

    private func finding(by evidence: TwinEvidence, _ random: inout Random) -> (TwinScheme?, recovered: Double) {
        guard let scheme else {
            // Somebody honest is taken for a fraud now and then.
            guard random.chance(0.012) else { return (nil, 0) }
            let liquidated = articles.reduce(0) { $0 + $1.liquidation }
            return (.sousEvaluation, (liquidated * random.uniform(0.05, 0.2)).rounded())
        }
        // The smaller the loss, the easier it is overlooked.
        let size = min(1, 0.6 + evaded / 4_000_000)
        guard random.chance(scheme.visibility(to: evidence) * size) else { return (nil, 0) }
        return (scheme, (evaded * random.uniform(0.85, 1.1)).rounded())
    }
}
