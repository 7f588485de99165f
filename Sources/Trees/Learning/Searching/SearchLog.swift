public import JSON

/// What a search has tried so far. It is enough to go on where another one was stopped.
public struct SearchLog: Equatable, Sendable {
    public struct Trial: Equatable, Sendable {
        /// The first, 0, is where the search starts from.
        public var candidate: Int
        /// Of the steps by which candidates are sifted; the last one decides.
        public var rung: Int
        public var parameters: TrainingParameters
        /// By fold: the metric on rows later than those that were learned from.
        public var scores: [Double]
        public var seconds: Double

        public var score: Double { scores.reduce(0, +) / Double(max(1, scores.count)) }
    }

    /// Of the table.
    public var fingerprint: String
    public var seed: Int
    public var trials: [Trial]

    public init(fingerprint: String, seed: Int, trials: [Trial] = []) {
        (self.fingerprint, self.seed, self.trials) = (fingerprint, seed, trials)
    }

    /// What was found for a candidate at a rung, unless its parameters were others.
    func trial(_ candidate: Int, rung: Int, _ parameters: TrainingParameters) -> Trial? {
        trials.first { $0.candidate == candidate && $0.rung == rung && $0.parameters == parameters }
    }
}

extension SearchLog: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("empreinte_donnees", fingerprint)
            writer.member("graine", seed)
            writer.member("essais", trials)
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        var fingerprint: String?
        var seed: Int?
        var trials: [Trial]?
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "empreinte_donnees": fingerprint = try reader.string()
            case "graine": seed = try reader.int()
            case "essais": trials = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            fingerprint: try reader.required(fingerprint, "empreinte_donnees"),
            seed: try reader.required(seed, "graine"), trials: try reader.required(trials, "essais"))
    }
}

extension SearchLog.Trial: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("candidat", candidate)
            writer.member("etape", rung)
            writer.member("parametres", parameters)
            writer.member("scores", scores)
            writer.member("secondes", seconds)
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        var (candidate, rung): (Int?, Int?)
        var parameters: TrainingParameters?
        var scores: [Double]?
        var seconds: Double?
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "candidat": candidate = try reader.count()
            case "etape": rung = try reader.count()
            case "parametres": parameters = try reader.read()
            case "scores": scores = try reader.read()
            case "secondes": seconds = try reader.double()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            candidate: try reader.required(candidate, "candidat"), rung: try reader.required(rung, "etape"),
            parameters: try reader.required(parameters, "parametres"), scores: try reader.required(scores, "scores"),
            seconds: try reader.required(seconds, "secondes"))
    }
}
