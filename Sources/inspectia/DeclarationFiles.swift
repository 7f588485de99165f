import Analysis
import Customs
import Glibc
import Platform

/// The files of declarations that a command is given, read with its office's configuration.
struct DeclarationFiles {
    let office: Office
    private let mapping: MappingFile?

    init(_ arguments: Arguments) throws {
        do {
            let configuration = try ConfigurationDirectory(office: arguments.value("--config-dir"))
            office = try Office(configuration)
            mapping = try arguments.value("--mapping").map { try MappingFile.load($0, from: configuration) }
        } catch let error as CustomsError {
            throw UsageError(message: error.message)
        }
    }

    func read(_ paths: [String]) throws -> [Office.Source] {
        let progress = CountProgress()
        defer { progress.finish() }
        return try paths.map { try office.read($0, mapping: mapping, progress: { progress.show($0, "lignes") }) }
    }
}

/// Whether a file holds rows of features with their labels, rather than declarations.
enum LabelledRows {
    static func areIn(_ path: String?) throws(FileError) -> Bool {
        guard let path else { return false }
        let head = try File.beginning(of: path, count: 1 << 16).prefix { $0 != 0x0a && $0 != 0x0d }
        let names = head.split { $0 == 0x2c || $0 == 0x3b || $0 == 0x09 }
        return names.contains { name in
            String(decoding: name.filter { $0 != 0x22 && $0 != 0x20 }, as: UTF8.self) == "etiquette"
        }
    }
}

/// How far something long is: one line on a terminal, rewritten; nothing anywhere else.
struct CountProgress {
    private let isShown = isatty(STDERR_FILENO) == 1

    func show(_ count: Int, _ things: String) { say("\r\(count) \(things)\u{1b}[K") }
    func finish() { say("\r\u{1b}[K") }

    private func say(_ text: String) {
        guard isShown else { return }
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
