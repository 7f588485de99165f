/// What the decision room accepts at most. All are enforced where the thing is made.
public struct DecisionLimits: Sendable {
    /// Bytes of a text that people write: a reason, a sentence, an author, a legal basis.
    public var textBytes = 1000
    /// Bytes of a code or of a version.
    public var codeBytes = 64
    /// Criteria in force at a time.
    public var criteria = 500
    /// Entries of one list.
    public var listEntries = 100_000
    /// Bytes of a file of criteria or lists.
    public var fileBytes = 16 << 20
    /// Rows of one evaluation or one choice of thresholds.
    public var rows = 5_000_000

    public init() {}

    static let standard = DecisionLimits()

    /// A text that someone has really written.
    static func isText(_ text: String) -> Bool {
        1...standard.textBytes ~= text.utf8.count && text.utf8.contains { $0 > 0x20 }
    }

    /// Lower-case letters, digits, `_`, `-`, `.`.
    static func isCode(_ text: String) -> Bool {
        1...standard.codeBytes ~= text.utf8.count
            && text.utf8.allSatisfy {
                0x61...0x7a ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x5f || $0 == 0x2d || $0 == 0x2e
            }
    }
}
