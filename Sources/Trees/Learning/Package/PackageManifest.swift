/// What a package says of its model: `package.json`.
public struct PackageManifest: Equatable, Sendable {
    public static let format = "inspectia-modele-1"

    /// One file of the package beside `package.json`.
    public struct Entry: Equatable, Sendable {
        public let name: String
        public let bytes: Int
        public let sha256: String
    }

    /// Rows of the data and what they served for.
    public struct Slice: Equatable, Sendable {
        public enum Use: String, CaseIterable, Sendable {
            case training = "apprentissage"
            case stopping = "arret"
            case calibration
            case measure = "mesure"
        }
        public let use: Use
        public let rows: Int
        public let positives: Int
        /// Days since 1970-01-01; nil when the data has no dates.
        public let firstDay: Int?
        public let lastDay: Int?
        public let provenance: ProvenanceCounts
    }

    /// How the forest came to be, when it was trained here.
    public struct Training: Equatable, Sendable {
        public var profile: TrainingParameters.Profile
        public var parameters: TrainingParameters
        public var trees: Int
        public var rounds: Int
        /// Of the table.
        public var fingerprint: String
        /// What was tried before the parameters were chosen.
        public var search: SearchLog?
        public var slices: [Slice]
    }

    public enum ThresholdMethod: String, CaseIterable, Sendable {
        case f1
        case netGain = "gain_net"
        /// Given by a person.
        case given = "donnes"
    }

    public struct Importance: Equatable, Sendable {
        public let name: String
        /// How much the area under the ROC curve falls when the feature's values are dealt out anew.
        public let drop: Double
    }

    /// Of a model of declarations: what its columns mean, and where its past lies.
    public struct Origin: Equatable, Sendable {
        /// The SHA-256 of the chapter's pack that computed the columns.
        public let pack: String
        /// The file with what was known when the training ended; nil when no column asks the past.
        public let pastFile: String?
        /// The SHA-256 of the files that were learned from: what they tell is in the past already.
        public let sources: [String]

        public init(pack: String, pastFile: String?, sources: [String]) {
            (self.pack, self.pastFile, self.sources) = (pack, pastFile, sources)
        }
    }

    public var name: String
    public var version: String
    /// Two digits, or "tous".
    public var chapter: String
    /// RFC 3339, UTC.
    public var created: String
    /// Which version of the program made it.
    public var software: String
    public var forestFile: String
    public var library: String
    public var libraryVersion: String
    public var columns: [InputColumn]
    public var calibration: Calibration
    public var thresholds: Thresholds
    public var thresholdMethod: ThresholdMethod
    public var training: Training?
    /// Nil for a model of plain rows.
    public var origin: Origin?
    /// On the slice for measuring, rows with verified labels only: the headline. Nil without such rows.
    public var verifiedMeasures: Measures?
    /// On all rows of that slice, whatever their labels' provenance.
    public var allMeasures: Measures?
    /// Nil for a package without an isolation forest.
    public var isolation: Isolation?
    /// Beside others, when that was asked for.
    public var comparison: ModelComparison?
    /// What thresholds would find, from the slice that they were chosen on.
    public var curve: ThresholdCurve
    public var importances: [Importance]
    /// What a reader must know before trusting the numbers; in French.
    public var warnings: [String]
    public var files: [Entry]

    /// The SHA-256 of the forest's file: it stays when the manifest says more of the same model.
    public var forestFingerprint: String { files.first { $0.name == forestFile }?.sha256 ?? "" }

    /// The last day of the rows that made the model: grew it, stopped it, calibrated it or chose its thresholds. Nil
    /// when it does not say.
    public var lastDayOfItsMaking: Int? {
        training?.slices.filter { $0.use != .measure }.compactMap(\.lastDay).max()
    }
}
