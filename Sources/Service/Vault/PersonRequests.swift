import JSON

/// Who is looked for.
struct PersonSearch: JSONReadable {
    let classe: PersonClass
    let value: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var (classe, value): (PersonClass?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "classe":
                let offset = try reader.offset()
                guard let known = PersonClass(rawValue: try reader.string()) else { throw reader.refusal(at: offset) }
                classe = known
            case "valeur": value = try reader.string()
            default: throw reader.unknownMember(key)
            }
        }
        self.classe = try reader.required(classe, "classe")
        self.value = try reader.required(value, "valeur")
    }
}

/// One value that is to be another.
struct Rectification: JSONReadable {
    let table: String
    let column: String
    let row: String
    let value: String

    private static let longest = 4096

    init(json reader: inout JSONReader) throws(JSONError) {
        var (table, column, row, value): (String?, String?, String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "table": table = try reader.string()
            case "colonne": column = try reader.string()
            case "ligne": row = try reader.string()
            case "valeur": value = try reader.text(1...Self.longest)
            default: throw reader.unknownMember(key)
            }
        }
        self.table = try reader.required(table, "table")
        self.column = try reader.required(column, "colonne")
        self.row = try reader.required(row, "ligne")
        self.value = try reader.required(value, "valeur")
    }
}

/// Why something is done to a person's data.
struct ActReason: JSONReadable {
    static let longest = 500
    let text: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var text: String?
        try reader.object { key, reader throws(JSONError) in
            guard "motif" ~= key else { throw reader.unknownMember(key) }
            text = try reader.text(1...Self.longest)
        }
        self.text = try reader.required(text, "motif")
    }
}

extension JSONReader {
    /// A text of so many characters, as Unicode counts scalars, that is not only blanks.
    fileprivate mutating func text(_ length: ClosedRange<Int>) throws(JSONError) -> String {
        let place = try offset()
        let text = try string()
        guard length ~= text.unicodeScalars.count, !text.utf8.allSatisfy({ $0 <= 0x20 }), !text.utf8.contains(0) else {
            throw refusal(at: place)
        }
        return text
    }
}
