public import Customs
public import Trees

/// Gathers what models learn from: of each declaration whose outcome is known, its features, what was found and when.
public struct FeatureTable {
    private enum Column {
        case numbers([Float])
        case texts([Int32], levels: [String: Int32])
    }

    private let features: [FeatureSet.Feature]
    private let fields: [FactSchema.Field]
    private var columns: [Column]
    private var labels: [Bool] = []
    private var days: [Int32] = []
    private var knownDays: [Int32] = []
    private var duties: [Double] = []
    private var provenances: [LabelProvenance] = []
    private let stake: Stake

    public var count: Int { labels.count }

    /// - Parameter usesPast: false leaves out all features that ask the past.
    public init(_ set: FeatureSet, vocabulary: Vocabulary, usesPast: Bool = true) {
        features = set.features.filter { feature in
            feature.place != nil && feature.definition.usage == .modele && (usesPast || !feature.asksPast)
        }
        fields = features.compactMap { $0.place.map { set.schema.fields[$0] } }
        columns = fields.map { $0.kind == .texte ? .texts([], levels: ["": 0]) : .numbers([]) }
        stake = Stake(vocabulary)
    }

    /// Takes a row, if the outcome and the day are known.
    public mutating func append(_ moment: Replay.Moment) {
        guard let outcome = moment.outcome, let day = moment.day else { return }
        for (place, field) in fields.enumerated() {
            switch columns[place] {
            case .numbers(var values):
                columns[place] = .numbers([])
                values.append(Float(moment.values.numbers[field.slot]))
                columns[place] = .numbers(values)
            case .texts(var codes, var levels):
                columns[place] = .numbers([])
                let text = moment.values.texts[field.slot] ?? ""
                let code = levels[text] ?? Int32(levels.count)
                levels[text] = code
                codes.append(code)
                columns[place] = .texts(codes, levels: levels)
            }
        }
        labels.append(outcome.isFraud)
        days.append(day)
        knownDays.append(outcome.day ?? day)
        duties.append(stake.amount(of: moment.declaration, outcome))
        provenances.append(outcome.evidence.flatMap(LabelProvenance.init(rawValue:)) ?? .importHistorique)
    }

    /// The table, with the columns that say something: one whose values are all the same is left out.
    ///
    /// - Parameter wanted: the columns to keep whatever they say; nil to choose.
    public func table(keeping wanted: Set<String>? = nil) throws(LearningError) -> TrainingTable {
        var kept: [TrainingTable.Column] = []
        for (feature, column) in zip(features, columns) {
            if let wanted, !wanted.contains(feature.name) { continue }
            switch column {
            case .numbers(let values):
                let clean = values.map { $0.isFinite ? $0 : .nan }
                guard wanted != nil || !Self.isConstant(clean.map(\.bitPattern)) else { continue }
                kept.append(.init(feature.name, numbers: clean))
            case .texts(let codes, let levels):
                guard wanted != nil || !Self.isConstant(codes) else { continue }
                var column = TrainingTable.Column(feature.name, texts: [])
                column.values = .categories(codes, levels: levels.sorted { $0.value < $1.value }.map(\.key))
                kept.append(column)
            }
        }
        return try TrainingTable(
            columns: kept, labels: labels, days: days, knownDays: knownDays, duties: duties, provenances: provenances)
    }

    private static func isConstant<Value: Equatable>(_ values: [Value]) -> Bool {
        values.allSatisfy { $0 == values.first }
    }
}

/// What a declaration would bring in if it is a fraud: what was recovered where that is known, else its duties.
public struct Stake: Sendable {
    private let paid: Int?, caf: Int?, declared: Int?, rate: Int?

    public init(_ vocabulary: Vocabulary) {
        let slot = { (name: String) in vocabulary.schema[name]?.slot }
        (paid, caf) = (slot("montant_liquidation"), slot("valeur_caf"))
        (declared, rate) = (slot("valeur_devise"), slot("taux_droits"))
    }

    /// 0 when nothing tells.
    func amount(of declaration: Declaration, _ outcome: ControlOutcome) -> Double {
        if outcome.isFraud, let amount = outcome.amount { return max(0, amount) }
        return duties(of: declaration)
    }

    /// Its duties and taxes; 0 when nothing tells.
    public func duties(of declaration: Declaration) -> Double {
        func number(_ slot: Int?) -> Double { slot.map { declaration.facts.numbers[$0] } ?? .nan }
        if number(paid) > 0 { return number(paid) }
        let value = number(caf).isNaN ? number(declared) : number(caf)
        let duties = value * number(rate) / 100
        return duties > 0 && duties.isFinite ? duties : 0
    }
}
