import Analysis
import JSON
import Platform
import Trees

/// `model isolate`: the same package with an isolation forest.
struct ModelIsolating {
    private let arguments: Arguments
    private let package: ModelPackage

    init(_ arguments: Arguments) throws(LearningError) {
        self.arguments = arguments
        package = try ModelPackage.read(arguments.operand("DIR") ?? "")
    }

    func run() throws -> ExitCode {
        let (paths, out) = (arguments.values("--data"), arguments.value("--out") ?? "")
        let later = arguments.value("--valid").map { [$0] } ?? []
        let extended =
            try LabelledRows.areIn(paths.first) ? extendByRows(paths, later) : extendByDeclarations(paths, later)
        try extended.write(to: out)
        let line = ModelListing.Line(extended, path: out)
        print(arguments.has("--json") ? String(decoding: line.jsonBytes(), as: UTF8.self) : line.text)
        return .ok
    }

    private func extendByRows(_ paths: [String], _ later: [String]) throws -> ModelPackage {
        let (table, isUndated) = try TableFile.read(paths: paths)
        let first = isUndated ? Int32(table.count) : 0
        return try package.isolated(
            on: table, later: later.isEmpty ? nil : TableFile.read(paths: later, firstDay: first).table)
    }

    private func extendByDeclarations(_ paths: [String], _ later: [String]) throws -> ModelPackage {
        let files = try DeclarationFiles(arguments)
        let progress = CountProgress()
        defer { progress.finish() }
        return try DeclarationIsolating(files.office, package).extend(
            from: files.read(paths), later: files.read(later), progress: { progress.show($0, "déclarations") })
    }
}
