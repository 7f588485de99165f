public import JSON

/// A line that a training process writes to its standard output.
public enum TrainingEvent: Equatable, Sendable {
    case round(TrainingRound)
    /// The forest lies in the job's directory.
    case done(trees: Int, last: TrainingRound, rounds: Int, libraryVersion: String)
    case failed(LearningError)
}

extension TrainingEvent: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .round(let round): Self.write(round, to: &writer)
            case .done(let trees, let last, let rounds, let version):
                Self.write(last, to: &writer)
                writer.member("arbres", trees)
                writer.member("tours", rounds)
                writer.member("bibliotheque", version)
            case .failed(let error):
                writer.member("erreur", error.code)
                writer.member("sujet", error.subject)
                writer.member("detail", error.detail)
            }
        }
    }

    private static func write(_ round: TrainingRound, to writer: inout JSONWriter) {
        writer.member("tour", round.number)
        for metric in TrainingParameters.Metric.allCases {
            guard let value = round[metric] else { continue }
            writer.key(metric.rawValue)
            writer.double(value)
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        let start = try reader.offset()
        var number: Int?
        var measures: [(metric: TrainingParameters.Metric, value: Double)] = []
        var (trees, rounds): (Int?, Int?)
        var version: String?
        var code: String?
        var (subject, detail) = ("", "")
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "tour": number = try reader.int()
            case "logloss": measures.append((.logLoss, try reader.double()))
            case "aucpr": measures.append((.precisionRecall, try reader.double()))
            case "auc": measures.append((.roc, try reader.double()))
            case "arbres": trees = try reader.int()
            case "tours": rounds = try reader.int()
            case "bibliotheque": version = try reader.string()
            case "erreur": code = try reader.string()
            case "sujet": subject = try reader.string()
            case "detail": detail = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        let round = number.map { TrainingRound($0, measures) }
        let reason = code.flatMap { LearningError.Reason(rawValue: $0) }
        switch (round, trees, rounds, version, reason) {
        case (let round?, nil, nil, nil, nil): self = .round(round)
        case (let last?, let trees?, let rounds?, let version?, nil):
            self = .done(trees: trees, last: last, rounds: rounds, libraryVersion: version)
        case (nil, nil, nil, nil, let reason?): self = .failed(LearningError(reason, subject, detail: detail))
        default: throw reader.refusal(at: start)
        }
    }
}
