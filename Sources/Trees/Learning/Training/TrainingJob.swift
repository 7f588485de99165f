public import JSON

/// What a training process is told: where the rows lie, how to train, and what it may use of the machine.
public struct TrainingJob: Equatable, Sendable {
    /// The directory with `cells.f32`, `labels.f32` and `weights.f32`, in the machine's byte order. The forest is put
    /// there too.
    public var directory: String
    public var rows: Int
    public var columns: Int
    /// Rows from `training` to `training + later` decide when to stop.
    public var training: Int
    public var later: Int
    public var names: [String]
    public var monotone: [Int]
    /// The cells that are categories. With any, the directory has `days.i32` and `known.i32` too.
    public var categories: [Int]
    public var parameters: TrainingParameters
    public var limits: TrainingLimits

    public init(
        directory: String, rows: Int, columns: Int, training: Int, later: Int, names: [String], monotone: [Int],
        categories: [Int] = [], parameters: TrainingParameters, limits: TrainingLimits
    ) {
        (self.directory, self.rows, self.columns) = (directory, rows, columns)
        (self.training, self.later, self.names, self.monotone) = (training, later, names, monotone)
        (self.categories, self.parameters, self.limits) = (categories, parameters, limits)
    }

    var cellsPath: String { "\(directory)/cells.f32" }
    var labelsPath: String { "\(directory)/labels.f32" }
    var weightsPath: String { "\(directory)/weights.f32" }
    var daysPath: String { "\(directory)/days.i32" }
    var knownPath: String { "\(directory)/known.i32" }
    var rowPaths: [String] { [cellsPath, labelsPath, weightsPath, daysPath, knownPath] }
    public var forestPath: String { "\(directory)/forest.json" }

    func check() throws(LearningError) {
        guard rows > 0, columns > 0, 1...rows ~= training, 0...(rows - training) ~= later,
            rows <= TrainingLimits.mostRows, columns <= TrainingLimits.mostColumns
        else { throw LearningError(.badParameter, "lignes et colonnes") }
    }
}

/// What a training process may use.
public struct TrainingLimits: Equatable, Sendable {
    /// Of address space, in bytes; beyond, the training fails.
    public var memory: Int
    /// Of all its threads together; beyond, the kernel ends it.
    public var seconds: Int
    /// From 0 to 19: how far it lets others go first.
    public var niceness: Int

    public init(memory: Int = 8 << 30, seconds: Int = 6 * 3600, niceness: Int = 10) {
        (self.memory, self.seconds, self.niceness) = (memory, seconds, niceness)
    }

    static let mostRows = 50_000_000
    static let mostColumns = 10_000
}

extension TrainingJob: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("dossier", directory)
            writer.member("lignes", rows)
            writer.member("colonnes", columns)
            writer.member("apprentissage", training)
            writer.member("arret", later)
            writer.member("noms", names)
            writer.member("monotone", monotone)
            writer.member("categories", categories)
            writer.member("parametres", parameters)
            writer.member("memoire", limits.memory)
            writer.member("secondes", limits.seconds)
            writer.member("gentillesse", limits.niceness)
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        var directory: String?
        var parameters: TrainingParameters?
        var (rows, columns, training, later) = (0, 0, 0, 0)
        var (names, monotone, categories) = ([String](), [Int](), [Int]())
        var limits = TrainingLimits()
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "dossier": directory = try reader.string()
            case "lignes": rows = try reader.int()
            case "colonnes": columns = try reader.int()
            case "apprentissage": training = try reader.int()
            case "arret": later = try reader.int()
            case "noms": names = try reader.read()
            case "monotone": monotone = try reader.read()
            case "categories": categories = try reader.read()
            case "parametres": parameters = try reader.read()
            case "memoire": limits.memory = try reader.int()
            case "secondes": limits.seconds = try reader.int()
            case "gentillesse": limits.niceness = try reader.int()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            directory: try reader.required(directory, "dossier"), rows: rows, columns: columns, training: training,
            later: later, names: names, monotone: monotone, categories: categories,
            parameters: try reader.required(parameters, "parametres"), limits: limits)
    }
}
