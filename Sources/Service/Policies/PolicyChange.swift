import Decisions
import HTTP
import JSON

/// What an expert wants otherwise in a chapter's policy. What it does not name stays.
struct PolicyChange: Sendable {
    /// Of thresholds; a limit that is not named stays where it is.
    struct Thresholds: Sendable {
        var bas: Double?
        var haut: Double?
        var soft: Double?
        var hard: Double?
        var isEmpty: Bool { bas == nil && haut == nil && soft == nil && hard == nil }
    }

    var thresholds = Thresholds()
    var strategy: Strategy?
    var epsilon: Double?
    var floor: Double?
    var stratum: Double?
    var means = DayMeans()
    var namesBudget = false
    var namesCeilings = false
    var namesBand = false
    var reason = ""
    /// The policy's number that was read before; If-Match says the same.
    var number: Int?

    /// A reason that a reader can learn something from.
    static let leastReason = 10

    /// - Parameter onlyThresholds: nothing else may be named.
    init(json reader: inout JSONReader, onlyThresholds: Bool) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "motif": reason = try reader.string()
            case "numero": number = try reader.read()
            default:
                if onlyThresholds {
                    guard try thresholds.read(key, &reader) else { throw reader.unknownMember(copy key) }
                } else {
                    guard try read(key, &reader) else { throw reader.unknownMember(copy key) }
                }
            }
        }
    }

    /// The thresholds alone, for whoever has them already.
    init(_ thresholds: LaneThresholds, reason: String, number: Int?) {
        self.thresholds = Thresholds(
            bas: thresholds.bas, haut: thresholds.haut, soft: thresholds.tSoft, hard: thresholds.tHard)
        (self.reason, self.number) = (reason, number)
    }

    private mutating func read(_ key: borrowing JSONKey, _ reader: inout JSONReader) throws(JSONError) -> Bool {
        switch key {
        case "seuils":
            var read = Thresholds()
            try reader.object { key, reader throws(JSONError) in
                guard try read.read(key, &reader) else { throw reader.unknownMember(copy key) }
            }
            thresholds = read
        case "strategie": strategy = try reader.read()
        case "epsilon": epsilon = try reader.double()
        case "plancher": floor = try reader.double()
        case "strate_aleatoire": stratum = try reader.double()
        case "budget":
            namesBudget = true
            return try means.read(key, &reader)
        case "capacites":
            namesCeilings = true
            return try means.read(key, &reader)
        case "bande_automatique":
            namesBand = true
            return try means.read(key, &reader)
        default: return false
        }
        return true
    }
}

extension PolicyChange.Thresholds {
    mutating func read(_ key: borrowing JSONKey, _ reader: inout JSONReader) throws(JSONError) -> Bool {
        switch key {
        case "bas": bas = try reader.double()
        case "haut": haut = try reader.double()
        case "t_soft": soft = try reader.double()
        case "t_hard": hard = try reader.double()
        default: return false
        }
        return true
    }

    /// The thresholds that come of it, or every constraint that they break.
    func applied(to current: LaneThresholds, under prefix: String) throws(Problem) -> LaneThresholds {
        let (bas, haut) = (bas ?? current.bas, haut ?? current.haut)
        // What would only contradict the new pair moves with it; what was named stays as it was named.
        let soft = soft ?? (bas <= current.tSoft && current.tSoft < haut ? current.tSoft : bas)
        let hard = hard ?? max(current.tHard, haut)
        var items: [Problem.Item] = []
        func demand(_ holds: Bool, _ name: String, _ message: String) {
            if !holds { items.append(.init(pointer: "\(prefix)/\(name)", code: "hors_bornes", message: message)) }
        }
        demand(bas > 0, "bas", "le seuil bas est au-dessus de 0")
        demand(haut < 1, "haut", "le seuil haut est au-dessous de 1")
        demand(bas < haut, "bas", "le seuil bas est au-dessous du seuil haut")
        demand(soft >= bas, "t_soft", "la limite de libération n’est pas au-dessous du seuil bas")
        demand(soft < haut, "t_soft", "la limite de libération est au-dessous du seuil haut")
        demand(hard >= haut, "t_hard", "la limite de contrôle obligatoire n’est pas au-dessous du seuil haut")
        demand(hard <= 1, "t_hard", "la limite de contrôle obligatoire ne dépasse pas 1")
        guard items.isEmpty, let made = try? LaneThresholds(bas: bas, haut: haut, tSoft: soft, tHard: hard) else {
            throw Problem(.validationFailed, "Ces seuils ne tiennent pas ensemble.", items: items)
        }
        return made
    }
}

extension PolicyChange {
    /// What the chapter's next version would be.
    func applied(to current: PolicyVersion, number: Int) throws -> (policy: DecisionPolicy, means: DayMeans) {
        var policy = try DecisionPolicy(
            chapter: current.chapter, version: "\(current.chapter)-\(number)", like: current.policy)
        if !thresholds.isEmpty {
            let wanted = try thresholds.applied(to: current.policy.thresholds, under: "")
            if wanted != policy.thresholds { (policy.thresholds, policy.thresholdNumber) = (wanted, number) }
        }
        policy.strategy = strategy ?? policy.strategy
        policy.epsilon = epsilon ?? policy.epsilon
        policy.floor = floor ?? policy.floor
        policy.stratumRate = stratum ?? policy.stratumRate
        do { try policy.check() } catch {
            throw Problem(
                .validationFailed, "Cette politique n’est pas acceptable.",
                items: [.init(pointer: "", code: error.code.rawValue, message: error.message)])
        }
        var merged = current.means
        if namesBudget { merged.budget = means.budget }
        if namesCeilings { merged.ceilings = means.ceilings }
        if namesBand { merged.band = means.band }
        return (policy, merged)
    }

    static func check(reason: String) throws(Problem) {
        let length = reason.unicodeScalars.count
        guard length >= leastReason, reason.utf8.count <= 1000, !reason.utf8.contains(0) else {
            throw Problem(
                .validationFailed, "Un changement de politique se motive.",
                items: [
                    .init(
                        pointer: "/motif", code: "missing",
                        message: "dites pourquoi, en \(leastReason) signes au moins et 1000 octets au plus")
                ])
        }
    }
}

/// The body of a change of thresholds alone.
struct ThresholdChange: JSONReadable {
    let change: PolicyChange
    init(json reader: inout JSONReader) throws(JSONError) {
        change = try PolicyChange(json: &reader, onlyThresholds: true)
    }
}

extension PolicyChange: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) { try self.init(json: &reader, onlyThresholds: false) }
}
