public import JSON
import Platform

/// The positions' file.
struct TariffPositions: JSONReadable {
    private(set) var all: [Tariff.Position] = []

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "source": _ = try reader.string()
            case "positions": all = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
    }
}

extension Tariff.Position: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (prefix, label): (String?, String?)
        var duty: Double?
        var validity = ValidityReader()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "sh": prefix = try reader.tariffPrefix()
            case "libelle": label = try reader.string()
            case "droit": duty = try reader.rate()
            case "depuis": validity.from = try reader.day()
            case "jusqua": validity.to = try reader.day()
            default: throw reader.unknownMember(key)
            }
        }
        self.prefix = try reader.required(prefix, "sh")
        self.label = try reader.required(label, "libelle")
        (self.duty, self.validity) = (duty, validity.validity)
    }
}

extension Tariff: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var tariff = Tariff()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "taxes":
                let place = try reader.offset()
                let taxes: [Tax] = try reader.read()
                guard taxes.count <= Self.mostTaxes else { throw reader.refusal(at: place) }
                tariff.taxes = taxes
            case "exonerations": tariff.exemptions = try reader.read()
            case "regimes":
                try reader.array { reader throws(JSONError) in
                    let (prefix, label, effect) = try reader.regime("prefixe")
                    tariff.regimes.append((prefix, label, effect))
                }
            case "regimes_fiscaux":
                try reader.array { reader throws(JSONError) in
                    let (code, label, effect) = try reader.regime("code")
                    tariff.fiscalRegimes[code] = (label, effect)
                }
            case "preferences": tariff.preferences = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self = tariff
    }
}

extension Tariff.Tax: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (code, symbol, label): (String?, String?, String?)
        var (base, rate): ([String]?, Double?)
        var isOfPosition = false
        var due = Due.toujours
        var validity = ValidityReader()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "code": code = try reader.string()
            case "sigle": symbol = try reader.string()
            case "libelle": label = try reader.string()
            case "assiette": base = try reader.read()
            case "taux":
                if try reader.kind() == .string {
                    isOfPosition = try reader.choice(RateOfPosition.self) == .position
                } else {
                    rate = try reader.rate()
                }
            case "due": due = try reader.choice()
            case "depuis": validity.from = try reader.day()
            case "jusqua": validity.to = try reader.day()
            default: throw reader.unknownMember(key)
            }
        }
        self.code = try reader.required(code, "code")
        self.symbol = try reader.required(symbol, "sigle")
        self.label = try reader.required(label, "libelle")
        self.base = try reader.required(base, "assiette")
        self.rate = isOfPosition ? nil : try reader.required(rate, "taux")
        (self.due, self.validity) = (due, validity.validity)
    }

    private enum RateOfPosition: String { case position }
}

extension Tariff.Exemption: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        var (prefix, reason): (String?, String?)
        var taxes: [String]?
        var validity = ValidityReader()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "sh": prefix = try reader.tariffPrefix()
            case "taxes": taxes = try reader.read()
            case "motif": reason = try reader.string()
            case "depuis": validity.from = try reader.day()
            case "jusqua": validity.to = try reader.day()
            default: throw reader.unknownMember(key)
            }
        }
        self.prefix = try reader.required(prefix, "sh")
        self.taxes = try reader.required(taxes, "taxes")
        self.reason = try reader.required(reason, "motif")
        self.validity = validity.validity
    }
}

extension Tariff.Preference: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        var label: String?
        var (countries, taxes): ([String]?, [String]?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "libelle": label = try reader.string()
            case "pays": countries = try reader.read()
            case "taxes": taxes = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.label = try reader.required(label, "libelle")
        self.countries = Set(try reader.required(countries, "pays"))
        self.taxes = try reader.required(taxes, "taxes")
    }
}

/// The two ends of a validity while they are read.
struct ValidityReader {
    var from: Int?
    var to: Int?
    var validity: Validity { Validity(from: from, to: to) }
}

extension JSONReader {
    mutating func tariffPrefix() throws(JSONError) -> String {
        let place = try offset()
        let prefix = try string()
        guard 2...Tariff.longestPrefix ~= prefix.utf8.count, prefix.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
            throw refusal(at: place)
        }
        return prefix
    }

    fileprivate mutating func rate() throws(JSONError) -> Double {
        let place = try offset()
        let rate = try double()
        guard 0...1000 ~= rate else { throw refusal(at: place) }
        return rate
    }

    mutating func day() throws(JSONError) -> Int {
        let place = try offset()
        guard let date = CivilDate(iso: try string()) else { throw refusal(at: place) }
        return date.daysSinceEpoch
    }

    fileprivate mutating func regime(_ codeName: String) throws(JSONError) -> (String, String, Tariff.Effect) {
        var (code, label): (String?, String?)
        var effect: Tariff.Effect?
        try object { key, reader throws(JSONError) in
            switch key {
            case "prefixe", "code":
                guard key.string == codeName else { throw reader.unknownMember(key) }
                code = try reader.string()
            case "libelle": label = try reader.string()
            case "effet": effect = try reader.choice()
            default: throw reader.unknownMember(key)
            }
        }
        return (
            try required(code, "code"), try required(label, "libelle"), try required(effect, "effet")
        )
    }
}
