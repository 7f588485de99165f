public import Reading

/// A value that a person has put right.
public struct CorrectedValue: Sendable {
    /// Its flat name in documents: `articles.2.poids_net`.
    public let field: String
    /// In its canonical form.
    public let value: String

    public init(field: String, value: String) { (self.field, self.value) = (field, value) }

    var name: String { field.split(separator: ".").last.map(String.init) ?? field }
    var isOfArticle: Bool { field.hasPrefix("articles.") }
}

/// A corrected value that stands on a page beside a text which no layout knows.
public struct LabelSighting: Sendable {
    public let addition: LayoutAddition
    public let page: Int
    /// The label and the value.
    public let box: PageBox
}
