public import Platform
import Reading

/// What `declaration read` does: reads a file, and writes what was understood of it.
public struct DeclarationReading: Sendable {
    public var path: String
    /// A mapping's file or name; nil to recognise the columns.
    public var mapping: String?
    /// An office's own configuration directory.
    public var configuration: String?
    /// Two digits: articles of other chapters are refused.
    public var chapter: String?
    public var isJSON = false
    /// Whether declarations are controlled too.
    public var controls = false
    /// Where the refused rows go, and the mapping that was found.
    public var rejects: String?
    public var savedMapping: String?

    public init(path: String) { self.path = path }

    /// `output` takes the report in pieces; `progress` is told how many rows were read.
    public func run(
        output: @escaping ([UInt8]) throws -> Void, progress: (Int) -> Void = { _ in }
    ) throws -> ExitCode {
        let configuration = try ConfigurationDirectory(office: configuration)
        let reader = try DeclarationFileReader(configuration)
        var options = DeclarationFileReader.Options()
        options.mapping = try mapping.map { name throws(CustomsError) in try .load(name, from: configuration) }
        options.chapter = chapter
        let source = TableSource(path)
        let file = try reader.read(options, progress: progress) { () throws(ReadingError) in try source.table() }
        // Nothing was read that a report could be about.
        if let failure = file.failure, failure.code == "unreadable_file" {
            throw CustomsError(failure.code, "\(path) : \(failure.message)")
        }
        try report(file, reader, to: output)
        if let rejects { try write(rejects) { sink in try RejectsFile.write(file, try source.table(), to: sink) } }
        if let savedMapping, let mapping = file.mapping {
            try write(savedMapping) { sink in try sink(mapping.written(name: Self.stem(savedMapping), file.vocabulary))
            }
        }
        // For programs the report is the result, whatever it says.
        return file.failure == nil || isJSON ? .ok : .failure
    }

    private func report(
        _ file: DeclarationFile, _ reader: DeclarationFileReader, to output: @escaping ([UInt8]) throws -> Void
    ) throws {
        let controls = controls ? DeclarationControls(reader.vocabulary, reader.tariff) : nil
        let name = String(path.split(separator: "/").last ?? "")
        if isJSON { return try file.writeJSON(name: name, controls: controls, to: output) }
        var counts: [Control.Code: Int] = [:]
        if let controls {
            for index in 0..<file.declarationCount {
                for control in controls.run(file.declaration(index)) { counts[control.code, default: 0] += 1 }
            }
        }
        let found = Control.Code.allCases.compactMap { code in counts[code].map { (code, $0) } }
        try output(Array(file.summary(name: name, controls: found).utf8))
    }

    /// Rejects are at most the file again with a sentence a row: they are gathered, then put in place at once.
    private func write(_ path: String, _ body: (([UInt8]) throws -> Void) throws -> Void) throws {
        var bytes: [UInt8] = []
        try body { bytes += $0 }
        try File.replace(path, with: bytes)
    }

    private static func stem(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? "correspondance"
        return String(name.split(separator: ".").first ?? name)
    }
}

/// A file opened once, whose table is asked for again and again.
private final class TableSource {
    private let path: String
    private var file: TableFile?

    init(_ path: String) { self.path = path }

    func table() throws(ReadingError) -> any Table {
        let opened: TableFile
        if let file { opened = file } else { opened = try TableFile(path: path) }
        file = opened
        return try opened.table()
    }
}
