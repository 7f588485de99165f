/// A pack, compiled for the fields that an office has: what turns a declaration into its features.
public final class FeatureSet: Sendable {
    /// A feature of the vector, or an intermediate value.
    public final class Feature: Sendable {
        public let definition: FeatureDefinition
        /// The formula as everybody would write it.
        public let canonical: String
        /// The kind of the declaration's value; of one that stays with the articles, theirs.
        public let kind: FactSchema.Kind
        /// Its place in `schema.fields`; nil when it is not in the vector.
        public let place: Int?
        /// Whether its value depends on the past.
        public let asksPast: Bool
        /// The profile of the past that it compares with, if it does; an index in `needs.profiles`.
        public let peers: Int?
        /// Where the articles' value lies, and the declaration's.
        let article: FormulaCompiler.Slot?
        let declaration: FormulaCompiler.Slot?
        let sentences: FeatureSentences

        public var name: String { definition.name }

        init(
            _ definition: FeatureDefinition, canonical: String, kind: FactSchema.Kind, place: Int?, asksPast: Bool,
            peers: Int?, article: FormulaCompiler.Slot?, declaration: FormulaCompiler.Slot?,
            sentences: FeatureSentences
        ) {
            (self.definition, self.canonical, self.kind, self.place) = (definition, canonical, kind, place)
            (self.asksPast, self.peers, self.article) = (asksPast, peers, article)
            (self.declaration, self.sentences) = (declaration, sentences)
        }
    }

    public let chapter: String
    public let label: String
    /// That of its pack.
    public let fingerprint: String
    /// All that the pack defines, in its order.
    public let features: [Feature]
    /// The vector: names and kinds of the features that are not intermediate.
    public let schema: FactSchema
    /// What is asked of the past; a `HistoryReader` for this set is bound to it.
    public let needs: HistoryNeeds
    public let library: FormulaLibrary
    private let byName: [String: Int]
    /// By place in the vector, the feature that it is.
    let vector: [Int]
    /// The features that are yes or no and are shown when they are yes.
    let indicators: [Int]

    let articlePlan: FormulaPlan
    let declarationPlan: FormulaPlan
    /// How the articles' values come together, in order.
    let rollup: FeatureRollup
    /// Where the declaration's day is, among its facts' numbers.
    let day: Int

    public subscript(_ name: String) -> Feature? { byName[name].map { features[$0] } }

