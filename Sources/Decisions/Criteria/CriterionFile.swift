public import JSON
import Platform

/// A file of `config/criteres/`: criteria, and lists.
public struct CriterionFile: Sendable, Equatable {
    public var criteria: [Criterion] = []
    public var lists: [ControlList] = []

    public init() {}

    /// Reads one file; an error names the line and the value.
    public static func load(_ path: String) throws(DecisionError) -> CriterionFile {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let bytes: [UInt8]
        do throws(FileError) { bytes = try File.read(path, limit: DecisionLimits.standard.fileBytes) } catch {
            throw DecisionError(.badFile, "\(name) : \(error.message)")
        }
        do throws(JSONError) { return try CriterionFile(parsing: bytes) } catch {
            throw DecisionError(
                .badFile, "\(name), ligne \(error.line), colonne \(error.column), \(error.pointer) : \(error.message)",
                detail: error.code)
        }
    }
}

extension CriterionFile: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var version: Int?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "version":
                let place = try reader.offset()
                version = try reader.int()
                guard version == 1 else { throw reader.refusal(at: place) }
            case "aide": _ = try [String](json: &reader)
            case "criteres": criteria = try reader.read()
            case "listes": lists = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        _ = try reader.required(version, "version")
        let codes = criteria.map(\.code) + lists.map(\.code)
        guard Set(codes).count == codes.count else { throw reader.refusal(.duplicateMember, at: 0) }
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("version", 1)
            writer.member("criteres", criteria)
            writer.member("listes", lists)
        }
    }
}
