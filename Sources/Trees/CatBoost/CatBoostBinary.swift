import JSON

/// Reads CatBoost's own files, `.cbm`: a mark, the model as FlatBuffers, then the tables of counts, each as
/// FlatBuffers of its own.
struct CatBoostBinary {
    static let mark: [UInt8] = Array("CBM1".utf8)

    private(set) var parts = CatBoostParts()

    static func read(_ bytes: UnsafeRawBufferPointer) throws(ModelError) -> CatBoostParts {
        guard bytes.count >= 8, bytes.prefix(4).elementsEqual(mark) else {
            throw ModelError(.malformed, "no CBM1 at the start", at: 0)
        }
        let size = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
        guard size <= bytes.count - 8 else { throw ModelError(.malformed, "\(size) bytes are said to follow", at: 4) }
        let core = try FlatBuffer(UnsafeRawBufferPointer(rebasing: bytes[8..<8 + size])).root()
        var file = CatBoostBinary()
        try file.readCore(core)
        let extras = try core.texts(3)
        if let unknown = extras.first(where: { $0 != "static_provider_v1" }) {
            throw ModelError(.unsupported, "the file has a part \(unknown.prefix(100))")
        }
        if !extras.isEmpty { try file.readTables(UnsafeRawBufferPointer(rebasing: bytes[(8 + size)...])) }
        return file.parts
    }

    private mutating func readCore(_ core: FlatBuffer.Table) throws(ModelError) {
        guard try core.text(0) == "FlabuffersModel_v1", let trees = try core.table(1) else {
            throw ModelError(.unsupported, "not a model of version FlabuffersModel_v1")
        }
        for entry in try core.tables(2) { try readInformation(try entry.text(0), try entry.text(1)) }
        try readFeatures(trees)
        try readTrees(trees)
    }

    private mutating func readInformation(_ key: String, _ value: String) throws(ModelError) {
        do throws(JSONError) {
            switch key {
            case "params": parts.objective = try CatBoostParameters(parsing: Array(value.utf8)).objective
            case "class_params": parts.classes = try CatBoostClasses(parsing: Array(value.utf8)).names
            case "catboost_version_info": parts.version = CatBoostParts.version(in: value)
            default: break
            }
        } catch { throw ModelError(.malformed, "\(key): \(error.description)") }
    }

    private mutating func readFeatures(_ trees: FlatBuffer.Table) throws(ModelError) {
        for (slot, kind) in [(12, "text"), (13, "estimated")] where try !trees.tables(slot).isEmpty {
            throw ModelError(.unsupported, "the model has \(kind) features")
        }
        for table in try trees.tables(5) {
            var number = CatBoostParts.Number(name: try table.text(4))
            number.index = Int(try table.integer(1, as: Int32.self, default: -1))
            number.cell = Int(try table.integer(2, as: Int32.self, default: -1))
            number.borders = try table.floats(3)
            guard let missing = CatBoostParts.Missing(rawValue: try table.integer(5, as: Int8.self)) else {
                throw ModelError(.malformed, "a feature treats what is missing in an unknown way")
            }
            number.missing = missing
            parts.numbers.append(number)
        }
        for table in try trees.tables(4) {
            var category = CatBoostParts.Category(name: try table.text(2))
            category.index = Int(try table.integer(0, as: Int32.self, default: -1))
            category.cell = Int(try table.integer(1, as: Int32.self, default: -1))
            parts.categories.append(category)
        }
        try readValues(trees)
        for table in try trees.tables(7) { parts.ctrs.append(try Self.ctr(table)) }
    }

    /// The values that splits compare categories with: bins come in the order of the categories.
    private mutating func readValues(_ trees: FlatBuffer.Table) throws(ModelError) {
        var last = -1
        for table in try trees.tables(6) {
            let index = Int(try table.integer(0, as: Int32.self, default: -1))
            guard let position = parts.categories.firstIndex(where: { $0.index == index }), position > last else {
                throw ModelError(.inconsistent, "values of category \(index) are out of place")
            }
            last = position
            parts.categories[position].values = try table.integers(1)
        }
    }

    mutating func append(_ table: CatBoostParts.Table) { parts.tables.append(table) }

    mutating func connect(_ find: (CatBoostParts.Ctr) -> Int?) throws(ModelError) {
        for position in parts.ctrs.indices {
            guard let table = find(parts.ctrs[position]) else {
                throw ModelError(.inconsistent, "no table for statistic \(position)")
            }
            parts.ctrs[position].table = table
        }
    }

    mutating func take(oblivious: [CatBoostParts.ObliviousTree], grown: [CatBoostParts.GrownTree]) {
        (parts.oblivious, parts.grown) = (oblivious, grown)
    }
    mutating func take(scale: Double, bias: [Double]) { (parts.scale, parts.bias) = (scale, bias) }
}
