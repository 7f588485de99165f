/// A difference between what is declared and what the tariff makes due, said tax by tax.
public struct TariffFinding: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case missingTax = "taxe_manquante", wrongRate = "taux_errone", wrongBase = "assiette_erronee"
        case wrongAmount = "montant_errone", unexpectedTax = "taxe_inattendue"
        /// The totals differ and no single cause explains it.
        case unexplained = "liquidation_inexpliquee"
    }
    public let kind: Kind
    /// Two digits; nil when the totals differ without a known cause.
    public let tax: String?
    /// In FCFA: what is declared less than expected; negative when more is.
    public let shortfall: Double
    /// In French.
    public let sentence: String
}

extension Tariff {
    /// How far an amount may be from its computation.
    static let tolerance = 1.0

    /// Compares the tax lines of a document with what is due.
    public func findings(_ expectation: TariffExpectation, declared: [TaxLine]) -> [TariffFinding] {
        var findings: [TariffFinding] = []
        for line in expectation.lines {
            guard let found = declared.first(where: { $0.code == line.code }) else {
                if line.amount > 0 { findings.append(missing(line)) }
                continue
            }
            if let finding = difference(line, found) { findings.append(finding) }
        }
        for found in declared where expectation[found.code] == nil && found.amount > 0 {
            let name = taxes.first { $0.code == found.code }?.symbol ?? "inconnue"
            findings.append(
                .init(
                    kind: .unexpectedTax, tax: found.code, shortfall: -found.amount,
                    sentence: "La taxe \(found.code) (\(name)) est liquidée alors qu’elle n’est pas due."))
        }
        return findings
    }

    private func missing(_ line: TariffExpectation.Line) -> TariffFinding {
        .init(
            kind: .missingTax, tax: line.code, shortfall: line.amount,
            sentence: "La taxe \(line.code) (\(line.symbol), \(Self.rate(line.rate))) manque : "
                + "\(Self.francs(line.amount)) attendus.")
    }

    private func difference(_ line: TariffExpectation.Line, _ found: TaxLine) -> TariffFinding? {
        let shortfall = line.amount - found.amount
        let name = "\(line.code) (\(line.symbol))"
        if found.rate.isFinite, abs(found.rate - line.rate) > 0.005 {
            return .init(
                kind: .wrongRate, tax: line.code, shortfall: shortfall.isFinite ? shortfall : 0,
                sentence: "La taxe \(name) est à \(Self.rate(found.rate)) au lieu de \(Self.rate(line.rate)).")
        }
        if found.base.isFinite, abs(found.base - line.base) > Self.tolerance {
            return .init(
                kind: .wrongBase, tax: line.code, shortfall: shortfall.isFinite ? shortfall : 0,
                sentence:
                    "L’assiette de la taxe \(name) est \(Self.francs(found.base)) au lieu de \(Self.francs(line.base))."
            )
        }
        guard found.amount.isFinite, abs(shortfall) > Self.tolerance else { return nil }
        return .init(
            kind: .wrongAmount, tax: line.code, shortfall: shortfall,
            sentence:
                "Le montant de la taxe \(name) est \(Self.francs(found.amount)) au lieu de \(Self.francs(line.amount))."
        )
    }

    static func rate(_ value: Double) -> String {
        let text = value == value.rounded() ? String(Int(value)) : String(value).replacing(".", with: ",")
        return "\(text) %"
    }

    /// `1 234 567 FCFA`
    static func francs(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "un montant illisible" }
        var digits = Array(String(Int(abs(value).rounded())).utf8)
        var place = digits.count - 3
        while place > 0 {
            digits.insert(0x20, at: place)
            place -= 3
        }
        return (value <= -0.5 ? "-" : "") + String(decoding: digits, as: UTF8.self) + " FCFA"
    }
}

extension String {
    /// The text with each `old` replaced.
    fileprivate func replacing(_ old: Character, with new: String) -> String {
        reduce(into: "") { $0 += $1 == old ? new : String($1) }
    }
}
