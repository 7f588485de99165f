import JSON

/// What the training's parameters say about the model's answers.
struct CatBoostParameters: JSONReadable {
    var objective = ""

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            guard case "loss_function" = key else { return try reader.skip() }
            try reader.object { key, reader throws(JSONError) in
                if case "type" = key { objective = try reader.string() } else { try reader.skip() }
            }
        }
    }
}

/// The classes' names, numbers as they are written.
struct CatBoostClasses: JSONReadable {
    var names: [String] = []

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            guard case "class_names" = key else { return try reader.skip() }
            try reader.array { reader throws(JSONError) in
                switch try reader.kind() {
                case .string: names.append(try reader.string())
                case .number: names.append(try reader.numberText())
                case .boolean: names.append(try reader.bool() ? "true" : "false")
                default: try reader.skip()
                }
            }
        }
    }
}

extension CatBoostParts {
    /// "1.2.10" of a text that has "Branch: tags/v1.2.10" somewhere in it.
    static func version(in text: String) -> String {
        let mark = Array("tags/v".utf8)
        let bytes = Array(text.utf8)
        guard bytes.count > mark.count else { return "" }
        for start in 0..<bytes.count - mark.count where bytes[start..<start + mark.count].elementsEqual(mark) {
            let rest = bytes[(start + mark.count)...]
            return String(decoding: rest.prefix { $0 == 0x2e || (0x30...0x39).contains($0) }.prefix(16), as: UTF8.self)
        }
        return ""
    }
}
