extension FeatureSet {
    /// Says why, in French. `features` are those that `evaluate` gave last in `workspace`, and `shap` what a model made of
    /// those it uses, by place in `schema`.
    ///
    /// - Parameter strongest: how many contributions get a sentence and their place among peers; the others go without.
    public func explain(
        _ features: Facts, shap: [(place: Int, value: Double)], baseValue: Double, method: String,
        strongest: Int = .max, history: any HistoryReader, in workspace: FeatureWorkspace
    ) -> Explanation {
        // What moves nothing explains nothing.
        let known = shap.filter { vector.indices.contains($0.place) && $0.value.isFinite && $0.value != 0 }
        let ordered = known.sorted {
            let (a, b) = ($0.value.magnitude, $1.value.magnitude)
            return a == b ? $0.place < $1.place : a > b
        }
        let told = ordered.prefix(strongest).map {
            contribution(of: self.features[vector[$0.place]], $0.value, features, history, workspace)
        }
        // In the vector's order, whatever their strength; which is the order that models have them in.
        let isInOrder = zip(known, known.dropFirst()).allSatisfy { $0.place < $1.place }
        let margin = (isInOrder ? known : known.sorted { $0.place < $1.place }).reduce(baseValue) { $0 + $1.value }
        return Explanation(
            method: method, baseValue: baseValue, margin: margin, shares: ordered, told: told, features: self,
            values: features)
    }

    private func contribution(
        of feature: Feature, _ shap: Double, _ features: Facts, _ history: any HistoryReader,
        _ workspace: FeatureWorkspace
    ) -> Explanation.Contribution {
        let value = value(of: feature, in: features)
        let place = peers(of: feature, history: history, in: workspace)
        let occasion: SentenceOccasion = value == .missing ? .absent : shap > 0 ? .augmente : .diminue
        let sentence = feature.sentences.template(for: occasion, of: value)?.filled { blank in
            self.blank(blank, of: feature, features, place)
        }
        return .init(
            name: feature.name, label: feature.definition.label, value: value, shap: shap, sentence: sentence ?? "",
            peers: place?.peers)
    }

    /// One that is not put into words.
    func contribution(_ share: (place: Int, value: Double), _ features: Facts) -> Explanation.Contribution {
        let feature = self.features[vector[share.place]]
        return .init(
            name: feature.name, label: feature.definition.label, value: value(of: feature, in: features),
            shap: share.value)
    }

    /// The value of a feature among those of the vector.
    public func value(of feature: Feature, in features: Facts) -> Explanation.Value {
        guard let place = feature.place else { return .missing }
        let field = schema.fields[place]
        if field.kind == .texte { return features.texts[field.slot].map { .text($0) } ?? .missing }
        let number = features.numbers[field.slot]
        if number.isNaN { return .missing }
        return field.kind == .booleen ? .boolean(number == 1) : .number(number)
    }

    private func shown(_ feature: Feature, _ features: Facts) -> String? {
        switch value(of: feature, in: features) {
        case .missing: nil
        case .text(let text): text
        case .boolean(let value): value ? "oui" : "non"
        case .number(let value): ValueFormat.text(value, kind: feature.kind, unit: feature.definition.measure)
        }
    }

    private func blank(
        _ name: String, of feature: Feature, _ features: Facts, _ place: (measured: Double, peers: HistoryPeers)?
    ) -> String? {
        switch name {
        case "libelle": return feature.definition.label
        case "valeur": return shown(feature, features)
        case "mesure": return place.map { ValueFormat.decimal($0.measured, $0.measured.magnitude < 100 ? 2 : 0) }
        case "mediane":
            return place.map { ValueFormat.decimal($0.peers.median, $0.peers.median.magnitude < 100 ? 2 : 0) }
        case "n": return place.map { ValueFormat.decimal(Double($0.peers.count), 0) }
        case "percentile": return place.map { ValueFormat.text($0.peers.percentile, kind: .nombre, unit: "part") }
        default: return self[name].flatMap { shown($0, features) }
        }
    }

    /// The indicators that hold for the declaration, with the sentence and the text of law that go with each.
    public func indicators(
        in features: Facts
    ) -> [(name: String, label: String, sentence: String, reference: String?)] {
        indicators.compactMap { index in
            let feature = self.features[index]
            guard features.numbers[schema.fields[feature.place ?? 0].slot] == 1 else { return nil }
            let template =
                feature.definition.sentences[.augmente] == nil
                ? nil : feature.sentences.template(for: .augmente, of: .boolean(true))
            let sentence = template?.filled { blank($0, of: feature, features, nil) } ?? feature.definition.label
            return (feature.name, feature.definition.label, sentence, feature.definition.reference)
        }
    }
}
