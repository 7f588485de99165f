import Analysis
import Customs
import Decisions
import Platform

/// A quantity of a declaration that somebody might have declared otherwise, with all fields that go with it.
struct Lever: Sendable {
    let code: String
    let label: String
    /// They all change by the same factor, in the header and in every article.
    let fields: [String]
    /// The field that sentences tell of.
    let measure: String

    static let all = [
        Lever(
            code: "valeur", label: "Valeur déclarée",
            fields: [
                "valeur_fob", "valeur_caf", "valeur_douane", "valeur_devise", "montant_liquidation",
                "valeur_fob_totale", "valeur_caf_totale", "total_liquide", "facture",
            ], measure: "valeur_caf"),
        Lever(
            code: "poids", label: "Poids déclaré",
            fields: ["poids_net", "poids_brut", "poids_net_total", "poids_brut_total"], measure: "poids_net"),
        Lever(
            code: "quantite", label: "Quantité déclarée", fields: ["quantite_complementaire", "quantite_mercuriale"],
            measure: "quantite_complementaire"),
    ]

    /// The declaration with this quantity so many times as large.
    func scaled(_ declaration: Declaration, by factor: Double, _ schema: FactSchema) -> Declaration {
        var declaration = declaration
        let slots = fields.compactMap { schema[$0]?.slot }
        for slot in slots { declaration.facts.numbers[slot] *= factor }
        for place in declaration.articles.indices {
            for slot in slots { declaration.articles[place].facts.numbers[slot] *= factor }
        }
        return declaration
    }

    /// What a sentence tells of it: FCFA a kilogram where the weight is known.
    func told(_ declaration: Declaration, _ schema: FactSchema) -> (value: Double, unit: String)? {
        func number(_ name: String) -> Double? {
            schema[name].map { declaration.facts.numbers[$0.slot] }.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        }
        guard let value = number(measure) else { return nil }
        switch code {
        case "valeur": return number("poids_net").map { (value / $0, "FCFA/kg") } ?? (value, "FCFA")
        case "poids": return (value, "kg net")
        default: return (value, schema["unite"].flatMap { declaration.facts.texts[$0.slot] } ?? "unités")
        }
    }
}

/// The smallest change of what was declared that would put a declaration in another lane.
///
/// Nothing is drawn: it tells what the probability, the thresholds and the guardrail would propose. It is for those who
/// control, and never for those who declare.
struct Counterfactual: Sendable {
    struct Change: Sendable {
        let lever: Lever
        let change: LaneChange
        let declared: Double
        let wanted: Double
        let unit: String

        var sentence: String {
            let value = ValueFormat.text(wanted, kind: .nombre, unit: unit)
            let before = ValueFormat.text(declared, kind: .nombre, unit: unit)
            let lane = Self.name(change.lane)
            let start =
                switch (change.holdsBeyond, change.factor > 1) {
                case (true, true): "À partir de \(value) déclarés"
                case (true, false): "À \(value) déclarés ou moins"
                case (false, _): "À \(value) déclarés"
                }
            return "\(start) (au lieu de \(before)), la voie serait \(lane)."
        }

        static func name(_ lane: Lane) -> String {
            switch lane {
            case .conforme: "conforme"
            case .zoneGrise: "zone grise"
            case .fraude: "fraude"
            }
        }
    }

    /// Where the probability and the guardrail put the declaration as it is.
    let lane: Lane
    let probability: Double
    /// The smallest first.
    let changes: [Change]

    /// Further than that, nobody would take it for the same goods.
    static let most = 4.0

    /// - Parameter look: what would be thought of a declaration today, nothing recorded; nil without a probability.
    init?(
        of declaration: Declaration, _ schema: FactSchema, _ look: (Declaration) -> (lane: Lane, probability: Double)?
    ) {
        guard let now = look(declaration) else { return nil }
        (lane, probability) = (now.lane, now.probability)
        var changes: [Change] = []
        for lever in Lever.all {
            guard let (declared, unit) = lever.told(declaration, schema) else { continue }
            func laneAt(_ factor: Double) -> Lane? { look(lever.scaled(declaration, by: factor, schema))?.lane }
            let found = LaneChange.search(from: now.lane, upTo: Self.most, laneAt)
            for change in [found.more, found.less].compactMap(\.self) {
                let rounded = Self.rounded(declared * change.factor, up: change.factor > 1)
                // A number that people can say, where it gives the same lane.
                let factor = rounded / declared
                let isSame = factor <= Self.most && 1 / factor <= Self.most && laneAt(factor) == change.lane
                changes.append(
                    Change(
                        lever: lever, change: change, declared: declared,
                        wanted: isSame ? rounded : declared * change.factor, unit: unit))
            }
        }
        self.changes = changes.sorted { $0.change.size < $1.change.size }
    }

    var sentence: String {
        if let first = changes.first { return first.sentence }
        return
            "Aucun changement plausible de la valeur, du poids ou de la quantité (du quart au quadruple) ne changerait la voie."
    }

    /// To three significant digits, away from where it came from.
    static func rounded(_ value: Double, up: Bool) -> Double {
        guard value > 0, value.isFinite else { return value }
        var unit = 1.0
        while unit * 1000 <= value { unit *= 10 }
        while unit * 100 > value { unit /= 10 }
        return (value / unit).rounded(up ? .up : .down) * unit
    }
}

extension AnalysisService {
    /// What there is to say of a stored declaration; nil when no model speaks.
    ///
    /// - Parameter conditions: what its decision was made under.
    func counterfactual(
        of stored: DeclarationStore.Stored, _ identities: [[UInt8]], under conditions: DecisionConditions
    ) async throws -> Counterfactual? {
        let running = try loaded()
        let day = Int32(clamping: Self.today.daysSinceEpoch)
        let declaration = try running.content.read(
            key: stored.key, fields: stored.fields, identities: identities, articles: stored.articles)
        return try await pool.run {
            Counterfactual(of: declaration, running.office.vocabulary.schema) { declaration in
                running.withoutDraw(declaration, on: day, under: conditions)
            }
        }
    }
}

extension Running {
    /// The lane that the probability and the guardrail alone would propose; nil without a probability.
    ///
    /// - Parameter conditions: those of an earlier decision. What comes with the declaration itself holds again: values
    ///   that nobody has verified stay so whatever they are. What the service was like is asked anew.
    func withoutDraw(
        _ declaration: Declaration, on day: Int32, under conditions: DecisionConditions = []
    ) -> (lane: Lane, probability: Double)? {
        let found = analyse(
            declaration, asked: nil, id: .make(), on: day, conditions.intersection(.unverifiedReading), under: rules,
            isRecorded: false)
        guard let found else { return nil }
        return found.analysis.decision.withoutDraw
    }
}

extension DecisionRecord {
    /// The lane without exploration and strata: the thresholds', or the nearest stricter one that the guardrail allows.
    var withoutDraw: (lane: Lane, probability: Double)? {
        guard let probability = request.probability, 0...1 ~= probability else { return nil }
        return (safe.atLeast(policy.thresholds.lane(of: probability)), probability)
    }
}
