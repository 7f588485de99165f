public import JSON

extension Isolation: JSONWritable {
    static let format = "inspectia-isolement-1"

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("colonnes", columns)
            writer.member("echantillon", sample)
            writer.member("rangs", ranks)
            writer.member("arbres", trees)
        }
    }

    /// Reads a package's file. It may come from anybody.
    public init(reading bytes: [UInt8]) throws(LearningError) {
        guard bytes.count <= IsolationLimits.standard.bytes else { throw LearningError(.tooLarge, Self.fileName) }
        let file: File
        do throws(JSONError) { file = try File(parsing: bytes) } catch {
            throw LearningError(.badPackage, Self.fileName, detail: error.description)
        }
        try self.init(columns: file.columns, sample: file.sample, trees: file.trees, ranks: file.ranks)
    }

    private struct File: JSONReadable {
        let columns: [String]
        let sample: Int
        let ranks: [Double]
        let trees: [IsolationTree]

        init(json reader: inout JSONReader) throws(JSONError) {
            var (format, sample): (String?, Int?)
            var columns: [String]?
            var ranks: [Double]?
            var trees: [IsolationTree]?
            try reader.object { (key, reader) throws(JSONError) in
                switch key {
                case "format":
                    let start = try reader.offset()
                    guard try reader.string() == Isolation.format else { throw reader.refusal(at: start) }
                    format = Isolation.format
                case "colonnes": columns = try reader.read()
                case "echantillon": sample = try reader.int()
                case "rangs": ranks = try reader.read()
                case "arbres": trees = try reader.read()
                default: throw reader.unknownMember(key)
                }
            }
            _ = try reader.required(format, "format")
            self.columns = try reader.required(columns, "colonnes")
            self.sample = try reader.required(sample, "echantillon")
            self.ranks = try reader.required(ranks, "rangs")
            self.trees = try reader.required(trees, "arbres")
        }
    }
}

extension IsolationTree: JSONWritable, JSONReadable {
    /// `absents` has a letter a question: where what is missing goes, `g`auche or `d`roite.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("noeuds")
            writer.array { writer in for node in nodes { writer.value(Int(node)) } }
            writer.key("seuils")
            // The shortest text that a threshold is read from again.
            writer.array { writer in for threshold in thresholds { writer.raw(Array("\(threshold)".utf8)) } }
            writer.member("absents", String(missingGoesLeft.map { $0 ? "g" : "d" }))
        }
    }

    init(json reader: inout JSONReader) throws(JSONError) {
        var nodes: [Int32]?
        var thresholds: [Double]?
        var sides: [Bool]?
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "noeuds": nodes = try reader.read()
            case "seuils": thresholds = try reader.read()
            case "absents":
                let start = try reader.offset()
                let letters = try reader.string().utf8
                guard letters.allSatisfy({ $0 == UInt8(ascii: "g") || $0 == UInt8(ascii: "d") }) else {
                    throw reader.refusal(at: start)
                }
                sides = letters.map { $0 == UInt8(ascii: "g") }
            default: throw reader.unknownMember(key)
            }
        }
        self.nodes = try reader.required(nodes, "noeuds")
        // What is no finite number in single precision is refused with the tree.
        self.thresholds = try reader.required(thresholds, "seuils").map { Float($0) }
        missingGoesLeft = try reader.required(sides, "absents")
    }
}
