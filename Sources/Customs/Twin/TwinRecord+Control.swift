package import Platform

/// What a control of the imagined world found.
package struct TwinFinding: Sendable {
    package let day: Int
    package let evidence: TwinEvidence
    /// The kind of fraud; nil when nothing was found.
    package let fraud: TwinScheme?
    /// In FCFA.
    package let recovered: Double

    init(_ outcome: TwinDeclaration.Outcome) {
        (day, evidence, fraud) = (outcome.day, outcome.evidence, outcome.found)
        recovered = outcome.recovered
    }
}

extension TwinRecord {
    package var day: Int { declaration.day }
    package var office: String { declaration.office }
    /// As declarations are numbered: `2026/18N/4512`.
    package var number: String { "\(declaration.year)/\(declaration.office)/\(declaration.number)" }
    /// What the office's own habits led it to control; nil when it let the declaration pass.
    package var finding: TwinFinding? { declaration.outcome.map { TwinFinding($0) } }

    /// What a control finds that somebody asks for.
    package func examined(by evidence: TwinEvidence, _ random: inout Random) -> TwinFinding {
        TwinFinding(declaration.examined(by: evidence, &random))
    }

    /// As it was declared, before anybody looked.
    package var unexamined: TwinRecord {
        var record = self
        record.declaration.outcome = nil
        return record
    }
}
