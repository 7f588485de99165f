/// A label that people have added to the layouts of the configuration: a correction showed it, somebody accepted it.
public struct LayoutAddition: Sendable, Hashable {
    /// Where the value stands.
    public enum Place: String, Sendable, CaseIterable {
        case right = "droite", below = "dessous"
        /// Neither: as far from the label as `offset` says.
        case apart = "decalage"
    }
    /// From the upper left corner of the label to that of the value, in widths of the page.
    public struct Offset: Sendable, Hashable {
        public let x: Double, y: Double

        public init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
    }

    /// As documents call it, without the article: `poids_net`.
    public let field: String
    public let isOfArticle: Bool
    /// As it was printed.
    public let label: String
    public let place: Place
    public let offset: Offset

    public init(field: String, isOfArticle: Bool, label: String, place: Place, offset: Offset) {
        (self.field, self.isOfArticle, self.label) = (field, isOfArticle, label)
        (self.place, self.offset) = (place, offset)
    }

    /// The label as labels are compared: case, accents and marks do not matter.
    public var key: String { String(decoding: FoldedName(label).bytes, as: UTF8.self) }
}

extension Layout {
    /// What nobody has a field for is left out.
    func adding(_ additions: [LayoutAddition]) -> Layout {
        var layout = self
        for addition in additions {
            guard let field = index(of: addition.field) else { continue }
            layout.anchors.append(
                Anchor(
                    level: addition.isOfArticle ? .article : .declaration, fields: [field], labels: [addition.label],
                    boxes: [], offset: addition.place == .apart ? addition.offset : nil))
        }
        return layout
    }
}
