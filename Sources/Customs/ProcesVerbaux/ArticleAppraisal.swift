/// An article's declared value beside the estimated one, and what follows for each tax.
public struct ArticleAppraisal: Sendable, Equatable {
    public let rank: Int
    public let code: String?
    public let description: String?
    public let origin: String?
    /// In kg.
    public let netWeight: Double?
    /// The customs value in FCFA, else the CIF value.
    public let declared: Double?
    /// Duties and taxes as declared, in FCFA.
    public let liquidated: Double?
    /// Nil: then `unestimated` says why.
    public let estimate: ValueEstimate?
    public let unestimated: String?
    /// Nothing where the estimate does not exceed what is declared, or where `reserve` says why nothing is computed.
    public let taxes: [TaxShortfall]
    /// What may lower or suspend these taxes.
    public let reserve: String?
    /// Whether the tariff makes the taxes due without such a reserve.
    public let isOwed: Bool

    public init(
        rank: Int, code: String?, description: String?, origin: String?, netWeight: Double?, declared: Double?,
        liquidated: Double?, estimate: ValueEstimate?, unestimated: String?, taxes: [TaxShortfall], reserve: String?,
        isOwed: Bool
    ) {
        (self.rank, self.code, self.description, self.origin) = (rank, code, description, origin)
        (self.netWeight, self.declared, self.liquidated) = (netWeight, declared, liquidated)
        (self.estimate, self.unestimated, self.taxes) = (estimate, unestimated, taxes)
        (self.reserve, self.isOwed) = (reserve, isOwed)
    }

    /// In FCFA; nothing where either value is not known.
    public var difference: Double? {
        guard let declared, let estimate else { return nil }
        return estimate.value - declared
    }
}

/// What goods would be worth, and on what that rests.
public struct ValueEstimate: Sendable, Equatable {
    public enum Basis: String, Sendable, CaseIterable {
        /// A minimum that the office has fixed.
        case administered = "valeur_administree"
        /// The median of earlier operations on comparable goods.
        case comparable = "operations_comparables"
    }
    /// In FCFA.
    public let value: Double
    public let basis: Basis
    /// In FCFA for one `unit`.
    public let unitPrice: Double
    /// `kg`, or the unit of the complementary quantity.
    public let unit: String
    /// How many operations it is the median of.
    public let operations: Int?

    public init(value: Double, basis: Basis, unitPrice: Double, unit: String, operations: Int? = nil) {
        (self.value, self.basis, self.unitPrice) = (value, basis, unitPrice)
        (self.unit, self.operations) = (unit, operations)
    }
}

/// One tax, on the declared and on the estimated value. In FCFA.
public struct TaxShortfall: Sendable, Equatable {
    public let code: String
    public let symbol: String
    /// In %; nil of a sum over articles.
    public let rate: Double?
    public private(set) var onDeclared: Double
    public private(set) var onEstimate: Double

    public init(code: String, symbol: String, rate: Double?, onDeclared: Double, onEstimate: Double) {
        (self.code, self.symbol, self.rate) = (code, symbol, rate)
        (self.onDeclared, self.onEstimate) = (onDeclared, onEstimate)
    }

    public var amount: Double { onEstimate - onDeclared }

    var withoutRate: TaxShortfall {
        TaxShortfall(code: code, symbol: symbol, rate: nil, onDeclared: onDeclared, onEstimate: onEstimate)
    }

    mutating func add(_ other: TaxShortfall) {
        onDeclared += other.onDeclared
        onEstimate += other.onEstimate
    }
}
