public import JSON
import Platform

extension TwinWorld: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "source": _ = try reader.string()
            case "debut": firstDay = try reader.day()
            case "fin": lastDay = try reader.day()
            case "bureaux": offices = try reader.weights()
            case "regimes": regimes = try reader.weights()
            case "plaques": hubs = try reader.read()
            case "preferences": preferred = try reader.read()
            case "marchandises": goods = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        let slipsAreKnown = goods.allSatisfy { $0.slipsTo.map { good($0) != nil } ?? true }
        guard firstDay < lastDay, offices.total > 0, regimes.total > 0, !hubs.isEmpty, !preferred.isEmpty,
            goods.contains(where: \.isImportedOpenly), slipsAreKnown
        else { throw reader.refusal(at: place) }
    }
}

extension TwinWorld.Good: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "code_sh": code = try reader.string()
            case "unite": unit = try reader.string()
            case "prix": price = try reader.double()
            case "dispersion": spread = try reader.double()
            case "poids": weight = try reader.double()
            case "quantite": quantity = try reader.double()
            case "frequence": frequency = try reader.double()
            case "par_colis": unitsPerPackage = try reader.double()
            case "droit": duty = try reader.double()
            case "origines": origins = try reader.origins()
            case "libelles": labels = try reader.read()
            case "marques": brands = try reader.read()
            case "saison": season = try reader.read()
            case "derive_annuelle": yearlyDrift = try reader.double()
            case "glisse_vers": slipsTo = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        guard code.utf8.count == 10, price > 0, weight > 0, quantity > 0, unitsPerPackage > 0, !labels.isEmpty,
            origins.contains(where: { $0.share > 0 })
        else { throw reader.refusal(at: place) }
    }
}

extension TwinWorld.Season: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        var (amplitude, month): (Double?, Int?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "amplitude": amplitude = try reader.double()
            case "mois": month = try reader.int()
            default: throw reader.unknownMember(key)
            }
        }
        self.amplitude = try reader.required(amplitude, "amplitude")
        self.month = try reader.required(month, "mois")
    }
}

extension JSONReader {
    fileprivate mutating func weights() throws(JSONError) -> Weighted<String> {
        var weighted = Weighted<String>()
        try object { key, reader throws(JSONError) in weighted.add(key.string, weight: try reader.double()) }
        return weighted
    }

    /// `{"CN": [share, price factor]}`.
    fileprivate mutating func origins() throws(JSONError) -> [TwinWorld.Origin] {
        var origins: [TwinWorld.Origin] = []
        try object { key, reader throws(JSONError) in
            let country = key.string
            let place = try reader.offset()
            let numbers: [Double] = try reader.read()
            guard numbers.count == 2, numbers[0] >= 0, numbers[1] > 0 else { throw reader.refusal(at: place) }
            origins.append(.init(country: country, share: numbers[0], priceFactor: numbers[1]))
        }
        return origins
    }
}
