/// What was understood of a file of declarations.
public struct DeclarationFile: Sendable {
    public struct Failure: Sendable, Equatable {
        /// `missing_columns:valeur_caf`, `not_csv`…
        public let code: String
        /// French, for the person who sent the file.
        public let message: String
    }
    public struct RejectedRow: Sendable {
        public let record: Int, line: Int
        public let reasons: [RejectReason]
    }
    public struct IgnoredRow: Sendable {
        public let record: Int, line: Int
        public let reason: IgnoreReason
    }

    public let vocabulary: Vocabulary
    /// Why nothing could be read; nil when rows were.
    public internal(set) var failure: Failure?
    /// `utf-8`, `cp1252`, `xlsx`…
    public internal(set) var encoding: String?
    public internal(set) var delimiter: String?
    /// The marks that numbers are written with; the decimal one is nil when the file does not tell.
    public internal(set) var decimal: String?
    public internal(set) var thousands = ""
    public internal(set) var headerLine: Int?
    public internal(set) var mapping: ColumnMapping?
    /// How many records follow the header, ignored ones included.
    public internal(set) var recordCount = 0
    public internal(set) var rejected: [RejectedRow] = []
    public internal(set) var ignored: [IgnoredRow] = []
    public internal(set) var warnings: [ReadingWarning] = []
    /// Rows that were taken, and the declarations they make.
    var store = ArticleStore(numberFields: [], textFields: [])
    var groups = DeclarationGroups()
    var constants: [Int: String] = [:]
    var unasked: Set<String> = []

    public var acceptedCount: Int { groups.rows.count }
    public var declarationCount: Int { groups.count }

    let assembly: DeclarationAssembly
    let reportedSlots: ReportedSlots

    init(_ vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        assembly = DeclarationAssembly(vocabulary)
        reportedSlots = ReportedSlots(vocabulary)
    }
}
