import Customs
import Decisions
import JSON
import Platform

/// What the demonstration's inspectors say of declarations, and when: they look at nearly all that the service holds, and
/// besides at what their office would have looked at in any case.
struct DemonstrationControls: Sendable {
    let plan: DemonstrationPlan

    /// Something that is said of a declaration.
    struct Saying: Sendable {
        let number: String
        let office: String
        let day: Int
        let second: Int
        /// Which of the office's inspectors.
        let inspector: Int
        /// As the body of a request.
        let verdict: [UInt8]
        /// What it finds.
        var fraud: TwinScheme?
    }

    /// In the order of time; what falls after the last day is not said, and the file stays open.
    func sayings(on record: TwinRecord, row: Int, lane: String) -> [Saying] {
        var random = plan.random("contrôle", row)
        guard let finding = finding(of: record, lane, &random) else { return [] }
        let inspector = random.whole(0...1)
        func saying(_ day: Int, _ verdict: JSONValue) -> Saying {
            Saying(
                number: record.number, office: record.office, day: day, second: random.whole(8 * 3600...17 * 3600),
                inspector: inspector, verdict: verdict.jsonBytes())
        }
        var sayings: [Saying] = []
        if finding.day > record.day + 2, random.chance(lane == "conforme" ? 0.03 : 0.12) {
            sayings.append(saying(record.day + random.whole(1...2), doubt(lane, &random)))
        }
        var last = saying(finding.day, verdict(finding, lane, &random))
        last.fraud = finding.fraud
        sayings.append(last)
        return sayings.filter { $0.day <= plan.lastDay.daysSinceEpoch }
    }

    private func finding(of record: TwinRecord, _ lane: String, _ random: inout Random) -> TwinFinding? {
        if let own = record.finding { return own }
        switch lane {
        case "fraude":
            return random.chance(0.97)
                ? record.examined(by: random.chance(0.7) ? .physique : .documentaire, &random) : nil
        case "zone_grise":
            return random.chance(0.95)
                ? record.examined(by: random.chance(0.15) ? .physique : .documentaire, &random) : nil
        default: return nil
        }
    }

    private func doubt(_ lane: String, _ random: inout Random) -> JSONValue {
        let reasons = [
            "J'attends la facture originale.", "Le certificat d'origine est demandé au déclarant.",
            "Un second avis sur l'espèce tarifaire est demandé.",
        ]
        var members: [JSONValue.Member] = [
            .init("user_decision", "zone_grise"), .init("confidence_level", .int(random.whole(1...3))),
        ]
        members.append(.init(lane == "zone_grise" ? "comments" : "justification", .string(random.pick(reasons))))
        return .object(members)
    }

    private func verdict(_ finding: TwinFinding, _ lane: String, _ random: inout Random) -> JSONValue {
        let decision = finding.fraud == nil ? "conforme" : "fraude"
        let isPhysical = finding.evidence == .physique
        var members: [JSONValue.Member] = [
            .init("user_decision", .string(decision)), .init("evidence", .string(finding.evidence.rawValue)),
            .init("confidence_level", .int(random.whole(isPhysical ? 4...5 : 3...5))),
            .init("minutes", .int(isPhysical ? random.whole(45...240) : random.whole(10...60))),
        ]
        if random.chance(0.6) {
            let wasRight = lane == decision
            members.append(.init("accuracy_rating", .int(random.whole(wasRight ? 4...5 : 1...3))))
            members.append(.init("usefulness_rating", .int(random.whole(wasRight ? 3...5 : 2...4))))
        }
        if let fraud = finding.fraud {
            members.append(.init("type_fraude", .string(fraud.rawValue)))
            members.append(.init("montant_redresse", .double(finding.recovered)))
            members.append(.init("comments", .string(fraud.statement)))
        }
        if lane != decision {
            let reason =
                finding.fraud?.statement
                ?? (isPhysical
                    ? "Visite effectuée : marchandises, quantités et marques conformes à la déclaration."
                    : "Facture, liste de colisage et transport concordent avec la déclaration.")
            members.append(.init("justification", .string(reason)))
        }
        return .object(members)
    }
}

extension TwinScheme {
    /// What an inspector writes of it.
    var statement: String {
        switch self {
        case .sousEvaluation: "Valeur déclarée très inférieure aux prix d'opérations comparables."
        case .glissementTarifaire: "Espèce tarifaire inexacte : la marchandise relève d'une position plus taxée."
        case .fausseEspece: "La marchandise présentée n'est pas celle qui est déclarée."
        case .fausseOrigine: "Certificat d'origine non recevable : la préférence est refusée."
        case .minorationQuantite: "Quantités trouvées supérieures à celles qui sont déclarées."
        case .detournementRegime: "Régime suspensif sans justification de la destination des marchandises."
        case .contrefacon: "Marques contrefaites ; le titulaire est informé."
        case .fractionnement: "Envoi fractionné en plusieurs déclarations pour paraître moindre."
        }
    }
}
