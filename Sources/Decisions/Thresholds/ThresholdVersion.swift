public import JSON

/// Thresholds of one chapter as they were in force: who set them, how they were found, why.
public struct ThresholdVersion: Sendable, Equatable {
    public enum Method: String, Sendable, CaseIterable, JSONReadable, JSONWritable {
        case standard = "defaut"
        case netGain = "gain_net"
        case f1
        case expert
        case agent
    }

    public let chapter: String
    /// 1, 2, 3…
    public let number: Int
    public let thresholds: LaneThresholds
    public let method: Method
    public let reason: String
    public let author: String
    /// Days since 1970-01-01.
    public let day: Int32
    /// What the choice was made from; empty when a person wrote the numbers.
    public let curve: ThresholdCurve

    /// The version that a chapter begins with.
    public static func first(chapter: String, day: Int32) -> ThresholdVersion {
        ThresholdVersion(
            chapter, 1, .standard, .standard, "Valeurs de départ, avant tout calibrage", "InspectIA", day,
            ThresholdCurve())
    }

    /// The next version. Nobody changes a threshold without saying why.
    public func next(
        _ thresholds: LaneThresholds, method: Method, reason: String, author: String, day: Int32,
        curve: ThresholdCurve = ThresholdCurve()
    ) throws(DecisionError) -> ThresholdVersion {
        guard DecisionLimits.isText(reason), DecisionLimits.isText(author) else {
            throw DecisionError(.badThresholds, "un changement de seuils demande un motif et un auteur")
        }
        return ThresholdVersion(chapter, number + 1, thresholds, method, reason, author, day, curve)
    }

    private init(
        _ chapter: String, _ number: Int, _ thresholds: LaneThresholds, _ method: Method, _ reason: String,
        _ author: String, _ day: Int32, _ curve: ThresholdCurve
    ) {
        (self.chapter, self.number, self.thresholds, self.method) = (chapter, number, thresholds, method)
        (self.reason, self.author, self.day, self.curve) = (reason, author, day, curve)
    }
}

extension ThresholdVersion: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (chapter, reason, author): (String?, String?, String?)
        var (number, day): (Int?, Int32?)
        var (thresholds, method): (LaneThresholds?, Method?)
        var curve = ThresholdCurve()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "chapitre": chapter = try reader.string()
            case "numero": number = try reader.int()
            case "seuils": thresholds = try reader.read()
            case "methode": method = try reader.read()
            case "motif": reason = try reader.string()
            case "auteur": author = try reader.string()
            case "jour": day = try reader.integer()
            case "courbe": curve = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            try reader.required(chapter, "chapitre"), try reader.required(number, "numero"),
            try reader.required(thresholds, "seuils"), try reader.required(method, "methode"),
            try reader.required(reason, "motif"), try reader.required(author, "auteur"),
            try reader.required(day, "jour"), curve)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("chapitre", chapter)
            writer.member("numero", number)
            writer.member("seuils", thresholds)
            writer.member("methode", method)
            writer.member("motif", reason)
            writer.member("auteur", author)
            writer.member("jour", Int(day))
            writer.member("courbe", curve)
        }
    }
}
