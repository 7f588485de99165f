/// What a formula looks at: one article, or the whole declaration after its articles.
public enum FeatureUnit: String, Sendable, CaseIterable {
    case article, declaration
}
