import Analysis
import Customs
import JSON
import Platform
import TestKit
import Trees

@testable import Service

/// A small imagined world: declarations as an office would export them, and a model that was trained on the earlier ones.
/// Made once for all tests.
struct ImaginedWorld {
    let directory: TemporaryDirectory
    /// Where the package lies.
    var models: String { directory.path + "/models" }
    let header: [UInt8]
    /// Rows of CSV that the model has not seen, a declaration each or several.
    let later: [[UInt8]]
    /// The file that it has seen.
    let past: String

    static let made = Result { try ImaginedWorld() }

    private init() throws {
        directory = try TemporaryDirectory()
        let office = try Analysis.Office(try ConfigurationDirectory())
        let twin = Twin(
            try TwinWorld.load(from: office.configuration), tariff: office.reader.tariff, declarations: 3000, seed: 5)
        _ = try TwinFiles.write(twin, declarations: 3000, to: directory.path)
        let whole = try File.read("\(directory.path)/\(TwinFiles.declarations)", limit: 1 << 28)
        let lines = whole.split(separator: 0x0a, omittingEmptySubsequences: true).map { Array($0) + [0x0a] }
        header = lines[0]
        let rows = lines.dropFirst().sorted { Self.date(of: $0).lexicographicallyPrecedes(Self.date(of: $1)) }
        let cut = rows.count * 2 / 3
        past = "\(directory.path)/past.csv"
        try File.replace(past, with: header + rows[..<cut].joined())
        later = Array(rows[cut...])
        try File.createDirectory(directory.path + "/models")
        let training = try DeclarationTraining(office, chapter: ChapterPacks.everything)
        let lesson = try training.learn(from: [try office.read(past)])
        var parameters = TrainingParameters(.seed, seed: 1, threads: 1)
        (parameters.rounds, parameters.depth) = (10, 3)
        let request = PackageTraining(
            name: "essai", version: "1", chapter: ChapterPacks.everything, created: "2026-01-01T00:00:00Z",
            software: "essai", profile: .seed, parameters: parameters)
        let package = try training.complete(
            try request.run(lesson.table, grow: PackageTraining.here(parameters)), with: lesson)
        try package.write(to: models + "/essai-1")
    }

    private static func date(of row: [UInt8]) -> [UInt8] {
        Array(row.split(separator: 0x3b, omittingEmptySubsequences: false)[4])
    }

    /// So many of the later rows, as a file.
    func file(_ rows: Range<Int>) -> [UInt8] { header + later[rows].joined() }

    /// The same, read.
    func declarations(_ rows: Range<Int>, _ running: Running) throws -> [Declaration] {
        let path = "\(directory.path)/\(rows.lowerBound)-\(rows.upperBound).csv"
        try File.replace(path, with: file(rows))
        let file = try running.office.read(path).file
        return (0..<file.declarationCount).map { file.declaration($0) }
    }

    static func form(_ file: [UInt8], name: String = "export.csv") -> (type: String, body: [UInt8]) {
        let head =
            "--bord\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\nContent-Type: text/csv\r\n\r\n"
        return ("multipart/form-data; boundary=bord", Array(head.utf8) + file + Array("\r\n--bord--\r\n".utf8))
    }
}

/// A service that analyses, with the imagined world's model or with none.
struct AnalysingService {
    let service: RunningService
    let database: TestDatabase
    let inspector: String
    let expert: String

    init(models: String? = nil, like other: AnalysingService? = nil, directory: String? = nil) throws {
        database = try other?.database ?? TestDatabase()
        var variables: [String: String] = [:]
        variables["INSPECTIA_MODELS_DIRECTORY"] = models
        variables["INSPECTIA_DATA_DIR"] = directory ?? other?.service.directory.path
        service = try RunningService(database: database, variables)
        inspector = service.token(.inspector, bureau: nil)
        expert = service.token(.expert, bureau: nil)
        try service.waitUntilAnalysing()
    }

    func ask(
        _ method: String, _ path: String, _ token: String? = nil, json: JSONValue? = nil
    ) throws -> (status: Int, value: JSONValue) {
        try read(
            service.ask(
                method, path, ["Authorization": "Bearer \(token ?? inspector)", "Content-Type": "application/json"],
                body: json?.jsonBytes(), patience: .seconds(60)))
    }

    func upload(_ file: [UInt8], to path: String = "/api/v2/declarations/upload") throws -> (
        status: Int, value: JSONValue
    ) {
        let form = ImaginedWorld.form(file)
        return try read(
            service.ask(
                "POST", path, ["Authorization": "Bearer \(inspector)", "Content-Type": form.type], body: form.body,
                patience: .seconds(120)))
    }

    /// The last statement's first value, in the rows of all offices.
    @discardableResult
    func value(_ sql: String) throws -> String? {
        try database.value("SELECT set_config('inspectia.bureau', '*', true); " + sql)
    }

    private func read(_ answer: RawResponse) throws -> (status: Int, value: JSONValue) {
        (answer.status, (try? JSONValue(parsing: answer.body)) ?? .null)
    }
}
