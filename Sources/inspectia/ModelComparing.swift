import Analysis
import Customs
import Decisions
import JSON
import Platform
import Trees

/// `model compare`: the same rows ranked by several models.
struct ModelComparing {
    private let arguments: Arguments
    private let packages: [ModelPackage]

    init(_ arguments: Arguments) throws(LearningError) {
        self.arguments = arguments
        var packages: [ModelPackage] = []
        for path in arguments.operands("SERVI") + arguments.operands("ADVERSAIRE...") {
            packages.append(try ModelPackage.read(path))
        }
        self.packages = packages
    }

    func run() throws -> ExitCode {
        let files = try DeclarationFiles(arguments)
        let comparing = try DeclarationComparing(
            files.office, packages, criteria: Self.criteria(of: files.office.configuration))
        let progress = CountProgress()
        defer { progress.finish() }
        let comparison = try comparing.compare(
            files.read(arguments.values("--data")), progress: { progress.show($0, "déclarations") })
        if let out = arguments.value("--out") { try write(comparison, to: out) }
        print(
            arguments.has("--json")
                ? String(decoding: comparison.jsonBytes(), as: UTF8.self) : ModelCard.text(of: comparison))
        return .ok
    }

    /// A package is never changed: each is written anew, under its name and version.
    private func write(_ comparison: ModelComparison, to directory: String) throws {
        try File.createDirectory(directory, mode: 0o755)
        for package in packages {
            let (name, version) = (package.manifest.name, package.manifest.version)
            try package.with(comparison).write(to: "\(directory)/\(name)-\(version)")
        }
    }

    /// The rules of the configuration, drafts too.
    private static func criteria(of configuration: ConfigurationDirectory) throws -> [Criterion] {
        try configuration.names(in: "criteres").filter { $0.hasSuffix(".json") }
            .compactMap { configuration.path(of: "criteres/\($0)") }.flatMap { try CriterionFile.load($0).criteria }
    }
}
