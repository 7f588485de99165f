public import Reading

/// What was read of one declaration in a document: values with where they stand and how sure they are.
public struct DocumentExtraction: Sendable {
    public struct Value: Sendable {
        /// In its canonical form: ISO days, codes without marks, decimal points.
        public let value: String
        /// As it is printed.
        public let raw: String
        /// From 0 to 1; from 0.95 on, nobody need look again.
        public let confidence: Double
        public let page: Int
        public let box: PageBox
        public let source: PageSource
        /// Why this reading, step by step, in French.
        public let trace: [String]
    }
    /// Something is printed there, but it could not be read as what it must be.
    public struct Unread: Sendable {
        public let field: String
        /// French.
        public let reason: String
    }

    /// By their flat names: `articles.1.code_sh`.
    public var values: [String: Value] = [:]
    public var unread: [Unread] = []
    public var controls: [Control] = []
    /// The family of forms, `inconnu` for others; `aucune` when no page is a declaration.
    public var layout = "aucune"
    /// The document's pages that belong to it.
    public var pages: [Int] = []
    /// The numbers of its articles, in order.
    public var articles: [Int] = []
    /// The fields that the form has a label for: that others are missing says nothing.
    public var asked: Set<String> = []

    public init() {}

    /// Names in the order in which people read them: the header, articles, taxes, totals.
    public var names: [String] { values.keys.sorted { Self.key($0) < Self.key($1) } }

    private static func key(_ name: String) -> (Int, Int, String) {
        let parts = name.split(separator: ".")
        let group = ["articles": 1, "taxes": 2, "totaux": 3][parts[0]] ?? 0
        return (parts.count == 1 ? 0 : group, parts.count > 2 ? Int(parts[1]) ?? 0 : 0, name)
    }
}
