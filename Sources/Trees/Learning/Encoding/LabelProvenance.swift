public import JSON

/// Where a label comes from. Only what a control found is verified; the others may help to learn, and are named
/// wherever a number rests on them.
public enum LabelProvenance: String, CaseIterable, Sendable, JSONWritable {
    case physique
    case documentaire
    case aPosteriori = "a_posteriori"
    case recours
    case importHistorique = "import_historique"
    case regleSynthetique = "regle_synthetique"
    case simulation

    public var isVerified: Bool {
        switch self {
        case .physique, .documentaire, .aPosteriori: true
        case .recours, .importHistorique, .regleSynthetique, .simulation: false
        }
    }
}

/// How many labels of each provenance there are.
public struct ProvenanceCounts: Equatable, Sendable {
    public private(set) var counts = [Int](repeating: 0, count: LabelProvenance.allCases.count)

    public init(_ labels: some Sequence<LabelProvenance> = []) {
        for label in labels { counts[Self.place(label)] += 1 }
    }

    public subscript(_ provenance: LabelProvenance) -> Int {
        get { counts[Self.place(provenance)] }
        set { counts[Self.place(provenance)] = newValue }
    }

    public var total: Int { counts.reduce(0, +) }
    public var verified: Int { LabelProvenance.allCases.filter(\.isVerified).reduce(0) { $0 + self[$1] } }

    private static func place(_ provenance: LabelProvenance) -> Int {
        LabelProvenance.allCases.firstIndex(of: provenance) ?? 0
    }
}

extension ProvenanceCounts: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            for provenance in LabelProvenance.allCases where self[provenance] > 0 {
                writer.key(provenance.rawValue)
                writer.int(self[provenance])
            }
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        self.init()
        var result = self
        try reader.object { (key, reader) throws(JSONError) in
            guard let provenance = LabelProvenance(rawValue: key.string) else { throw reader.unknownMember(key) }
            let start = try reader.offset()
            result[provenance] = try reader.int()
            guard result[provenance] >= 0 else { throw reader.refusal(at: start) }
        }
        self = result
    }
}
