/// What evaluating features writes on, and what it found, until the next declaration: one for each thread.
public final class FeatureWorkspace {
    let formulas = FormulaWorkspace()
    var articles: [FormulaFrame] = []
    var declaration: FormulaFrame?
    /// The article with the largest value.
    public internal(set) var dominant = 0
    /// Days since 1970-01-01; nil when the declaration has no date, and then no past.
    public internal(set) var day: Int32?
    /// What the declaration tells the past, to be recorded once it is judged by the past alone.
    public internal(set) var observations = HistoryObservations()

    public init() {}

    public var articleCount: Int { articles.count }
}

extension FeatureSet {
    /// The features of one declaration, in the order of `schema`. The same facts and the same past give the same bits.
    public func evaluate(
        articles: [Facts], declaration: Facts, history: any HistoryReader, in workspace: FeatureWorkspace
    ) -> Facts {
        var features = Facts(for: schema)
        evaluate(articles: articles, declaration: declaration, history: history, in: workspace, into: &features)
        return features
    }

    /// The same, into facts that are used again.
    public func evaluate(
        articles: [Facts], declaration: Facts, history: any HistoryReader, in workspace: FeatureWorkspace,
        into features: inout Facts
    ) {
        let formulas = workspace.formulas
        formulas.reset()
        workspace.articles.removeAll(keepingCapacity: true)
        let day = Self.day(day < declaration.numbers.count ? declaration.numbers[day] : .nan)
        workspace.day = day
        for article in articles {
            let frame = FormulaFrame(articlePlan.size, in: formulas.memory)
            articlePlan.load(article, from: 0, into: frame, formulas.memory)
            articlePlan.load(declaration, from: 1, into: frame, formulas.memory)
            articlePlan.run(on: frame, in: formulas, history: history, day: day)
            workspace.articles.append(frame)
        }
        workspace.dominant = rollup.dominant(workspace.articles)
        let frame = FormulaFrame(declarationPlan.size, in: formulas.memory)
        declarationPlan.load(declaration, from: 0, into: frame, formulas.memory)
        rollup.run(workspace.articles, dominant: workspace.dominant, into: frame)
        declarationPlan.run(on: frame, in: formulas, history: history, day: day)
        workspace.declaration = frame
        write(frame, into: &features)
        observe(workspace)
    }

    private static func day(_ value: Double) -> Int32? {
        value.magnitude < 4_000_000 ? Int32(value.rounded(.down)) : nil
    }

    private func write(_ frame: FormulaFrame, into facts: inout Facts) {
        for feature in features {
            guard let place = feature.place, let slot = feature.declaration else { continue }
            let target = schema.fields[place].slot
            if slot.kind == .texte {
                facts.texts[target] = frame.texts[slot.index].string
            } else {
                facts.numbers[target] = frame.numbers[slot.index]
            }
        }
    }

    private func observe(_ workspace: FeatureWorkspace) {
        workspace.observations.removeAll()
        guard let day = workspace.day else { return }
        workspace.observations.day = day
        for (profile, description) in needs.profiles.enumerated() {
            if description.unit == .article {
                for frame in workspace.articles { observe(profile, articlePlan, frame, workspace) }
            } else if let frame = workspace.declaration {
                observe(profile, declarationPlan, frame, workspace)
            }
        }
    }

    private func observe(
        _ profile: Int, _ plan: FormulaPlan, _ frame: FormulaFrame, _ workspace: FeatureWorkspace
    ) {
        let place = plan.data.addresses.profiles[profile]
        // A profile that only other packs ask for.
        if place.keyCount == 0 { return }
        let hashes = UnsafeBufferPointer(start: UnsafePointer(frame.keys) + place.firstKey, count: place.keyCount)
        let measured = place.measure < 0 ? Double.nan : frame.numbers[place.measure]
        workspace.observations.append(profile: profile, measured: measured, keys: hashes)
    }
}

extension FeatureSet {
    /// What one article gave, for its detail; nil is missing.
    public func text(of feature: Feature, article: Int, in workspace: FeatureWorkspace) -> String? {
        guard let slot = feature.article, slot.kind == .texte, workspace.articles.indices.contains(article) else {
            return nil
        }
        return workspace.articles[article].texts[slot.index].string
    }

    /// NaN is missing.
    public func number(of feature: Feature, article: Int, in workspace: FeatureWorkspace) -> Double {
        guard let slot = feature.article, slot.kind != .texte, workspace.articles.indices.contains(article) else {
            return .nan
        }
        return workspace.articles[article].numbers[slot.index]
    }

    /// The place among its peers of what the feature compares: of an article's feature, in the article that gave the
    /// declaration's value, or in the dominant one where several did, unless another is meant.
    public func peers(
        of feature: Feature, article: Int? = nil, history: any HistoryReader, in workspace: FeatureWorkspace
    ) -> (measured: Double, peers: HistoryPeers)? {
        guard let profile = feature.peers, let day = workspace.day else { return nil }
        let isOfArticle = needs.profiles[profile].unit == .article
        let place = article ?? source(of: feature, in: workspace)
        let article = workspace.articles.indices.contains(place) ? workspace.articles[place] : nil
        guard let frame = isOfArticle ? article : workspace.declaration else { return nil }
        let address = (isOfArticle ? articlePlan : declarationPlan).data.addresses.profiles[profile]
        guard address.measure >= 0, !frame.numbers[address.measure].isNaN else { return nil }
        let measured = frame.numbers[address.measure]
        let hashes = UnsafeBufferPointer(start: UnsafePointer(frame.keys) + address.firstKey, count: address.keyCount)
        return history.peers(of: profile, measured: measured, keys: hashes, day: day).map { (measured, $0) }
    }

    private func source(of feature: Feature, in workspace: FeatureWorkspace) -> Int {
        switch feature.definition.aggregation {
        case .max, .min:
            guard let from = feature.article, let to = feature.declaration, let declaration = workspace.declaration
            else { return workspace.dominant }
            let value = declaration.numbers[to.index]
            return workspace.articles.firstIndex { $0.numbers[from.index] == value } ?? workspace.dominant
        default: return workspace.dominant
        }
    }
}
