public import JSON

/// One reason for a decision, as people read it.
public struct Motif: Sendable, Equatable {
    public let code: String
    public let sentence: String
    /// Whether only those may see it who may know of draws: an inspector who knew would judge otherwise.
    public let isConfidential: Bool
}

extension Motif: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code)
            writer.member("phrase", sentence)
        }
    }
}

extension DecisionRecord {
    /// Why this lane, the weightiest first, without a word of draws: what inspectors see.
    public var motifs: [Motif] { allMotifs.filter { !$0.isConfidential } }

    /// The same with what experts may know.
    public var allMotifs: [Motif] {
        var motifs: [Motif] = request.hits.filter { $0.isMandatory || $0.action != .randomShare }.map {
            Motif(code: $0.code, sentence: $0.sentence, isConfidential: false)
        }
        func add(_ code: String, _ sentence: String, confidential: Bool = false) {
            motifs.append(Motif(code: code, sentence: sentence, isConfidential: confidential))
        }
        if let p = Guardrail.probability(request) {
            add(probabilityCode(p), probabilitySentence(p))
        } else {
            add(
                "sans_probabilite",
                "Aucun modèle n’a pu donner de probabilité : le dossier ne peut pas être libéré d’office")
        }
        for (condition, sentence) in Self.conditionSentences where request.conditions.contains(condition) {
            add(DecisionConditions.names.first { $0.0 == condition }?.1 ?? "", sentence)
        }
        if safe != open { add("capacite", "La capacité de contrôle du bureau est atteinte pour aujourd’hui") }
        if isInStratum {
            add("strate_aleatoire", "Dossier de la strate aléatoire de mesure", confidential: true)
        } else if isExploratory {
            let share = FrenchNumber.percent(epsilon)
            add("exploration", "Voie tirée par exploration (ε = \(share))", confidential: true)
        }
        if mode == .fallback { add("secours", "Décision prise sans apprentissage", confidential: true) }
        add("politique", "Voie retenue par la politique de ciblage \(policy.version) du chapitre \(policy.chapter)")
        return motifs
    }

    private static let conditionSentences: [(DecisionConditions, String)] = [
        (.outOfDomain, "La déclaration ne ressemble pas à celles que le modèle connaît"),
        (.unverifiedReading, "Des valeurs lues sur une image restent à vérifier"),
        (.degraded, "Une partie de l’analyse n’était pas disponible"),
    ]

    private func probabilityCode(_ p: Double) -> String {
        let thresholds = policy.thresholds
        if p >= thresholds.tHard { return "probabilite_extreme" }
        return p >= thresholds.haut
            ? "probabilite_haute" : p >= thresholds.bas ? "probabilite_moyenne" : "probabilite_basse"
    }

    private func probabilitySentence(_ p: Double) -> String {
        let (bas, haut) = (FrenchNumber.percent(policy.thresholds.bas), FrenchNumber.percent(policy.thresholds.haut))
        let said = "La probabilité de fraude est de \(FrenchNumber.percent(p))"
        switch probabilityCode(p) {
        case "probabilite_extreme":
            return "\(said), au-delà de \(FrenchNumber.percent(policy.thresholds.tHard)) : le contrôle est obligatoire"
        case "probabilite_haute": return "\(said), au-dessus du seuil haut (\(haut))"
        case "probabilite_moyenne": return "\(said), entre les seuils (\(bas) et \(haut))"
        default: return "\(said), au-dessous du seuil bas (\(bas))"
        }
    }
}

/// Numbers as French readers write them.
enum FrenchNumber {
    /// `43,2 %`.
    static func percent(_ share: Double) -> String {
        guard share.isFinite, share.magnitude < 1e6 else { return "?" }
        let tenths = Int((share * 1000).rounded())
        return "\(tenths / 10),\(abs(tenths % 10)) %"
    }
}
