/// What an attribute's patterns read in a description, and where: its provenance.
public struct AttributeReading: Sendable, Equatable {
    public let attribute: Attribute
    public let value: Explanation.Value
    /// The words that were read, in capitals and without accents.
    public let excerpt: String
}

extension FeatureSet {
    /// All attributes of the pack that a description tells, by name.
    public func readings(in description: String) -> [AttributeReading] {
        let (memory, scratch) = (FormulaMemory(), FormulaScratch())
        let text = memory.fold(description)
        return library.attributes.values.sorted { $0.name < $1.name }.compactMap { attribute in
            let match = scratch.match(AttributeMatcher(attribute, in: memory), in: text)
            guard match.isFound, let base = text.base else { return nil }
            let words = TextSpan(base: base + match.start, count: match.count)
            let value: Explanation.Value =
                attribute.kind == .texte
                ? match.text.string.map { .text($0) } ?? .missing : .number(match.number)
            return AttributeReading(attribute: attribute, value: value, excerpt: words.string ?? "")
        }
    }
}
