public import Customs

/// A criterion or list that a declaration met.
public struct CriterionHit: Sendable, Equatable {
    public let code: String
    public let sentence: String
    public let action: Criterion.Action
    /// Of a random share: whether the draw fell on this declaration. True of all others.
    public let isDrawn: Bool

    public init(code: String, sentence: String, action: Criterion.Action, isDrawn: Bool = true) {
        (self.code, self.sentence, self.action) = (code, sentence, action)
        self.isDrawn = isDrawn || action != .randomShare
    }

    var isMandatory: Bool { action == .mandatory || action == .randomShare && isDrawn }
    var removesConforme: Bool { action == .removeConforme }
}

/// The criteria and lists in force for one chapter on one day, compiled.
public struct CriterionSet: Sendable {
    public let chapter: String
    public let day: Int32
    /// What a record says of the criteria it was decided under.
    public let version: String
    private let compiled: [(criterion: Criterion, formula: Formula)]
    private let lists: [CompiledList]

    /// Those of `criteria` and `lists` that are in force. An error names the criterion and the column.
    public init(
        chapter: String, day: Int32, version: String, criteria: [Criterion], lists: [ControlList] = [],
        schema: FactSchema, library: FormulaLibrary = FormulaLibrary(), unit: FeatureUnit = .declaration
    ) throws(DecisionError) {
        (self.chapter, self.day, self.version) = (chapter, day, version)
        let inForce = criteria.filter { $0.isInForce(chapter: chapter, day: day) }
        guard inForce.count <= DecisionLimits.standard.criteria else {
            throw DecisionError(.tooMuch, "plus de \(DecisionLimits.standard.criteria) critères en vigueur")
        }
        guard Set(inForce.map(\.code)).count == inForce.count else {
            throw DecisionError(.badCriterion, "deux critères en vigueur ont le même code")
        }
        var compiled: [(criterion: Criterion, formula: Formula)] = []
        for criterion in inForce {
            compiled.append((criterion, try Self.compile(criterion, schema, library, unit)))
        }
        self.compiled = compiled
        self.lists = lists.map { CompiledList($0, on: day) }
    }

    public var codes: [String] { compiled.map(\.criterion.code) }
    public var isEmpty: Bool { compiled.isEmpty && lists.isEmpty }
    /// What the history must be able to answer.
    public var needs: [HistoryNeeds] { compiled.map(\.formula.needs) }

    static func compile(
        _ criterion: Criterion, _ schema: FactSchema, _ library: FormulaLibrary, _ unit: FeatureUnit
    ) throws(DecisionError) -> Formula {
        do throws(FormulaError) {
            return try Formula.compile(
                criterion.formula, schema: schema, expecting: .booleen, library: library, unit: unit)
        } catch {
            throw DecisionError(
                .badCriterion, "formule du critère « \(criterion.code) », \(error)", detail: error.code.rawValue)
        }
    }

    /// What the declaration meets: lists first, then criteria, in their order. A criterion of which nothing can be said
    /// for want of a fact does not hold. Without a `draw` every random share falls on the declaration.
    public func hits(
        _ facts: Facts, subject: ListSubject, in workspace: FormulaWorkspace,
        history: any HistoryReader = NoHistory(), draw: Draw? = nil
    ) -> [CriterionHit] {
        var hits: [CriterionHit] = []
        var exemption: ControlList.Entry?
        for list in lists {
            guard let entry = list.entry(for: subject) else { continue }
            if let action = list.list.action {
                hits.append(CriterionHit(code: list.list.code, sentence: list.list.sentence, action: action))
            } else if exemption == nil {
                exemption = entry
            }
        }
        for (criterion, formula) in compiled
        where formula.holds(for: facts, in: workspace, history: history, on: day) == true {
            hits.append(hit(criterion, exemption, draw))
        }
        return hits
    }

    /// An exemption spares a declaration what is not mandatory; it is then still told.
    private func hit(_ criterion: Criterion, _ exemption: ControlList.Entry?, _ draw: Draw?) -> CriterionHit {
        let isExempt = exemption.map { $0.criteria.isEmpty || $0.criteria.contains(criterion.code) } ?? false
        if isExempt, criterion.action != .mandatory {
            return CriterionHit(
                code: criterion.code, sentence: "\(criterion.sentence) (opérateur exempté)", action: .advise)
        }
        let isDrawn = criterion.action != .randomShare || (draw?.unit(for: criterion.code) ?? 0) < criterion.share
        return CriterionHit(
            code: criterion.code, sentence: criterion.sentence, action: criterion.action, isDrawn: isDrawn)
    }
}
