public import JSON

extension DecisionPolicy: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var (chapter, version): (String?, String?)
        guard var policy = try? DecisionPolicy(chapter: "x", version: "x") else { throw reader.refusal(at: place) }
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "chapitre": chapter = try reader.string()
            case "version": version = try reader.string()
            default: try policy.read(key, &reader)
            }
        }
        let names = (try reader.required(chapter, "chapitre"), try reader.required(version, "version"))
        guard let named = try? DecisionPolicy(chapter: names.0, version: names.1, like: policy) else {
            throw reader.refusal(at: place)
        }
        self = named
    }

    /// Another version with the same settings, for the chapter or another one.
    public init(chapter: String, version: String, like other: DecisionPolicy) throws(DecisionError) {
        try self.init(chapter: chapter, version: version)
        (thresholds, thresholdNumber, strategy) = (other.thresholds, other.thresholdNumber, other.strategy)
        (epsilon, floor, stratumRate) = (other.epsilon, other.floor, other.stratumRate)
        (shrinkage, forgetting, deciles) = (other.shrinkage, other.forgetting, other.deciles)
        (slopeGrey, slopeControl, rewardSpread) = (other.slopeGrey, other.slopeControl, other.rewardSpread)
        (ucbWidth, hybridWeight) = (other.ucbWidth, other.hybridWeight)
        (calibrationSupport, calibrationError) = (other.calibrationSupport, other.calibrationError)
        try check()
    }

    private mutating func read(_ key: borrowing JSONKey, _ reader: inout JSONReader) throws(JSONError) {
        switch key {
        case "seuils": thresholds = try reader.read()
        case "numero_seuils": thresholdNumber = try reader.int()
        case "strategie": strategy = try reader.read()
        case "epsilon": epsilon = try reader.double()
        case "plancher": floor = try reader.double()
        case "strate_aleatoire": stratumRate = try reader.double()
        case "retenue": shrinkage = try reader.double()
        case "demi_vie":
            let place = try reader.offset()
            guard let read = try? Forgetting(halfLife: try reader.int()) else { throw reader.refusal(at: place) }
            forgetting = read
        case "deciles": deciles = try reader.read()
        case "pente_grise": slopeGrey = try reader.double()
        case "pente_controle": slopeControl = try reader.double()
        case "ecart_recompense": rewardSpread = try reader.double()
        case "largeur_ucb": ucbWidth = try reader.double()
        case "poids_hybride": hybridWeight = try reader.double()
        case "appui_calibrage": calibrationSupport = try reader.double()
        case "erreur_calibrage": calibrationError = try reader.double()
        default: throw reader.unknownMember(copy key)
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("chapitre", chapter)
            writer.member("version", version)
            writer.member("seuils", thresholds)
            writer.member("numero_seuils", thresholdNumber)
            writer.member("strategie", strategy)
            writer.member("epsilon", epsilon)
            writer.member("plancher", floor)
            writer.member("strate_aleatoire", stratumRate)
            writer.member("retenue", shrinkage)
            writer.member("demi_vie", forgetting.halfLife)
            writer.member("deciles", deciles)
            writer.member("pente_grise", slopeGrey)
            writer.member("pente_controle", slopeControl)
            writer.member("ecart_recompense", rewardSpread)
            writer.member("largeur_ucb", ucbWidth)
            writer.member("poids_hybride", hybridWeight)
            writer.member("appui_calibrage", calibrationSupport)
            writer.member("erreur_calibrage", calibrationError)
        }
    }
}
