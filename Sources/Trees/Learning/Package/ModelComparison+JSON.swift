public import JSON

extension ModelComparison: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("premier_jour", firstDay)
            writer.member("dernier_jour", lastDay)
            writer.member("fraudes", positives)
            writer.member("provenance", provenance)
            writer.member("modeles", entries)
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        var (first, last, positives): (Int?, Int?, Int?)
        var provenance: ProvenanceCounts?
        var entries: [Entry]?
        let start = try reader.offset()
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "premier_jour": first = try reader.int()
            case "dernier_jour": last = try reader.int()
            case "fraudes": positives = try reader.count()
            case "provenance": provenance = try reader.read()
            case "modeles": entries = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        firstDay = try reader.required(first, "premier_jour")
        lastDay = try reader.required(last, "dernier_jour")
        self.positives = try reader.required(positives, "fraudes")
        self.provenance = try reader.required(provenance, "provenance")
        self.entries = try reader.required(entries, "modeles")
        let roles = self.entries.map(\.role)
        let counts = LabelProvenance.allCases.map { self.provenance[$0] }
        guard counts.allSatisfy({ $0 <= Int32.max }), 1...Self.mostEntries ~= roles.count, roles[0] == .served,
            !roles.dropFirst().contains(.served)
        else { throw reader.refusal(at: start) }
    }
}

extension ModelComparison.Entry: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("role", role.rawValue)
            writer.member("modele", ifPresent: model)
            writer.member("auc", auc)
            writer.member("auc_interval", ifPresent: aucInterval)
            writer.member("pr_auc", averagePrecision)
            writer.member("pr_auc_interval", ifPresent: averagePrecisionInterval)
            writer.member("precision_5", precision)
            writer.member("droits_5", ifPresent: revenue)
            writer.member("ecart_auc", ifPresent: aucGap)
            writer.member("ecart_pr_auc", ifPresent: averagePrecisionGap)
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        var role: ModelComparison.Role?
        var model: ModelComparison.Model?
        var (auc, averagePrecision, precision, revenue): (Double?, Double?, Double?, Double?)
        var (aucInterval, averagePrecisionInterval): (Interval?, Interval?)
        var (aucGap, averagePrecisionGap): (Interval?, Interval?)
        let start = try reader.offset()
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "role": role = try reader.choice()
            case "modele": model = try reader.read()
            case "auc": auc = try reader.double()
            case "auc_interval": aucInterval = try reader.read()
            case "pr_auc": averagePrecision = try reader.double()
            case "pr_auc_interval": averagePrecisionInterval = try reader.read()
            case "precision_5": precision = try reader.double()
            case "droits_5": revenue = try reader.double()
            case "ecart_auc": aucGap = try reader.read()
            case "ecart_pr_auc": averagePrecisionGap = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            role: try reader.required(role, "role"), model: model, auc: try reader.required(auc, "auc"),
            aucInterval: aucInterval, averagePrecision: try reader.required(averagePrecision, "pr_auc"),
            averagePrecisionInterval: averagePrecisionInterval,
            precision: try reader.required(precision, "precision_5"), revenue: revenue, aucGap: aucGap,
            averagePrecisionGap: averagePrecisionGap)
        guard (self.role == .rules) == (model == nil) else { throw reader.refusal(at: start) }
    }
}

extension ModelComparison.Model: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("nom", name)
            writer.member("version", version)
            writer.member("profil", ifPresent: profile?.rawValue)
            writer.member("methode", ifPresent: method?.rawValue)
            writer.member("arbres", ifPresent: trees)
            writer.member("bibliotheque", library)
            writer.member("empreinte_foret", forest)
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        var (name, version, library, forest): (String?, String?, String?, String?)
        var profile: TrainingParameters.Profile?
        var method: TrainingParameters.Method?
        var trees: Int?
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "nom": name = try reader.string()
            case "version": version = try reader.string()
            case "profil": profile = try reader.choice()
            case "methode": method = try reader.choice()
            case "arbres": trees = try reader.count()
            case "bibliotheque": library = try reader.string()
            case "empreinte_foret": forest = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            name: try reader.required(name, "nom"), version: try reader.required(version, "version"),
            profile: profile, method: method, trees: trees, library: try reader.required(library, "bibliotheque"),
            forest: try reader.required(forest, "empreinte_foret"))
    }
}
