public import JSON

extension InputColumn: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("nom", name)
            writer.member("codage", encoding.kind.rawValue)
            if monotone != 0 { writer.member("monotone", monotone) }
            switch encoding {
            case .number, .level, .numberAndLevel: break
            case .oneHot(let levels), .rank(let levels): writer.member("modalites", levels.levels)
            case .frequency(let table):
                writer.member("modalites", table.levels.levels)
                writer.member("effectifs", table.counts)
            case .target(let statistic):
                writer.member("lissage", statistic.smoothing)
                writer.member("total_fraudes", statistic.allFrauds)
                writer.member("total_lignes", statistic.allRows)
                writer.member("modalites", statistic.levels.levels)
                writer.member("fraudes", statistic.frauds)
                writer.member("lignes", statistic.rows)
            }
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        let start = try reader.offset()
        var parts = Parts()
        try reader.object { (key, reader) throws(JSONError) in try parts.read(key, &reader) }
        let name = try reader.required(parts.name, "nom")
        let kind = try reader.required(parts.kind.flatMap { ColumnEncoding.Kind(rawValue: $0) }, "codage")
        guard let encoding = parts.encoding(kind), -1...1 ~= parts.monotone else { throw reader.refusal(at: start) }
        self.init(name, encoding, monotone: parts.monotone)
    }

    private struct Parts {
        var name: String?
        var kind: String?
        var monotone = 0
        var levels: [String]?
        var counts: [Int]?
        var smoothing: Double?
        var allFrauds: Double?
        var allRows: Double?
        var frauds: [Double]?
        var rows: [Double]?

        mutating func read(_ key: JSONKey, _ reader: inout JSONReader) throws(JSONError) {
            switch key {
            case "nom": name = try reader.string()
            case "codage": kind = try reader.string()
            case "monotone": monotone = try reader.int()
            case "modalites": levels = try reader.read()
            case "effectifs": counts = try reader.read()
            case "lissage": smoothing = try reader.double()
            case "total_fraudes": allFrauds = try reader.double()
            case "total_lignes": allRows = try reader.double()
            case "fraudes": frauds = try reader.read()
            case "lignes": rows = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }

        func encoding(_ kind: ColumnEncoding.Kind) -> ColumnEncoding? {
            switch kind {
            case .number: .number
            case .level: .level
            case .numberAndLevel: .numberAndLevel
            case .oneHot: levels.flatMap { LevelTable($0) }.map { .oneHot($0) }
            case .rank: levels.flatMap { LevelTable($0) }.flatMap { $0.isSorted ? .rank($0) : nil }
            case .frequency:
                if let levels, let counts {
                    FrequencyTable(levels: levels, counts: counts).map { .frequency($0) }
                } else {
                    nil
                }
            case .target:
                if let levels, let smoothing, let frauds, let rows, let allFrauds, let allRows {
                    TargetStatistic(
                        smoothing: smoothing, levels: levels, frauds: frauds, rows: rows, allFrauds: allFrauds,
                        allRows: allRows
                    ).map { .target($0) }
                } else {
                    nil
                }
            }
        }
    }
}
