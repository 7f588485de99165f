import Glibc
import Platform
import Trees

/// Trains as the service does: rows in a directory, a process of its own, the library's forest read back.
enum TrainingMeasure {
    static func run(labels: String, cells: String, columns: Int, trees: Int, method: TrainingParameters.Method) throws {
        let directory = try TrainingDirectory(under: split(cells))
        let labelBytes = try File.read(labels, limit: 1 << 30)
        let rows = labelBytes.count / 4
        try File.replace("\(directory.path)/cells.f32", with: File.read(cells, limit: 1 << 30))
        try File.replace("\(directory.path)/labels.f32", with: labelBytes)
        let ones = [Float](repeating: 1, count: rows).withUnsafeBytes { Array($0) }
        try File.replace("\(directory.path)/weights.f32", with: ones)

        let start = Clock.now()
        let process = try TrainingProcess(
            TrainingJob(
                directory: directory.path, rows: rows, columns: columns, training: rows, later: 0, names: [],
                monotone: [], parameters: parameters(trees: trees, method), limits: TrainingLimits(niceness: 0)),
            executable: "/proc/self/exe")
        let forest = try process.wait()
        let time = Clock.now() - start
        precondition(forest.trees == trees)
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        BenchTrees.report("s", [time], [forest.last.logLoss ?? .nan], usage: usage)
    }

    private static func parameters(trees: Int, _ method: TrainingParameters.Method) -> TrainingParameters {
        var parameters = TrainingParameters(.seed, method: method, threads: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        (parameters.rounds, parameters.depth) = (trees, 6)
        return parameters
    }

    private static func split(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
