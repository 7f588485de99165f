public import JSON

extension DecisionRecord.Mode: JSONReadable, JSONWritable {}

/// The stored form: members in one order, numbers in their shortest exact text, so that the same record is always the
/// same bytes and reading them gives the same bits.
extension DecisionRecord: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var (request, policy, mode): (DecisionRequest?, DecisionPolicy?, Mode?)
        var (sequence, evidence): (Int?, SegmentEvidence?)
        var (safe, open, greedy): (LaneSet?, LaneSet?, LaneSet?)
        var (epsilon, chances, propensities): (Double?, LaneValues?, LaneValues?)
        var (epoch, draw, stratum): (Int?, Double?, Double?)
        var (isInStratum, lane): (Bool?, Lane?)
        var confidence: Double?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "format":
                guard try reader.int() == Self.format else { throw reader.refusal(at: place) }
            case "demande": request = try reader.read()
            case "politique": policy = try reader.read()
            case "mode": mode = try reader.read()
            case "appris": sequence = try reader.int()
            case "segment": evidence = try reader.read()
            case "voies_permises": safe = try reader.read()
            case "voies_ouvertes": open = try reader.read()
            case "meilleures_voies": greedy = try reader.read()
            case "epsilon": epsilon = try reader.double()
            case "chances": chances = try reader.read()
            case "propensions": propensities = try reader.read()
            case "epoque": epoch = try reader.int()
            case "tirage": draw = try reader.double()
            case "tirage_strate": stratum = try reader.double()
            case "strate": isInStratum = try reader.bool()
            case "voie": lane = try reader.read()
            case "confiance": confidence = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.request = try reader.required(request, "demande")
        self.policy = try reader.required(policy, "politique")
        self.mode = try reader.required(mode, "mode")
        learnedSequence = try reader.required(sequence, "appris")
        self.evidence = try reader.required(evidence, "segment")
        self.safe = try reader.required(safe, "voies_permises")
        self.open = try reader.required(open, "voies_ouvertes")
        self.greedy = try reader.required(greedy, "meilleures_voies")
        self.epsilon = try reader.required(epsilon, "epsilon")
        self.chances = try reader.required(chances, "chances")
        self.propensities = try reader.required(propensities, "propensions")
        self.epoch = try reader.required(epoch, "epoque")
        self.draw = try reader.required(draw, "tirage")
        stratumDraw = try reader.required(stratum, "tirage_strate")
        self.isInStratum = try reader.required(isInStratum, "strate")
        self.lane = try reader.required(lane, "voie")
        self.confidence = confidence
    }

    static let format = 1

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("demande", request)
            writer.member("politique", policy)
            writer.member("mode", mode)
            writer.member("appris", learnedSequence)
            writer.member("segment", evidence)
            writer.member("voies_permises", safe)
            writer.member("voies_ouvertes", open)
            writer.member("meilleures_voies", greedy)
            writer.member("epsilon", epsilon)
            writer.member("chances", chances)
            writer.member("propensions", propensities)
            writer.member("epoque", epoch)
            writer.member("tirage", draw)
            writer.member("tirage_strate", stratumDraw)
            writer.member("strate", isInStratum)
            writer.member("voie", lane)
            writer.member("confiance", confidence)
        }
    }
}
