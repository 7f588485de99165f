public import JSON

extension PackageManifest {
    /// A package's isolation forest: where it lies, how it was grown, and how well it alone ranks frauds.
    public struct Isolation: Equatable, Sendable {
        public let file: String
        public let columns: Int
        /// Of the slice that the model learned from.
        public let rows: Int
        public let trees: Int
        /// Rows that each tree saw.
        public let sample: Int
        public let seed: Int
        /// On the slice for measuring: rows with verified labels, and all. Nil without both kinds of rows.
        public let verified: Ranking?
        public let all: Ranking?

        public struct Ranking: Equatable, Sendable {
            public let rows: Int
            public let positives: Int
            public let auc: Double
            public let aucInterval: Interval?
        }
    }
}

extension PackageManifest.Isolation: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("fichier", file)
            writer.member("colonnes", columns)
            writer.member("lignes", rows)
            writer.member("arbres", trees)
            writer.member("echantillon", sample)
            writer.member("graine", seed)
            writer.member("mesure_verifiee", ifPresent: verified)
            writer.member("mesure_toutes", ifPresent: all)
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        var file: String?
        var (columns, rows, trees, sample, seed): (Int?, Int?, Int?, Int?, Int?)
        var (verified, all): (Ranking?, Ranking?)
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "fichier": file = try reader.string()
            case "colonnes": columns = try reader.count()
            case "lignes": rows = try reader.count()
            case "arbres": trees = try reader.count()
            case "echantillon": sample = try reader.count()
            case "graine": seed = try reader.int()
            case "mesure_verifiee": verified = try reader.read()
            case "mesure_toutes": all = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            file: try reader.required(file, "fichier"), columns: try reader.required(columns, "colonnes"),
            rows: try reader.required(rows, "lignes"), trees: try reader.required(trees, "arbres"),
            sample: try reader.required(sample, "echantillon"), seed: try reader.required(seed, "graine"),
            verified: verified, all: all)
    }
}

extension PackageManifest.Isolation.Ranking: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("n", rows)
            writer.member("positives", positives)
            writer.member("auc", auc)
            writer.member("auc_interval", ifPresent: aucInterval)
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        var (rows, positives): (Int?, Int?)
        var auc: Double?
        var interval: Interval?
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "n": rows = try reader.count()
            case "positives": positives = try reader.count()
            case "auc": auc = try reader.double()
            case "auc_interval": interval = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            rows: try reader.required(rows, "n"), positives: try reader.required(positives, "positives"),
            auc: try reader.required(auc, "auc"), aucInterval: interval)
    }
}
