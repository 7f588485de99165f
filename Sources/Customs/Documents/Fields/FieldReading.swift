import Reading

/// One reading of one field: what it says, where it stands, why it is taken for that field.
struct FieldReading: Sendable {
    var field: Int
    var decoded: Decoded
    /// From 0; nil until the pages are put together.
    var page: Int
    var zone: Zone
    /// How surely the words are the field's, by label and place.
    var placement: Double
    /// How surely the words are what they were read as.
    var legibility: Double
    /// What led to it, in French, for a person who asks why.
    var trace: [String]
    /// Checks that agree and disagree with it.
    var confirmations = 0
    var contradictions = 0
    /// Whether another reading of the same place, or the same value elsewhere, decided.
    var wasCorrected = false

    var value: String { decoded.value }
}
