import Analysis
import Customs
import Platform
import Reading
import TestKit
import Trees

/// A small imagined world on disk, read as an office would read its export, once for all tests.
enum World {
    static let office = Result { () throws -> Office in try Office(try ConfigurationDirectory()) }

    /// Three thousand declarations, cut in two: the first two thirds, and what came later.
    static let files = Result {
        () throws -> (past: Office.Source, later: Office.Source, directory: TemporaryDirectory) in
        let office = try World.office.get()
        let twin = Twin(
            try TwinWorld.load(from: office.configuration), tariff: office.reader.tariff, declarations: 3000, seed: 5)
        let directory = try TemporaryDirectory()
        _ = try TwinFiles.write(twin, declarations: 3000, to: directory.path)
        let whole = try File.read("\(directory.path)/\(TwinFiles.declarations)", limit: 1 << 28)
        let lines = whole.split(separator: 0x0a, omittingEmptySubsequences: true)
        let dates = lines.dropFirst().map { line in line.split(separator: 0x3b, omittingEmptySubsequences: false)[4] }
        let middle = dates.map { Array($0) }.sorted { $0.lexicographicallyPrecedes($1) }[dates.count * 2 / 3]
        var parts: (past: [UInt8], later: [UInt8]) = (Array(lines[0]) + [0x0a], Array(lines[0]) + [0x0a])
        for (line, date) in zip(lines.dropFirst(), dates) {
            if Array(date).lexicographicallyPrecedes(middle) {
                parts.past += Array(line) + [0x0a]
            } else {
                parts.later += Array(line) + [0x0a]
            }
        }
        try File.replace("\(directory.path)/past.csv", with: parts.past)
        try File.replace("\(directory.path)/later.csv", with: parts.later)
        return (
            try office.read("\(directory.path)/past.csv"), try office.read("\(directory.path)/later.csv"), directory
        )
    }

    /// A small model of all chapters together, trained on the first two thirds.
    static let package = Result { () throws -> ModelPackage in
        let training = try DeclarationTraining(try office.get(), chapter: ChapterPacks.everything)
        let lesson = try training.learn(from: [try files.get().past])
        var parameters = TrainingParameters(.seed, seed: 1, threads: 1)
        (parameters.rounds, parameters.depth) = (20, 4)
        let request = PackageTraining(
            name: "essai", version: "1", chapter: ChapterPacks.everything, created: "2026-01-01T00:00:00Z",
            software: "essai", profile: .seed, parameters: parameters)
        return try training.complete(
            try request.run(lesson.table, grow: PackageTraining.here(parameters)), with: lesson)
    }
}
