/// A customs declaration: what its header says, its articles, and what both together amount to.
public struct Declaration: Sendable {
    /// `ANNEE/BUREAU/NUMERO`, by which a declaration is known.
    public struct Key: Hashable, Sendable, CustomStringConvertible {
        public let year: String, office: String, number: String
        public init(year: String, office: String, number: String) {
            (self.year, self.office, self.number) = (year, office, number)
        }
        public var description: String { "\(year)/\(office)/\(number)" }
    }

    public let key: Key
    /// Header fields as given; sums over articles; of the article of highest value, its code and origin.
    public var facts: Facts
    public var articles: [Article]
    /// Header fields that do not say the same in all rows.
    public var divergent: [String]

    /// Fields that the source has no place for: that they are missing says nothing.
    public var unasked: Set<String>

    public init(
        key: Key, facts: Facts, articles: [Article], divergent: [String] = [], unasked: Set<String> = []
    ) {
        (self.key, self.facts, self.articles) = (key, facts, articles)
        (self.divergent, self.unasked) = (divergent, unasked)
    }
}

/// One article of a declaration.
public struct Article: Sendable {
    public var facts: Facts
    /// The tax lines that a document shows; empty when only their total is known.
    public var taxes: [TaxLine]

    public init(facts: Facts, taxes: [TaxLine] = []) { (self.facts, self.taxes) = (facts, taxes) }
}

/// One tax of one article, as it is declared.
public struct TaxLine: Sendable, Equatable {
    /// Two digits: `01` customs duty, `05` VAT…
    public let code: String
    /// In FCFA, %, FCFA; NaN when it could not be read.
    public let base: Double, rate: Double, amount: Double

    public init(code: String, base: Double, rate: Double, amount: Double) {
        (self.code, self.base, self.rate, self.amount) = (code, base, rate, amount)
    }
}

extension Declaration.Key {
    /// Decides among the declarations of a day: the same wherever and whenever they are put in order.
    public var order: UInt64 {
        var hash = HistoryHash(level: "declaration")
        for part in [year, office, number] {
            var part = part
            part.withUTF8 { hash.combine($0) }
        }
        return hash.finish()
    }
}
