/// What formulas may name besides fields: lists (`@pays_sensibles`), tables, attributes of descriptions, and how keys of
/// the past back off.
public struct FormulaLibrary: Sendable {
    public enum List: Sendable, Equatable {
        case texts([String])
        case numbers([Double])
    }
    /// How a field gives way, as a key of the past, when too little is known of its exact value.
    public enum BackOff: Sendable, Equatable {
        /// Only so many of its first digits count, most first.
        case digits([Int])
        /// It is left out.
        case all
    }

    public var lists: [String: List] = [:]
    /// Numbers by text, for `selon`.
    public var tables: [String: [String: Double]] = [:]
    /// Numbers by name, such as the cut-offs of a chapter.
    public var constants: [String: Double] = [:]
    public var attributes: [String: Attribute] = [:]
    public var backOff: [String: BackOff] = [:]

    public init() {}
}
