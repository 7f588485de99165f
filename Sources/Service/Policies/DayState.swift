import Decisions
import JSON
import Platform

/// What a chapter's day has used, and what that leaves.
struct DayState: JSONWritable {
    let terms: DayLedger.Terms
    let use: ExplorationPlan.Use
    let offices: [(office: String, ceiling: Int, ordered: Int, price: Double)]

    init(_ version: PolicyVersion, _ days: inout DayLedger) {
        let day = Int32(clamping: AnalysisService.today.daysSinceEpoch)
        terms = days.terms(version.policy, version.means, office: "", on: day)
        use = days.uses[version.chapter] ?? .init()
        var offices: [(office: String, ceiling: Int, ordered: Int, price: Double)] = []
        for (office, ceiling) in version.means.ceilings.sorted(by: { $0.key < $1.key }) {
            let place = ControlPlace(chapter: version.chapter, office: office)
            let terms = days.terms(version.policy, version.means, office: office, on: day)
            offices.append((office, ceiling, days.ordered[place] ?? 0, terms.price))
        }
        self.offices = offices
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("epsilon", terms.epsilon)
            writer.member("epsilon_motif", terms.reason)
            writer.member("decisions_comptees", use.declarations)
            writer.member("controles_exploratoires_attendus", use.controls)
            writer.member("valeur_retenue_attendue", use.value)
            writer.key("capacites")
            writer.array { writer in
                for one in offices {
                    writer.object { writer in
                        writer.member("bureau", one.office)
                        writer.member("plafond", one.ceiling)
                        writer.member("ordonnes", one.ordered)
                        writer.member("prix", one.price)
                    }
                }
            }
        }
    }
}
