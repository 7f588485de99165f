import JSON

/// Objects of two texts, of which a procès-verbal has several kinds.
extension JSONReader {
    mutating func texts(_ first: StaticString, _ second: StaticString) throws(JSONError) -> (String, String) {
        var texts: (String?, String?)
        try object { key, reader throws(JSONError) in
            switch key {
            case first: texts.0 = try reader.read()
            case second: texts.1 = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        return (try required(texts.0, first), try required(texts.1, second))
    }
}

extension JSONWriter {
    mutating func texts(_ first: (StaticString, String), _ second: (StaticString, String)) {
        object { writer in
            writer.member(first.0, first.1)
            writer.member(second.0, second.1)
        }
    }
}
