import JSON

/// Reads what CatBoost's `save_model(format: "json")` writes.
struct CatBoostJSON {
    private var parts = CatBoostParts()
    /// By name, as the file writes it.
    private var tables: [String: Int] = [:]
    private var identifiers: [String] = []

    static func read(_ bytes: RawSpan) throws(ModelError) -> CatBoostParts {
        var file = CatBoostJSON()
        do throws(JSONError) {
            var reader = JSONReader(bytes, limits: JSONLimits(depth: ModelLimits.depth))
            try file.read(&reader)
            try reader.finish()
        } catch {
            throw ModelError(.malformed, error.description, at: error.offset)
        }
        try file.resolve()
        return file.parts
    }

    private mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            if try reader.null() { return }
            switch key {
            case "model_info": try readInformation(&reader)
            case "features_info": try readFeatures(&reader)
            case "ctr_data": try readTables(&reader)
            case "oblivious_trees": parts.oblivious = try reader.read()
            case "trees":
                try reader.array { reader throws(JSONError) in parts.grown.append(try reader.read()) }
            case "scale_and_bias": try readScale(&reader)
            default: try reader.skip()
            }
        }
    }

    private mutating func readInformation(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "params": parts.objective = try reader.read(CatBoostParameters.self).objective
            case "class_params": parts.classes = try reader.read(CatBoostClasses.self).names
            case "catboost_version_info": parts.version = CatBoostParts.version(in: try reader.string())
            default: try reader.skip()
            }
        }
    }

    private mutating func readFeatures(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            if try reader.null() { return }
            switch key {
            case "float_features": parts.numbers = try reader.read()
            case "categorical_features": parts.categories = try reader.read()
            case "ctrs":
                try reader.array { reader throws(JSONError) in
                    let entry = try reader.read(CatBoostCtrEntry.self)
                    parts.ctrs.append(entry.ctr)
                    identifiers.append(entry.identifier)
                }
            case "text_features", "embedding_features", "estimated_features":
                // A model that uses none writes none.
                try reader.array { reader throws(JSONError) in
                    let place = try reader.offset()
                    throw reader.refusal(at: place)
                }
            default: try reader.skip()
            }
        }
    }

    private mutating func readTables(_ reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            tables[key.string] = parts.tables.count
            parts.tables.append(try reader.read(CatBoostTableEntry.self).table)
        }
    }

    private mutating func readScale(_ reader: inout JSONReader) throws(JSONError) {
        var position = 0
        try reader.array { reader throws(JSONError) in
            switch position {
            case 0: parts.scale = try reader.double()
            case 1: parts.bias = try reader.read()
            default: try reader.skip()
            }
            position += 1
        }
    }

    /// Finds each statistic's table by its name, and reads the table's numbers as what the statistic makes of them.
    private mutating func resolve() throws(ModelError) {
        var statistics = [CatBoostParts.Statistic?](repeating: nil, count: parts.tables.count)
        for (position, identifier) in identifiers.enumerated() {
            guard let table = tables[identifier] else {
                throw ModelError(.inconsistent, "no table for the statistic \(identifier.prefix(200))")
            }
            let statistic = parts.ctrs[position].statistic
            guard statistics[table] == nil || statistics[table] == statistic else {
                throw ModelError(.inconsistent, "two statistics share the table \(identifier.prefix(200))")
            }
            statistics[table] = statistic
            parts.ctrs[position].table = table
        }
    }
}
