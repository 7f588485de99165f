public import JSON

extension TrainingParameters: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("methode", method.rawValue)
            writer.member("arbres", rounds)
            writer.member("profondeur", depth)
            writer.member("pas", learningRate)
            writer.member("poids_minimal", minChildWeight)
            writer.member("lambda", lambda)
            writer.member("gamma", gamma)
            writer.member("part_lignes", subsample)
            writer.member("part_colonnes", columnSample)
            writer.member("tranches", bins)
            if method == .oblivious {
                writer.member("combinaisons", combination)
                writer.member("bornes", statisticCuts)
                writer.member("parcimonie", thrift)
            }
            switch balance {
            case .none: writer.member("equilibre", "aucun")
            case .balanced: writer.member("equilibre", "egal")
            case .factor(let factor): writer.member("equilibre", factor)
            }
            writer.member("patience", ifPresent: patience)
            writer.member("metrique", metric.rawValue)
            writer.member("graine", seed)
            writer.member("fils", threads)
        }
    }

    /// What is absent has the tuned profile's value.
    public init(json reader: inout JSONReader) throws(JSONError) {
        self.init(.tuned)
        var result = self
        result.patience = nil
        let start = try reader.offset()
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "methode":
                let start = try reader.offset()
                guard let method = Method(rawValue: try reader.string()) else { throw reader.refusal(at: start) }
                result.method = method
            case "combinaisons": result.combination = try reader.int()
            case "bornes": result.statisticCuts = try reader.int()
            case "parcimonie": result.thrift = try reader.double()
            case "arbres": result.rounds = try reader.int()
            case "profondeur": result.depth = try reader.int()
            case "pas": result.learningRate = try reader.double()
            case "poids_minimal": result.minChildWeight = try reader.double()
            case "lambda": result.lambda = try reader.double()
            case "gamma": result.gamma = try reader.double()
            case "part_lignes": result.subsample = try reader.double()
            case "part_colonnes": result.columnSample = try reader.double()
            case "tranches": result.bins = try reader.int()
            case "equilibre": result.balance = try Self.balance(&reader)
            case "patience": result.patience = try reader.int()
            case "metrique":
                let start = try reader.offset()
                guard let metric = Metric(rawValue: try reader.string()) else { throw reader.refusal(at: start) }
                result.metric = metric
            case "graine": result.seed = try reader.int()
            case "fils": result.threads = try reader.int()
            default: throw reader.unknownMember(key)
            }
        }
        do throws(LearningError) { try result.check() } catch { throw reader.refusal(at: start) }
        self = result
    }

    private static func balance(_ reader: inout JSONReader) throws(JSONError) -> Balance {
        let start = try reader.offset()
        guard try reader.kind() == .string else { return .factor(try reader.double()) }
        switch try reader.string() {
        case "aucun": return .none
        case "egal": return .balanced
        default: throw reader.refusal(at: start)
        }
    }
}
