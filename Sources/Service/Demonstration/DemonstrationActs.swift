import Customs
import Platform

/// The procès-verbaux of the demonstration: of most frauds that were found one is drawn up in the days that follow, and
/// brought as far as the year allows.
struct DemonstrationActs: Sendable {
    let plan: DemonstrationPlan

    /// Something that is done with the act about a declaration.
    struct Step: Sendable {
        enum Deed: Sendable {
            case draw(ProcesVerbal.Words)
            case sign, close(String), cancel(String)
        }
        enum Doer: Sendable {
            /// Which of the office's inspectors.
            case inspector(Int)
            case chief
        }

        let number: String
        let office: String
        let day: Int
        let second: Int
        let deed: Deed
        let doer: Doer
    }

    /// In the order of time; what falls after the last day is not done, and the act stays as it is.
    func steps(after saying: DemonstrationControls.Saying, row: Int) -> [Step] {
        var random = plan.random("procès-verbal", row)
        guard let fraud = saying.fraud, random.chance(0.75) else { return [] }
        let (own, other) = (Step.Doer.inspector(saying.inspector), Step.Doer.inspector(saying.inspector + 1))
        var (day, second) = (saying.day, 0)
        var steps: [Step] = []
        func add(_ deed: Step.Deed, by doer: Step.Doer, after days: ClosedRange<Int>) {
            let passed = random.whole(days)
            // On the same day it comes a while later.
            second = passed == 0 ? second + random.whole(600...3600) : random.whole(8 * 3600...16 * 3600)
            day += passed
            steps.append(
                Step(number: saying.number, office: saying.office, day: day, second: second, deed: deed, doer: doer))
        }
        add(.draw(words(fraud, &random)), by: own, after: 1...4)
        switch random.whole(1...100) {
        case ...8:
            add(.cancel("Erreur sur la personne de l'intéressé : un autre acte sera établi."), by: own, after: 1...3)
        case ...18: if random.chance(0.5) { add(.sign, by: own, after: 0...2) }
        default:
            add(.sign, by: own, after: 0...0)
            add(.sign, by: other, after: 0...3)
            switch random.whole(1...100) {
            case ...5:
                add(.cancel("Vice de procédure : l'intéressé n'a pas été entendu."), by: .chief, after: 5...15)
            case ...85: add(.close(random.pick(Self.endings)), by: own, after: 10...60)
            default: break
            }
        }
        return steps.filter { $0.day <= plan.lastDay.daysSinceEpoch }
    }

    private static let endings = [
        "Transaction acceptée : droits, taxes et amende acquittés.",
        "Droits compromis payés sur déclaration rectifiée ; marchandises remises au déclarant.",
        "Dossier transmis au service du contentieux, la transaction ayant été refusée.",
    ]

    private func words(_ fraud: TwinScheme, _ random: inout Random) -> ProcesVerbal.Words {
        let replies = [
            "L'intéressé reconnaît les faits et demande à transiger.",
            "L'intéressé dit tenir ces chiffres de son fournisseur et demande un délai pour le prouver.",
            "L'intéressé conteste et se réserve de produire d'autres pièces.",
        ]
        return .init(
            statement: "Avons contrôlé la marchandise et les pièces jointes. " + fraud.statement,
            reply: random.chance(0.8) ? random.pick(replies) : nil)
    }
}
