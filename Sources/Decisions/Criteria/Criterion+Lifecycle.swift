extension Criterion {
    /// What people do with a criterion.
    public enum Act: Sendable {
        case simulate(CriterionSimulation)
        case activate(by: String, on: Int32)
        case retire(by: String, reason: String)
        case reopen(by: String)
    }

    /// A simulation older than this proves nothing.
    public static let simulationDays: Int32 = 30

    /// Draft → simulated → active → retired, and from retired to a draft again. Nothing else.
    public mutating func apply(_ act: Act) throws(DecisionError) {
        switch act {
        case .simulate(let report):
            guard state == .draft || state == .simulated else { throw forbidden("simuler") }
            guard report.code == code else {
                throw DecisionError(.forbiddenAct, "cette simulation est d’un autre critère")
            }
            guard report.declarations > 0 else {
                throw DecisionError(.forbiddenAct, "une simulation sans déclaration ne prouve rien")
            }
            (simulation, state) = (report, .simulated)
        case .activate(let person, let day):
            guard state == .simulated, let simulation else { throw forbidden("activer sans simulation") }
            guard simulation.formula == formula else {
                throw DecisionError(.forbiddenAct, "« \(code) » : la formule a changé depuis la simulation")
            }
            guard day >= simulation.day, day - simulation.day <= Self.simulationDays else {
                throw DecisionError(.forbiddenAct, "« \(code) » : la simulation a plus de \(Self.simulationDays) jours")
            }
            guard day <= validTo else { throw DecisionError(.forbiddenAct, "« \(code) » : la validité est passée") }
            guard DecisionLimits.isText(person) else { throw forbidden("activer sans auteur") }
            (state, changedBy, reason) = (.active, person, "")
        case .retire(let person, let why):
            guard state == .active || state == .simulated || state == .draft else { throw forbidden("retirer") }
            guard DecisionLimits.isText(person), DecisionLimits.isText(why) else {
                throw forbidden("retirer sans motif")
            }
            (state, changedBy, reason) = (.retired, person, why)
        case .reopen(let person):
            guard state == .retired, DecisionLimits.isText(person) else { throw forbidden("rouvrir") }
            (state, changedBy, reason, simulation) = (.draft, person, "", nil)
        }
    }

    private func forbidden(_ act: String) -> DecisionError {
        DecisionError(.forbiddenAct, "« \(code) » est \(state.rawValue) : on ne peut pas le \(act)")
    }
}
