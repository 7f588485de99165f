public import JSON

extension PackageManifest: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var texts: [String: String] = [:]
        var columns: [InputColumn]?
        var calibration: Calibration?
        var thresholds: Thresholds?
        var method: ThresholdMethod?
        var (training, verified, all): (Training?, Measures?, Measures?) = (nil, nil, nil)
        var origin: Origin?
        var isolation: Isolation?
        var comparison: ModelComparison?
        var curve: ThresholdCurve?
        var (importances, warnings, files): ([Importance]?, [String]?, [Entry]?) = (nil, nil, nil)
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "format":
                let start = try reader.offset()
                guard try reader.string() == Self.format else { throw reader.refusal(at: start) }
                texts["format"] = Self.format
            case "nom", "version", "chapitre", "cree_le", "logiciel", "foret", "bibliotheque", "version_bibliotheque":
                texts[key.string] = try reader.string()
            case "colonnes": columns = try reader.read()
            case "calibration": calibration = try reader.read()
            case "seuils": thresholds = try reader.read()
            case "methode_seuils": method = try reader.choice()
            case "apprentissage": training = try reader.read()
            case "declarations": origin = try reader.read()
            case "mesures_verifiees": verified = try reader.read()
            case "mesures_toutes": all = try reader.read()
            case "isolement": isolation = try reader.read()
            case "comparaison": comparison = try reader.read()
            case "courbe": curve = try reader.read()
            case "importances": importances = try reader.read()
            case "avertissements": warnings = try reader.read()
            case "fichiers": files = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        _ = try reader.required(texts["format"], "format")
        name = try reader.required(texts["nom"], "nom")
        version = try reader.required(texts["version"], "version")
        chapter = try reader.required(texts["chapitre"], "chapitre")
        created = try reader.required(texts["cree_le"], "cree_le")
        software = try reader.required(texts["logiciel"], "logiciel")
        forestFile = try reader.required(texts["foret"], "foret")
        library = try reader.required(texts["bibliotheque"], "bibliotheque")
        libraryVersion = try reader.required(texts["version_bibliotheque"], "version_bibliotheque")
        self.columns = try reader.required(columns, "colonnes")
        self.calibration = try reader.required(calibration, "calibration")
        self.thresholds = try reader.required(thresholds, "seuils")
        thresholdMethod = try reader.required(method, "methode_seuils")
        (self.training, verifiedMeasures, allMeasures) = (training, verified, all)
        (self.origin, self.isolation, self.comparison) = (origin, isolation, comparison)
        self.curve = try reader.required(curve, "courbe")
        self.importances = try reader.required(importances, "importances")
        self.warnings = try reader.required(warnings, "avertissements")
        self.files = try reader.required(files, "fichiers")
    }
}

extension JSONReader {
    /// One of an enumeration's texts.
    mutating func choice<Choice: RawRepresentable>() throws(JSONError) -> Choice where Choice.RawValue == String {
        let start = try offset()
        guard let choice = Choice(rawValue: try string()) else { throw refusal(at: start) }
        return choice
    }

    /// A whole number that is not below zero.
    mutating func count() throws(JSONError) -> Int {
        let start = try offset()
        let value = try int()
        guard value >= 0 else { throw refusal(at: start) }
        return value
    }
}

extension PackageManifest.Entry: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (name, sha256): (String?, String?)
        var bytes: Int?
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "nom": name = try reader.string()
            case "octets": bytes = try reader.count()
            case "sha256": sha256 = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            name: try reader.required(name, "nom"), bytes: try reader.required(bytes, "octets"),
            sha256: try reader.required(sha256, "sha256"))
    }
}

extension PackageManifest.Origin: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (pack, past): (String?, String?)
        var sources: [String]?
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "pack": pack = try reader.string()
            case "passe": past = try reader.string()
            case "fichiers": sources = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            pack: try reader.required(pack, "pack"), pastFile: past, sources: try reader.required(sources, "fichiers"))
    }
}

extension PackageManifest.Training: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var profile: TrainingParameters.Profile?
        var parameters: TrainingParameters?
        var (trees, rounds): (Int?, Int?)
        var fingerprint: String?
        var search: SearchLog?
        var slices: [PackageManifest.Slice]?
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "profil": profile = try reader.choice()
            case "parametres": parameters = try reader.read()
            case "arbres": trees = try reader.count()
            case "tours": rounds = try reader.count()
            case "empreinte_donnees": fingerprint = try reader.string()
            case "recherche": search = try reader.read()
            case "tranches": slices = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            profile: try reader.required(profile, "profil"), parameters: try reader.required(parameters, "parametres"),
            trees: try reader.required(trees, "arbres"), rounds: try reader.required(rounds, "tours"),
            fingerprint: try reader.required(fingerprint, "empreinte_donnees"), search: search,
            slices: try reader.required(slices, "tranches"))
    }
}

extension PackageManifest.Slice: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var use: Use?
        var (rows, positives, first, last): (Int?, Int?, Int?, Int?)
        var provenance: ProvenanceCounts?
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "usage": use = try reader.choice()
            case "lignes": rows = try reader.count()
            case "fraudes": positives = try reader.count()
            case "premier_jour": first = try reader.int()
            case "dernier_jour": last = try reader.int()
            case "provenance": provenance = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            use: try reader.required(use, "usage"), rows: try reader.required(rows, "lignes"),
            positives: try reader.required(positives, "fraudes"), firstDay: first, lastDay: last,
            provenance: try reader.required(provenance, "provenance"))
    }
}

extension PackageManifest.Importance: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var name: String?
        var drop: Double?
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "nom": name = try reader.string()
            case "baisse_auc": drop = try reader.double()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(name: try reader.required(name, "nom"), drop: try reader.required(drop, "baisse_auc"))
    }
}

extension ThresholdCurve: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        self.init()
        var curve = self
        let start = try reader.offset()
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "seuils": curve.thresholds = try reader.read()
            case "part_controlee": curve.controlled = try reader.read()
            case "precision": curve.precision = try reader.read()
            case "rappel": curve.recall = try reader.read()
            case "f1": curve.f1 = try reader.read()
            case "gain": curve.gain = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        let counts = [curve.controlled.count, curve.precision.count, curve.recall.count, curve.f1.count]
        guard counts.allSatisfy({ $0 == curve.count }), curve.gain.isEmpty || curve.gain.count == curve.count else {
            throw reader.refusal(at: start)
        }
        self = curve
    }
}