    /// Compiles `pack`. `unit` tells whose facts a field is read from; no formula sees a field of none.
    ///
    /// - Parameter others: what other packs ask of the same past: equal questions are asked once.
    public init(
        _ pack: ChapterPack, articles: FactSchema, declaration: FactSchema, after others: HistoryNeeds = HistoryNeeds(),
        unit: (String) -> FeatureUnit? = { _ in .article }
    ) throws(CustomsError) {
        var builder = FeatureSetBuilder(pack, articles, declaration, after: others, unit)
        try builder.compile()
        (chapter, label, library) = (pack.chapter, pack.label, pack.library)
        fingerprint = pack.fingerprint
        let features = builder.features
        self.features = features
        byName = Dictionary(features.indices.map { (features[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        vector = features.indices.filter { features[$0].place != nil }
        indicators = vector.filter {
            features[$0].definition.usage == .indicateur && features[$0].kind == .booleen
        }
        schema = FactSchema(features.filter { $0.place != nil }.map { ($0.name, $0.kind) })
        articlePlan = builder.articleInputs.plan(
            builder.articles, alsoReading: builder.rollup.numbersRead)
        declarationPlan = builder.declarationInputs.plan(builder.declaration)
        needs = builder.declaration.past.needs
        rollup = builder.rollup
        day = builder.day
    }
}

/// Compiles the formulas of a pack, one after the other.
struct FeatureSetBuilder {
    private let pack: ChapterPack
    var articles: FormulaCompiler
    var articleInputs = FormulaInputs()
    var declaration: FormulaCompiler
    var declarationInputs = FormulaInputs()
    var features: [FeatureSet.Feature] = []
    var rollup = FeatureRollup()
    private(set) var day = 0
    private var vectorCount = 0
    private var askingPast: Set<String> = []
    private let vectorNames: Set<String>
    private let schemas: (articles: FactSchema, declaration: FactSchema)
    private let ofArticle: Set<String>
    private let hidden: Set<String>

    init(
        _ pack: ChapterPack, _ articleSchema: FactSchema, _ declarationSchema: FactSchema, after others: HistoryNeeds,
        _ unit: (String) -> FeatureUnit?
    ) {
        self.pack = pack
        vectorNames = Set(pack.features.filter { $0.usage != .interne }.map(\.name))
        schemas = (articleSchema, declarationSchema)
        let names = articleSchema.fields.map(\.name)
        ofArticle = Set(names.filter { unit($0) == .article })
        hidden = Set((names + declarationSchema.fields.map(\.name)).filter { unit($0) == nil })
        articles = FormulaCompiler(unit: .article, library: pack.library)
        declaration = FormulaCompiler(unit: .declaration, library: pack.library)
        articleInputs.declare(articleSchema, from: 0, in: &articles) { [ofArticle] in ofArticle.contains($0) }
        articleInputs.declare(declarationSchema, from: 1, in: &articles) { [ofArticle, hidden] in
            !ofArticle.contains($0) && !hidden.contains($0)
        }
        articles.past = FormulaPast(after: others)
        for name in hidden { articles.elsewhere[name] = Self.ofControl }
    }

    mutating func compile() throws(CustomsError) {
        try findDay()
        var drafts: [(definition: FeatureDefinition, slot: FormulaCompiler.Slot, expression: FormulaExpression)?] = []
        for definition in pack.features {
            guard definition.unit == .article else {
                drafts.append(nil)
                continue
            }
            let (slot, expression) = try Self.define(definition, in: &articles)
            drafts.append((definition, slot, expression))
        }
        try findWeight()
        declaration.past = FormulaPast(after: articles.past.needs)
        rollup.countSlot = declaration.declare(FeatureRollup.countName, .nombre).index
        // All that comes from articles is known before the declaration's own formulas.
        var rolled: [FormulaCompiler.Slot?] = []
        for draft in drafts {
            rolled.append(try draft.flatMap { draft throws(CustomsError) in try roll(draft.definition, draft.slot) })
        }
        declarationInputs.declare(schemas.declaration, from: 0, in: &declaration) { [ofArticle, hidden] in
            !ofArticle.contains($0) && !hidden.contains($0)
        }
        for name in hidden { declaration.elsewhere[name] = Self.ofControl }
        for name in articles.slots.keys where declaration.slots[name] == nil {
            declaration.elsewhere[name] = "se lit par article : donnez-lui un « agrege » pour l’employer ici"
        }
        for (k, definition) in pack.features.enumerated() {
            if let draft = drafts[k] {
                try add(definition, draft.expression, article: draft.slot, declaration: rolled[k], articles)
            } else {
                let (slot, expression) = try Self.define(definition, in: &declaration)
                try add(definition, expression, article: nil, declaration: slot, declaration)
            }
        }
    }

    private static let ofControl = "n’est connu qu’après un contrôle : ce n’est jamais une caractéristique"

    private mutating func findWeight() throws(CustomsError) {
        guard let slot = articles.slots[pack.weight], slot.kind == .nombre else {
            throw CustomsError(
                "pack_invalide",
                "\(pack.chapter) : « poids » nomme « \(pack.weight) », qui n’est pas un nombre de l’article")
        }
        rollup.weight = slot.index
    }

    private mutating func findDay() throws(CustomsError) {
        guard let field = schemas.declaration[pack.date], field.kind == .date else {
            throw CustomsError(
                "pack_invalide",
                "\(pack.chapter) : « date » nomme « \(pack.date) », qui n’est pas une date de la déclaration")
        }
        day = field.slot
    }

    private static func define(
        _ definition: FeatureDefinition, in compiler: inout FormulaCompiler
    ) throws(CustomsError) -> (FormulaCompiler.Slot, FormulaExpression) {
        // What is rolled up may come from another kind; it is checked there.
        let expected = definition.aggregation == nil ? definition.nature.kind : nil
        do throws(FormulaError) {
            return try compiler.define(definition.name, as: definition.formula, expecting: expected)
        } catch {
            throw definition.place.error(error.code.rawValue, "formule de « \(definition.name) », \(error)")
        }
    }

    private mutating func roll(
        _ definition: FeatureDefinition, _ slot: FormulaCompiler.Slot
    ) throws(CustomsError) -> FormulaCompiler.Slot? {
        guard let aggregation = definition.aggregation else { return nil }
        guard aggregation.kind(of: slot.kind) == definition.nature.kind else {
            let message = "« \(aggregation.text) » d’\(slot.kind.shown) ne donne pas \(definition.nature.kind.shown)"
            throw definition.place.error("pack_invalide", "\(definition.name) : \(message)")
        }
        var parts: [Int] = []
        if case .rapport(let over, let under) = aggregation {
            for name in [over, under] {
                guard let part = articles.slots[name], part.kind == .nombre else {
                    throw definition.place.error(
                        "pack_invalide", "\(definition.name) : « \(name) » n’est pas un nombre de l’article")
                }
                parts.append(part.index)
            }
        }
        let target = declaration.declare(definition.name, definition.nature.kind)
        rollup.append(aggregation, from: slot, parts: parts, to: target)
        return target
    }

    private mutating func add(
        _ definition: FeatureDefinition, _ expression: FormulaExpression, article: FormulaCompiler.Slot?,
        declaration: FormulaCompiler.Slot?, _ compiler: FormulaCompiler
    ) throws(CustomsError) {
        let peers = expression.calls.lazy.compactMap { compiler.profiles[$0.canonical] }
            .first { compiler.past.needs.profiles[$0].group == .measured }
        let isInVector = definition.usage != .interne
        let asksPast =
            expression.calls.contains { call in
                if case .call(let f, _, _) = call.form { f.history != nil } else { false }
            }
            || expression.names.contains { askingPast.contains($0) }
            || definition.aggregation.map { $0.parts.contains { askingPast.contains($0) } } ?? false
        if asksPast { askingPast.insert(definition.name) }
        features.append(
            .init(
                definition, canonical: expression.canonical,
                kind: (declaration ?? article)?.kind ?? definition.nature.kind, place: isInVector ? vectorCount : nil,
                asksPast: asksPast, peers: peers, article: article, declaration: declaration,
                sentences: try FeatureSentences(definition, features: vectorNames)))
        if isInVector { vectorCount += 1 }
    }
}
