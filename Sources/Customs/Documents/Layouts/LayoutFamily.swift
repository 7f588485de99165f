import JSON

/// What a known family of forms has of its own: `config/layouts/<nom>.json`.
struct LayoutFamily: Sendable {
    var name = ""
    /// Labels that tell the family; so many of them must be on the page.
    var signature: [String] = []
    var leastLabels = 3
    /// Whether the year of the declaration may be that of its registration date, where the number has none.
    var takesYearFromDate = true
    /// Whether a number that stands alone in the upper right corner counts the pages.
    var countsPages = false
    /// Whether the grand total stands without a label below the tables of taxes.
    var hasBareTotal = false
    var landmarks: [String] = []
    /// Rows of labels as they are printed, so that those that were not read can be put in.
    var rows: [[Mark]] = []
    private var added: [(level: Layout.Level, fields: [String], labels: [String], boxes: [String])] = []

    /// A label of a row and where it begins and ends, in widths of the page.
    struct Mark: Sendable {
        let label: String
        let left: Double, right: Double
        var centre: Double { (left + right) / 2 }
    }

    /// What any other form is taken for.
    static let unknown = LayoutFamily()

    private init() { name = "inconnu" }

    func anchors(in layout: Layout, _ path: String) throws(CustomsError) -> [Layout.Anchor] {
        var anchors: [Layout.Anchor] = []
        for anchor in added {
            var fields: [Int] = []
            for name in anchor.fields {
                guard let field = layout.index(of: name) else {
                    throw CustomsError("configuration_invalide", "\(path) : le champ « \(name) » n’existe pas")
                }
                fields.append(field)
            }
            anchors.append(.init(level: anchor.level, fields: fields, labels: anchor.labels, boxes: anchor.boxes))
        }
        return anchors
    }
}

extension LayoutFamily: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        self.init()
        var (name, signature): (String?, [String]?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "version":
                let place = try reader.offset()
                guard try reader.int() == 1 else { throw reader.refusal(at: place) }
            case "nom": name = try reader.fieldName()
            case "empreinte": signature = try reader.read()
            case "empreinte_minimum":
                let place = try reader.offset()
                self.leastLabels = try reader.int()
                guard 1...50 ~= self.leastLabels else { throw reader.refusal(at: place) }
            case "annee_depuis_date": self.takesYearFromDate = try reader.bool()
            case "compte_pages": self.countsPages = try reader.bool()
            case "total_sans_libelle": self.hasBareTotal = try reader.bool()
            case "reperes": self.landmarks = try reader.read()
            case "rangs":
                try reader.array { reader throws(JSONError) in self.rows.append(try reader.marks()) }
            case "ancres":
                try reader.array { reader throws(JSONError) in self.added.append(try reader.namedAnchor()) }
            default: throw reader.unknownMember(key)
            }
        }
        self.name = try reader.required(name, "nom")
        self.signature = try reader.required(signature, "empreinte")
    }
}

extension JSONReader {
    /// `[["Régime", 0.452, 0.498], …]`
    fileprivate mutating func marks() throws(JSONError) -> [LayoutFamily.Mark] {
        var marks: [LayoutFamily.Mark] = []
        try array { reader throws(JSONError) in
            let place = try reader.offset()
            var (label, edges): (String?, [Double]) = (nil, [])
            try reader.array { reader throws(JSONError) in
                if label == nil { label = try reader.string() } else { edges.append(try reader.double()) }
            }
            guard let label, edges.count == 2, edges[0] >= 0, edges[0] < edges[1], edges[1] <= 1 else {
                throw reader.refusal(at: place)
            }
            marks.append(.init(label: label, left: edges[0], right: edges[1]))
        }
        return marks
    }

    fileprivate mutating func namedAnchor() throws(JSONError) -> (
        level: Layout.Level, fields: [String], labels: [String], boxes: [String]
    ) {
        var level: Layout.Level?
        var (fields, labels): ([String]?, [String]?)
        var boxes: [String] = []
        try object { key, reader throws(JSONError) in
            switch key {
            case "niveau": level = try reader.choice()
            case "champs": fields = try reader.read()
            case "libelles": labels = try reader.read()
            case "cases": boxes = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        return (
            try required(level, "niveau"), try required(fields, "champs"), try required(labels, "libelles"), boxes
        )
    }
}
