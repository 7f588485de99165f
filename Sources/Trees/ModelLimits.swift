/// What a model file may ask for at most. All else is bounded by the file's own size.
enum ModelLimits {
    static let fileBytes = 1 << 30
    static let features = 1 << 16
    static let outputs = 1 << 12
    /// Objects and arrays inside one another.
    static let depth = 64
    /// A category's code must be exact in a `Float`.
    static let categories = 1 << 24
}
