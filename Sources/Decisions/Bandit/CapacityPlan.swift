/// How many controls an office can do on a day: a ceiling, never a quota.
///
/// The plan asks a price for a control's place, found from the leads of control over the doubtful lane that like days
/// had. On a quiet day the price is nothing, and the office stays below its ceiling.
public struct CapacityPlan: Sendable, Equatable {
    /// Controls that may still be ordered.
    public let ceiling: Int
    /// What is subtracted from the value of a control, on the rewards' scale.
    public let price: Double
    /// Controls that the day is expected to order at this price.
    public let expected: Double

    /// `leads` are Q(fraude) − Q(zone grise) of a sample of declarations of like days; mandatory controls are apart.
    public init(leads: [Double], declarations: Double, ceiling: Int) throws(DecisionError) {
        guard ceiling >= 0, declarations >= 0, declarations <= 1e9, leads.allSatisfy(\.isFinite) else {
            throw DecisionError(.badPolicy, "capacité ou prévision impossible")
        }
        self.ceiling = ceiling
        guard !leads.isEmpty else { (price, expected) = (0, 0); return }
        let sorted = leads.sorted(by: >)
        let each = declarations / Double(sorted.count)
        let wanted = sorted.prefix { $0 >= 0 }.count
        let places = each > 0 ? Int(min(Double(ceiling) / each, Double(sorted.count))) : sorted.count
        if wanted <= places { (price, expected) = (0, Double(wanted) * each); return }
        // The first that finds no place sets the price; equals stay outside with it.
        price = max(0, sorted[places]).nextUp
        let price = price
        expected = Double(sorted.prefix { $0 >= price }.count) * each
    }
}
