public import JSON
import Platform

extension ControlList.Key: JSONReadable, JSONWritable {}

extension ControlList.Entry: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var (value, reason, author): (String?, String?, String?)
        var (from, to): (Int32?, Int32?)
        var criteria: [String] = []
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "valeur": value = try reader.string()
            case "valide_du": from = try reader.day()
            case "valide_au": to = try reader.day()
            case "motif": reason = try reader.string()
            case "auteur": author = try reader.string()
            case "criteres": criteria = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        let parts = (
            try reader.required(value, "valeur"), try reader.required(from, "valide_du"),
            try reader.required(to, "valide_au"), try reader.required(reason, "motif"),
            try reader.required(author, "auteur")
        )
        guard
            let read = try? ControlList.Entry(
                value: parts.0, validFrom: parts.1, validTo: parts.2, reason: parts.3, author: parts.4,
                criteria: criteria)
        else { throw reader.refusal(at: place) }
        self = read
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("valeur", value)
            writer.member("valide_du", CivilDate(daysSinceEpoch: Int(validFrom)).description)
            writer.member("valide_au", CivilDate(daysSinceEpoch: Int(validTo)).description)
            writer.member("motif", reason)
            writer.member("auteur", author)
            if !criteria.isEmpty { writer.member("criteres", criteria) }
        }
    }
}

extension ControlList: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        var (code, sentence, key): (String?, String?, Key?)
        var action: Criterion.Action?
        var exempts = false
        var entries: [Entry] = []
        try reader.object { name, reader throws(JSONError) in
            switch name {
            case "code": code = try reader.string()
            case "phrase": sentence = try reader.string()
            case "cle": key = try reader.read()
            case "action": action = try reader.read()
            case "exempte": exempts = try reader.bool()
            case "entrees": entries = try reader.read()
            default: throw reader.unknownMember(name)
            }
        }
        let parts = (
            try reader.required(code, "code"), try reader.required(sentence, "phrase"), try reader.required(key, "cle")
        )
        guard exempts == (action == nil),
            let read = try? ControlList(
                code: parts.0, sentence: parts.1, key: parts.2, action: action, entries: entries)
        else { throw reader.refusal(at: place) }
        self = read
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code)
            writer.member("phrase", sentence)
            writer.member("cle", key)
            if let action { writer.member("action", action) } else { writer.member("exempte", true) }
            writer.member("entrees", entries)
        }
    }
}
