import Analysis
import Crypto
import Customs
import Decisions
import Platform
import Synchronization

/// What people have put in force, as one request sees it from its beginning to its end: a change is another `Rules`.
final class Rules: Sendable {
    /// Grows with every reading: what was read earlier never takes the place of what was read later.
    let ticket: Int
    /// By chapter.
    let versions: [String: PolicyVersion]
    let policies: [String: DecisionPolicy]
    private let source: CriteriaInForce.Source
    /// Of the day on which it was read.
    let criteria: CriteriaInForce
    /// Nil when no list names people: then nobody's index is computed.
    let personIndex: PersonIndex?

    init(
        ticket: Int, _ versions: [PolicyVersion], _ source: CriteriaInForce.Source, _ index: PersonIndex?,
        packs: [String: FeatureSet], on day: Int32
    ) {
        self.ticket = ticket
        self.versions = Dictionary(versions.map { ($0.chapter, $0) }) { $1 }
        policies = self.versions.mapValues(\.policy)
        self.source = source
        criteria = CriteriaInForce(source, packs: packs, on: day)
        let namesPeople = source.lists.contains { $0.key == .importateur || $0.key == .declarant }
        personIndex = namesPeople ? index : nil
    }

    private let later = Mutex<CriteriaInForce?>(nil)

    /// The same criteria on another day: their validity may have begun, or ended. Made once.
    func criteria(on day: Int32, packs: [String: FeatureSet]) -> CriteriaInForce {
        if day == criteria.day { return criteria }
        return later.withLock { later in
            if let later, later.day == day { return later }
            let made = CriteriaInForce(source, packs: packs, on: day)
            later = made
            return made
        }
    }
}
