import Crypto
public import JSON
import Platform

extension DecisionConditions: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        self = []
        let place = try reader.offset()
        for name in try [String](json: &reader) {
            guard let found = Self.names.first(where: { $0.1 == name }) else { throw reader.refusal(at: place) }
            insert(found.0)
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.value(Self.names.filter { contains($0.0) }.map(\.1))
    }
}

extension CriterionHit: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (code, sentence, action): (String?, String?, Criterion.Action?)
        var isDrawn = true
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "code": code = try reader.string()
            case "phrase": sentence = try reader.string()
            case "action": action = try reader.read()
            case "tire": isDrawn = try reader.bool()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            code: try reader.required(code, "code"), sentence: try reader.required(sentence, "phrase"),
            action: try reader.required(action, "action"), isDrawn: isDrawn)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code)
            writer.member("phrase", sentence)
            writer.member("action", action)
            if action == .randomShare { writer.member("tire", isDrawn) }
        }
    }
}

extension JSONReader {
    /// 64 hexadecimal digits.
    mutating func digest() throws(JSONError) -> Digest {
        let place = try offset()
        let text = Array(try string().utf8)
        var bytes: [UInt8] = []
        var isHexadecimal = text.count == 2 * Digest.byteCount
        for at in stride(from: 0, to: isHexadecimal ? text.count : 0, by: 2) {
            guard let high = Hexadecimal.value(text[at]), let low = Hexadecimal.value(text[at + 1]) else {
                isHexadecimal = false
                break
            }
            bytes.append(high << 4 | low)
        }
        guard isHexadecimal, let digest = Digest(bytes) else { throw refusal(at: place) }
        return digest
    }
}

extension DecisionRequest: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (id, fingerprint): (String?, Digest?)
        var (epsilon, day): (Double?, Int32?)
        var rest = DecisionRequest(id: "", fingerprint: SHA256.hash([]), probability: nil, epsilon: 0, day: 0)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "id": id = try reader.string()
            case "empreinte": fingerprint = try reader.digest()
            case "probabilite": rest.probability = try reader.read()
            case "droits": rest.duties = try reader.double()
            case "valeur": rest.value = try reader.double()
            case "position": rest.heading = try reader.int()
            case "operateur_nouveau": rest.isNewTrader = try reader.bool()
            case "origine_autre": rest.originDiffers = try reader.bool()
            case "conditions": rest.conditions = try reader.read()
            case "criteres": rest.hits = try reader.read()
            case "charge_bureau": rest.officeLoad = try reader.read()
            case "capacite_restante": rest.capacityLeft = try reader.read()
            case "prix_capacite": rest.capacityPrice = try reader.double()
            case "epsilon_du_jour": epsilon = try reader.double()
            case "epsilon_motif": rest.epsilonReason = try reader.read()
            case "jour": day = try reader.integer()
            case "version_modele": rest.modelVersion = try reader.string()
            case "version_criteres": rest.criteriaVersion = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            id: try reader.required(id, "id"), fingerprint: try reader.required(fingerprint, "empreinte"),
            probability: rest.probability, epsilon: try reader.required(epsilon, "epsilon_du_jour"),
            day: try reader.required(day, "jour"))
        (duties, value, heading) = (rest.duties, rest.value, rest.heading)
        (isNewTrader, originDiffers, conditions) = (rest.isNewTrader, rest.originDiffers, rest.conditions)
        (hits, officeLoad, capacityLeft) = (rest.hits, rest.officeLoad, rest.capacityLeft)
        (capacityPrice, epsilonReason) = (rest.capacityPrice, rest.epsilonReason)
        (modelVersion, criteriaVersion) = (rest.modelVersion, rest.criteriaVersion)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("empreinte", fingerprint.hexadecimal)
            writer.member("probabilite", probability)
            writer.member("droits", duties)
            writer.member("valeur", value)
            writer.member("position", heading)
            writer.member("operateur_nouveau", isNewTrader)
            writer.member("origine_autre", originDiffers)
            writer.member("conditions", conditions)
            writer.member("criteres", hits)
            writer.member("charge_bureau", officeLoad)
            writer.member("capacite_restante", capacityLeft)
            writer.member("prix_capacite", capacityPrice)
            writer.member("epsilon_du_jour", epsilon)
            writer.member("epsilon_motif", epsilonReason)
            writer.member("jour", Int(day))
            writer.member("version_modele", modelVersion)
            writer.member("version_criteres", criteriaVersion)
        }
    }
}
