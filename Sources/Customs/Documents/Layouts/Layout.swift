public import JSON

/// The labels of all known forms, the fields they stand for and how those are written: `config/layouts/general.json`.
///
/// An unknown form is read by the same labels: nothing here says where on a page they are.
public struct Layout: Sendable {
    enum Level: String, Sendable, CaseIterable {
        case declaration, article
        /// Of the article within an article's block, of the declaration elsewhere.
        case both = "tous"
    }
    struct Field: Sendable {
        let name: String
        let kind: DocumentKind
    }
    /// Labels that stand for the same fields.
    struct Anchor: Sendable {
        let level: Level
        /// By their places in `fields`; the first is the one that the label is for.
        let fields: [Int]
        let labels: [String]
        /// The numbers that boxes of the single administrative document have.
        let boxes: [String]
        /// Where the value stands when neither right of the label nor below it.
        var offset: LayoutAddition.Offset?
    }

    var fields: [Field] = []
    var anchors: [Anchor] = []
    /// Labels that nothing is read for: they end the place of another label's value.
    var landmarks: [String] = []
    var taxes = TaxLabels()
    var currencies: Set<String> = []
    var terms: Set<String> = []
    var units: Set<String> = []
    /// Titles of papers that travel with a declaration, by what they are.
    var foreign: [String: [String]] = [:]
    var families: [LayoutFamily] = []

    static let directory = "layouts"
    static let general = "layouts/general.json"

    func index(of name: String) -> Int? { fields.firstIndex { $0.name == name } }
    func kind(of name: String) -> DocumentKind? { fields.first { $0.name == name }?.kind }

    /// The general layout and the families beside it, of all layers of the configuration.
    public static func load(from configuration: ConfigurationDirectory) throws(CustomsError) -> Layout {
        var layout: Layout = try configuration.read(general)
        for name in try configuration.names(in: directory) where name != "general.json" && name.hasSuffix(".json") {
            let path = "\(directory)/\(name)"
            let family: LayoutFamily = try configuration.read(path)
            layout.anchors += try family.anchors(in: layout, path)
            layout.landmarks += family.landmarks
            layout.families.append(family)
        }
        return layout
    }
}

/// The headings of columns of a table of taxes, and the names of taxes.
struct TaxLabels: Sendable {
    enum Column: String, Sendable, CaseIterable { case code, base, taux, montant, article, total }
    var columns: [Column: [String]] = [:]
    /// `TVA` is `05`.
    var symbols: [String: String] = [:]
}

extension Layout: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var version: Int?
        var places: [String: Int] = [:]
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "version":
                let place = try reader.offset()
                version = try reader.int()
                guard version == 1 else { throw reader.refusal(at: place) }
            case "nom": _ = try reader.fieldName()
            case "champs":
                try reader.array { reader throws(JSONError) in
                    let place = try reader.offset()
                    let field = try reader.documentField()
                    guard places.updateValue(self.fields.count, forKey: field.name) == nil else {
                        throw reader.refusal(at: place)
                    }
                    self.fields.append(field)
                }
            case "ancres":
                try reader.array { reader throws(JSONError) in self.anchors.append(try reader.anchor(places)) }
            case "reperes": self.landmarks = try reader.read()
            case "taxes": self.taxes = try reader.taxLabels()
            case "devises": self.currencies = Set(try reader.read([String].self))
            case "incoterms": self.terms = Set(try reader.read([String].self))
            case "unites": self.units = Set(try reader.read([String].self))
            case "documents_etrangers":
                try reader.object { key, reader throws(JSONError) in self.foreign[key.string] = try reader.read() }
            default: throw reader.unknownMember(key)
            }
        }
        _ = try reader.required(version, "version")
    }
}

extension JSONReader {
    fileprivate mutating func documentField() throws(JSONError) -> Layout.Field {
        var (name, kind): (String?, DocumentKind?)
        try object { key, reader throws(JSONError) in
            switch key {
            case "nom": name = try reader.fieldName()
            case "type": kind = try reader.choice()
            default: throw reader.unknownMember(key)
            }
        }
        return .init(name: try required(name, "nom"), kind: try required(kind, "type"))
    }

    /// The fields must have been declared before.
    mutating func anchor(_ places: [String: Int]) throws(JSONError) -> Layout.Anchor {
        var level: Layout.Level?
        var (fields, labels): ([Int]?, [String]?)
        var boxes: [String] = []
        try object { key, reader throws(JSONError) in
            switch key {
            case "niveau": level = try reader.choice()
            case "champs":
                var found: [Int] = []
                try reader.array { reader throws(JSONError) in
                    let place = try reader.offset()
                    guard let field = places[try reader.fieldName()] else { throw reader.refusal(at: place) }
                    found.append(field)
                }
                fields = found
            case "libelles": labels = try reader.read()
            case "cases": boxes = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        return .init(
            level: try required(level, "niveau"), fields: try required(fields, "champs"),
            labels: try required(labels, "libelles"), boxes: boxes)
    }

    fileprivate mutating func taxLabels() throws(JSONError) -> TaxLabels {
        var labels = TaxLabels()
        try object { key, reader throws(JSONError) in
            switch key {
            case "colonnes":
                try reader.object { key, reader throws(JSONError) in
                    guard let column = TaxLabels.Column(rawValue: key.string) else { throw reader.unknownMember(key) }
                    labels.columns[column] = try reader.read()
                }
            case "sigles": labels.symbols = try reader.texts()
            default: throw reader.unknownMember(key)
            }
        }
        return labels
    }
}
