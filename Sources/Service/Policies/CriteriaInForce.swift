import Analysis
import Crypto
import Customs
import Decisions
import Platform

/// The criteria and lists in force, ready to be asked on one day.
struct CriteriaInForce: Sendable {
    let day: Int32
    /// What records say of what they were decided under.
    let version: String
    private let sets: [String: CriterionSet]
    /// Chapters of which something in force cannot be asked any more: nothing of theirs is released.
    private let broken: Set<String>

    /// What is in force, as it is stored.
    struct Source: Sendable {
        /// With their numbers; each names its chapters.
        var criteria: [(criterion: Criterion, number: Int)] = []
        var lists: [ControlList] = []
        var version = "aucun"
    }

    static let none = CriteriaInForce(Source(), packs: [:], on: 0)

    init(_ source: Source, packs: [String: FeatureSet], on day: Int32) {
        (self.day, version) = (day, source.version)
        var sets: [String: CriterionSet] = [:]
        var broken: Set<String> = []
        for (chapter, pack) in packs {
            do {
                sets[chapter] = try CriterionSet(
                    chapter: chapter, day: day, version: source.version, criteria: source.criteria.map(\.criterion),
                    lists: source.lists, schema: CriterionFacts.schema(pack), library: pack.library)
            } catch {
                broken.insert(chapter)
                Log.shared.error("criteria.broken", "A criterion in force cannot be asked: its chapter is held") {
                    line in
                    line.add("chapter", chapter)
                    line.add("error", error.message)
                }
            }
        }
        (self.sets, self.broken) = (sets, broken)
    }

    /// What of it a declaration of the chapter is to be asked; nil when it cannot be.
    func set(for chapter: String) -> CriterionSet? { broken.contains(chapter) ? nil : sets[chapter] }
    func isBroken(_ chapter: String) -> Bool { broken.contains(chapter) }
}

extension CriteriaInForce {
    /// What the declaration meets. The request learns it, or that it could not be asked.
    func ask(
        _ chapter: String, _ facts: @autoclosure () -> Facts?, _ subject: @autoclosure () -> ListSubject,
        _ workspace: FormulaWorkspace,
        _ draw: @autoclosure () -> Draw, _ request: inout DecisionRequest
    ) {
        request.criteriaVersion = version
        guard let set = set(for: chapter) else {
            if isBroken(chapter) { request.conditions.insert(.degraded) }
            return
        }
        if set.isEmpty { return }
        guard let facts = facts() else {
            request.conditions.insert(.degraded)
            return
        }
        request.hits = set.hits(facts, subject: subject(), in: workspace, draw: draw())
    }
}

/// By what lists know a declaration.
struct SubjectReader: Sendable {
    let schema: FactSchema
    let index: PersonIndex?

    func subject(of declaration: Declaration) -> ListSubject {
        var subject = ListSubject()
        subject.importers = persons(.destinataire, declaration)
        subject.declarants = persons(.declarant, declaration)
        subject.origins = texts("pays_origine", declaration)
        subject.codes = texts("code_sh", declaration)
        subject.containers = schema["conteneur"].flatMap { declaration.facts.texts[$0.slot] }.map { [$0] } ?? []
        return subject
    }

    private func texts(_ name: String, _ declaration: Declaration) -> [String] {
        guard let slot = schema[name]?.slot else { return [] }
        return declaration.articles.compactMap { $0.facts.texts[slot] }
    }

    private func persons(_ role: Party.Role, _ declaration: Declaration) -> [String] {
        guard let index else { return [] }
        return role.identifiers.compactMap { one in
            schema[one.field].flatMap { declaration.facts.texts[$0.slot] }.flatMap { PersonIdentifier(one.class, $0) }
                .flatMap { index.text(of: $0) }
        }
    }
}
