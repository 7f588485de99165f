public import JSON

/// How much may be explored on a day: set at its start from the forecast, so that the controls which exploration is
/// expected to cause, and the value it is expected to hold up, stay within what the chief allows.
public struct ExplorationPlan: Sendable, Equatable {
    /// What is expected of the day.
    public struct Forecast: Sendable, Equatable {
        public var declarations: Double
        /// Value that waits for each declaration held, in FCFA.
        public var meanValue: Double
        /// How often an exploring draw falls on a stricter lane than the best one: two thirds when nothing is known.
        public var stricterShare: Double

        public init(declarations: Double, meanValue: Double, stricterShare: Double = 2.0 / 3) {
            (self.declarations, self.meanValue, self.stricterShare) = (declarations, meanValue, stricterShare)
        }
    }
    /// What exploration may cost on the day.
    public struct Budget: Sendable, Equatable {
        /// Share of the inspectors' days, times how many controls they can do.
        public var controls: Double
        /// Value held up, in FCFA.
        public var value: Double

        public init(inspectorDays: Double, controlsPerDay: Double, share: Double, value: Double) {
            (controls, self.value) = (inspectorDays * controlsPerDay * share, value)
        }
    }
    public enum Reason: String, Sendable, JSONReadable, JSONWritable {
        case policy = "politique"
        case controls = "budget_de_controles"
        case value = "plafond_de_valeur"
        /// The budgets would allow less than the least that keeps the service learning.
        case floor = "plancher"
        case boost = "alerte_de_derive"
        case forecast = "prevision_depassee"
    }

    public let forecast: Forecast
    public let budget: Budget
    public let floor: Double
    /// What holds from the day's start.
    public let epsilon: Double
    public let reason: Reason

    /// `boost` multiplies the policy's ε after a drift alarm, within the same budgets.
    public init(
        epsilon wished: Double, floor: Double, forecast: Forecast, budget: Budget, boost: Double = 1
    ) throws(DecisionError) {
        let inputs = [forecast.declarations, forecast.meanValue, budget.controls, budget.value]
        guard inputs.allSatisfy({ $0 >= 0 && $0.isFinite }), 0...1 ~= forecast.stricterShare, 1...10 ~= boost,
            DecisionPolicy.epsilonFloor...1 ~= floor, floor...1 ~= wished
        else { throw DecisionError(.badPolicy, "prévision ou budget d’exploration impossible") }
        (self.forecast, self.budget, self.floor) = (forecast, budget, floor)
        let wish = min(1, wished * boost)
        let bound = Self.bound(
            controls: budget.controls, value: budget.value, declarations: forecast.declarations, forecast)
        let allowed = min(wish, bound.epsilon)
        epsilon = max(floor, allowed)
        reason = allowed < floor ? .floor : allowed < wish ? bound.reason : boost > 1 ? .boost : .policy
    }

    /// What the day has seen so far.
    public struct Use: Sendable, Equatable {
        public var declarations = 0.0
        /// Controls that exploration was expected to cause: the sum of its chances, not of its draws.
        public var controls = 0.0
        public var value = 0.0
        public init() {}

        /// Counts one decision.
        public mutating func count(_ record: DecisionRecord) {
            declarations += 1
            let chance = record.exploringChanceOfStricter
            controls += chance
            value += chance * max(0, record.request.value)
        }
    }

    /// What holds for the rest of the day after `use`: never more than before, never below the floor. When the forecast
    /// is used up, a tenth of it is taken to be still to come.
    public func epsilon(after use: Use, lowest: Double? = nil) -> (epsilon: Double, reason: Reason) {
        let before = min(epsilon, lowest ?? epsilon)
        let rest = max(forecast.declarations - use.declarations, forecast.declarations / 10)
        let bound = Self.bound(
            controls: max(0, budget.controls - use.controls), value: max(0, budget.value - use.value),
            declarations: rest, forecast)
        if bound.epsilon >= before { return (max(floor, before), reason) }
        return (max(floor, bound.epsilon), bound.epsilon < floor ? .floor : .forecast)
    }

    private static func bound(
        controls: Double, value: Double, declarations: Double, _ forecast: Forecast
    ) -> (epsilon: Double, reason: Reason) {
        let draws = declarations * forecast.stricterShare
        guard draws > 0 else { return (1, .policy) }
        let byControls = controls / draws
        let byValue = forecast.meanValue > 0 ? value / (draws * forecast.meanValue) : 1
        return byValue < byControls ? (min(1, byValue), .value) : (min(1, byControls), .controls)
    }
}
