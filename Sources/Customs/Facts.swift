/// What is known of one thing (an article, a declaration, a row of a file), typed, in flat arrays.
///
/// A schema gives every field a place among the numbers or among the texts, once; from then on nobody looks a field up
/// by its name. What is missing stays missing: a number is NaN, a text is nil.
public struct Facts: Sendable, Equatable {
    /// Amounts, weights, rates, counts; dates as days since 1970-01-01; booleans as 0 and 1.
    public var numbers: [Double]
    /// Codes and free text.
    public var texts: [String?]

    public init(for schema: FactSchema) {
        numbers = Array(repeating: .nan, count: schema.numberCount)
        texts = Array(repeating: nil, count: schema.textCount)
    }

    /// NaN when there is no such field.
    func number(_ slot: Int?) -> Double { slot.map { numbers.indices.contains($0) ? numbers[$0] : .nan } ?? .nan }

    /// Nil when there is no such field.
    func text(_ slot: Int?) -> String? { slot.flatMap { texts.indices.contains($0) ? texts[$0] : nil } }
}

/// The fields that facts have, and where each lies.
public struct FactSchema: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case nombre, date, booleen, texte
    }
    public struct Field: Sendable {
        public let name: String
        public let kind: Kind
        /// Its place among the numbers or, for `texte`, among the texts.
        public let slot: Int
    }

    public let fields: [Field]
    public let numberCount: Int
    public let textCount: Int
    private let byName: [String: Int]

    /// Names are distinct: of two equal ones the first counts.
    public init(_ declared: [(name: String, kind: Kind)]) {
        var (numbers, texts) = (0, 0)
        fields = declared.map { name, kind in
            defer { if kind == .texte { texts += 1 } else { numbers += 1 } }
            return Field(name: name, kind: kind, slot: kind == .texte ? texts : numbers)
        }
        (numberCount, textCount) = (numbers, texts)
        byName = Dictionary(fields.indices.map { (declared[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public subscript(_ name: String) -> Field? { byName[name].map { fields[$0] } }
}
