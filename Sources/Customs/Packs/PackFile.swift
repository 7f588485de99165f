import JSON
import Platform

/// One file of a pack while it is read, strictly: an unknown key is an error that says which was meant.
struct PackFile {
    let name: String
    /// Where each line begins.
    let lines: [Int]
    var chapter = ""
    var label = ""
    var weight: String?
    var date: String?
    var includes: [String] = []
    var library = FormulaLibrary()
    var notes: [String: String] = [:]
    var features: [FeatureDefinition] = []
    /// Why a value was refused, when the reader's own words would not say it.
    var reason: String?

    init(name: String, lines: [Int]) { (self.name, self.lines) = (name, lines) }

    static func lines(of bytes: [UInt8]) -> [Int] { [0] + bytes.indices.filter { bytes[$0] == 0x0a }.map { $0 + 1 } }

    func line(of offset: Int) -> Int { lines.partitioningIndex { $0 > offset } }

    mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        var (version, chapter, label): (Int?, String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "version":
                let place = try reader.offset()
                version = try reader.int()
                if version != 1 { throw refuse(&reader, place, "seule la version 1 est connue") }
            case "chapitre": chapter = try reader.string()
            case "libelle": label = try reader.string()
            case "aide": _ = try [String](json: &reader)
            case "inclut": includes = try fileNames(&reader)
            case "poids": weight = try reader.string()
            case "date": date = try reader.string()
            case "seuils":
                try readNamed(&reader) { file, name, reader throws(JSONError) in
                    file.library.constants[name] = try file.constant(&reader, name)
                }
            case "listes":
                try readNamed(&reader) { file, name, reader throws(JSONError) in try file.list(&reader, name) }
            case "tables":
                try readNamed(&reader) { file, name, reader throws(JSONError) in try file.table(&reader, name) }
            case "replis":
                try readNamed(&reader) { file, name, reader throws(JSONError) in
                    file.library.backOff[name] = try file.backOff(&reader)
                }
            case "attributs":
                try readNamed(&reader) { file, name, reader throws(JSONError) in
                    file.library.attributes[name] = try file.attribute(&reader, name)
                }
            case "caracteristiques":
                var index = 0
                try reader.array { reader throws(JSONError) in
                    features.append(try feature(&reader, "/caracteristiques/\(index)"))
                    index += 1
                }
            default: throw unknown(key.string, &reader, key, among: Self.keys)
            }
        }
        _ = try reader.required(version, "version")
        self.chapter = try reader.required(chapter, "chapitre")
        self.label = try reader.required(label, "libelle")
    }

    private static let keys = [
        "version", "chapitre", "libelle", "aide", "inclut", "poids", "date", "seuils", "listes", "tables", "replis",
        "attributs", "caracteristiques",
    ]

    mutating func refuse(_ reader: inout JSONReader, _ place: Int, _ why: String) -> JSONError {
        reason = why
        return reader.refusal(at: place)
    }

    mutating func unknown(
        _ name: String, _ reader: inout JSONReader, _ key: borrowing JSONKey, among known: [String]
    ) -> JSONError {
        let hint = Spelling.nearest(name, among: known).map { " ; vouliez-vous dire « \($0) » ?" } ?? ""
        reason = "clé inconnue « \(name) »\(hint)"
        return reader.unknownMember(key)
    }

    /// The members of an object whose names the pack chooses.
    mutating func readNamed(
        _ reader: inout JSONReader, _ member: (inout PackFile, String, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            let name = key.string
            guard Self.isName(name) else {
                reason = "un nom n’a que des lettres sans accent, des chiffres et « _ », et commence par une lettre"
                throw reader.unknownMember(key)
            }
            try member(&self, name, &reader)
        }
    }

    /// What a formula can name: not one of its words.
    static func isName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, bytes.count <= 64, first | 0x20 &- 0x61 < 26 else { return false }
        let words = ["et", "ou", "non", "dans", "and", "or", "not", "in", "vrai", "faux", "true", "false"]
        return !words.contains(name.lowercased())
            && bytes.allSatisfy { $0 | 0x20 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5f }
    }

    private mutating func fileNames(_ reader: inout JSONReader) throws(JSONError) -> [String] {
        let place = try reader.offset()
        let names: [String] = try reader.read()
        guard names.allSatisfy({ !$0.contains("/") && $0.hasSuffix(".json") }) else {
            throw refuse(&reader, place, "un fichier inclus est un fichier .json du même répertoire")
        }
        return names
    }
}

extension Array {
    /// The first index at which `belongs` holds, in an array where it holds from there on.
    fileprivate func partitioningIndex(where belongs: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
