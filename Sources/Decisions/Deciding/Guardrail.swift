/// Which lanes a declaration may take at all, before anything is chosen: exploration may send an innocent file to a
/// control, and never releases one that is held here.
enum Guardrail {
    /// The probability, when it is one.
    static func probability(_ request: DecisionRequest) -> Double? {
        guard let p = request.probability, p >= 0, p <= 1 else { return nil }
        return p
    }

    static func lanes(_ request: DecisionRequest, _ thresholds: LaneThresholds) -> LaneSet {
        if request.hits.contains(where: \.isMandatory) { return .fraude }
        guard let p = probability(request) else { return .held }
        if p >= thresholds.tHard { return .fraude }
        let isHeld = !request.conditions.isEmpty || request.hits.contains(where: \.removesConforme)
        return p < thresholds.tSoft && !isHeld ? .all : .held
    }

    /// Those that are left when the office can control no more. What must be controlled is, and counts apart.
    static func open(_ lanes: LaneSet, capacityLeft: Int?) -> LaneSet {
        guard let capacityLeft, capacityLeft <= 0, lanes.has(.zoneGrise) else { return lanes }
        return lanes.subtracting(.fraude)
    }
}
