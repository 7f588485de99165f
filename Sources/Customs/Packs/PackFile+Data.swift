import JSON

/// Lists, tables, cut-offs and back-offs. Each may be given bare, or as `{"libelle": …, "valeurs": …}`.
extension PackFile {
    mutating func list(_ reader: inout JSONReader, _ name: String) throws(JSONError) {
        try noted(&reader, name) { file, reader throws(JSONError) in
            let place = try reader.offset()
            let values = try [JSONValue](json: &reader)
            let numbers = values.compactMap(\.double)
            let texts = values.compactMap(\.string)
            if !values.isEmpty, numbers.count == values.count {
                file.library.lists[name] = .numbers(numbers)
            } else if texts.count == values.count, texts.allSatisfy({ !FoldedText.fold($0).isEmpty }) {
                file.library.lists[name] = .texts(texts)
            } else {
                throw file.refuse(&reader, place, "une liste ne contient que des textes, ou que des nombres")
            }
        }
    }

    mutating func table(_ reader: inout JSONReader, _ name: String) throws(JSONError) {
        try noted(&reader, name) { file, reader throws(JSONError) in
            var rows: [String: Double] = [:]
            try reader.object { key, reader throws(JSONError) in
                rows[FoldedText.string(key.string)] = try reader.double()
            }
            file.library.tables[name] = rows
        }
    }

    mutating func constant(_ reader: inout JSONReader, _ name: String) throws(JSONError) -> Double {
        guard try reader.kind() == .object else { return try reader.double() }
        var value: Double?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "libelle": notes[name] = try reader.string()
            case "valeur": value = try reader.double()
            default: throw unknown(key.string, &reader, key, among: ["libelle", "valeur"])
            }
        }
        return try reader.required(value, "valeur")
    }

    mutating func backOff(_ reader: inout JSONReader) throws(JSONError) -> FormulaLibrary.BackOff {
        let place = try reader.offset()
        if try reader.kind() == .string {
            guard try reader.string() == "tous" else {
                throw refuse(&reader, place, "« tous », ou des longueurs décroissantes telles que [10, 8, 6, 4, 2]")
            }
            return .all
        }
        let steps: [Int] = try reader.read()
        guard !steps.isEmpty, steps.allSatisfy({ 1...64 ~= $0 }), zip(steps, steps.dropFirst()).allSatisfy({ $0 > $1 })
        else { throw refuse(&reader, place, "des longueurs décroissantes sont attendues, telles que [10, 8, 6, 4, 2]") }
        return .digits(steps)
    }

    private mutating func noted(
        _ reader: inout JSONReader, _ name: String,
        _ values: (inout PackFile, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        var given: Bool?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "libelle": notes[name] = try reader.string()
            case "valeurs":
                try values(&self, &reader)
                given = true
            default: throw unknown(key.string, &reader, key, among: ["libelle", "valeurs"])
            }
        }
        _ = try reader.required(given, "valeurs")
    }
}
