import JSON

extension CatBoostParts.Number: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "feature_index": index = try reader.int()
            case "flat_feature_index": cell = try reader.int()
            case "feature_id": name = try reader.string()
            case "borders":
                if try reader.null() { return }
                try reader.array { reader throws(JSONError) in borders.append(Float(try reader.double())) }
            case "nan_value_treatment": missing = try reader.read()
            default: try reader.skip()
            }
        }
    }
}

extension CatBoostParts.Missing: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        switch try reader.string() {
        case "AsIs": self = .asIs
        case "AsFalse": self = .asFalse
        case "AsTrue": self = .asTrue
        default: throw reader.refusal(at: place)
        }
    }
}

extension CatBoostParts.Category: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "feature_index": index = try reader.int()
            case "flat_feature_index": cell = try reader.int()
            case "feature_id": name = try reader.string()
            case "values": values = try reader.read([Int32]?.self) ?? []
            default: try reader.skip()
            }
        }
    }
}

extension CatBoostParts.Statistic: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        switch try reader.string() {
        case "Borders": self = .borders
        case "Buckets": self = .buckets
        case "BinarizedTargetMeanValue": self = .binarizedMean
        case "FloatTargetMeanValue": self = .floatMean
        case "Counter": self = .counter
        case "FeatureFreq": self = .frequency
        default: throw reader.refusal(at: place)
        }
    }
}

/// A statistic, and the name of the table that it reads.
struct CatBoostCtrEntry: JSONReadable {
    var ctr = CatBoostParts.Ctr()
    var identifier = ""

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "borders":
                try reader.array { reader throws(JSONError) in ctr.borders.append(Float(try reader.double())) }
            case "ctr_type": ctr.statistic = try reader.read()
            case "identifier": identifier = try reader.string()
            case "prior_denomerator": ctr.prior.denominator = Float(try reader.double())
            case "prior_numerator": ctr.prior.numerator = Float(try reader.double())
            case "scale": ctr.scale = Float(try reader.double())
            case "shift": ctr.shift = Float(try reader.double())
            case "target_border_idx": ctr.targetBorder = try reader.int()
            case "elements":
                try reader.array { reader throws(JSONError) in try Self.read(&reader, into: &ctr.projection) }
            default: try reader.skip()
            }
        }
    }

    private static func read(
        _ reader: inout JSONReader, into projection: inout CatBoostParts.Projection
    ) throws(JSONError) {
        let place = try reader.offset()
        var (kind, category, number, border, value) = ("", -1, -1, Float.nan, Int32(0))
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "combination_element": kind = try reader.string()
            case "cat_feature_index": category = try reader.int()
            case "float_feature_index": number = try reader.int()
            case "border": border = Float(try reader.double())
            case "value": value = try reader.integer()
            default: try reader.skip()
            }
        }
        switch kind {
        case "cat_feature_value": projection.categories.append(category)
        case "float_feature": projection.borders.append(.init(number: number, border: border))
        case "cat_feature_exact_value": projection.exacts.append(.init(category: category, value: value))
        default: throw reader.refusal(at: place)
        }
    }
}
