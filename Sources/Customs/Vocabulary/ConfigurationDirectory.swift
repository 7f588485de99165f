import Glibc
public import JSON
import Platform

/// Where the domain's own files are: the program's, and those with which an office replaces or completes them.
public struct ConfigurationDirectory: Sendable {
    /// The office's directory first.
    public let layers: [String]
    private static let largest = 16 << 20

    public init(layers: [String]) { self.layers = layers }

    /// The program's `config`, preceded by the office's directory when there is one. `resources` names the directory
    /// that holds the program's.
    public init(office: String? = nil, resources: String? = nil) throws(CustomsError) {
        guard let root = Resources.find(resources, holding: "config/vocabulaire.json") else {
            throw CustomsError(
                "configuration_absente",
                "le répertoire config/ du programme est introuvable ; il doit contenir vocabulaire.json")
        }
        layers = [office, root + "/config"].compactMap(\.self)
    }

    /// Where the file is, in the first layer that has it.
    public func path(of name: String) -> String? {
        layers.lazy.map { "\($0)/\(name)" }.first { access($0, R_OK) == 0 }
    }

    /// The names of the files in a directory, of all layers, in order.
    public func names(in directory: String) throws(CustomsError) -> [String] {
        var names: Set<String> = []
        for layer in layers where access("\(layer)/\(directory)", R_OK) == 0 {
            do throws(FileError) { names.formUnion(try File.names(in: "\(layer)/\(directory)")) } catch {
                throw CustomsError("configuration_illisible", error.message)
            }
        }
        return names.sorted()
    }

    /// Reads one value from the first layer's file of that name.
    public func read<Value: JSONReadable>(_ name: String, as type: Value.Type = Value.self) throws(CustomsError)
        -> Value
    {
        guard let path = path(of: name) else {
            let places = layers.joined(separator: ", ")
            throw CustomsError("configuration_absente", "\(name) : ce fichier n’existe pas dans \(places)")
        }
        return try Self.read(path: path)
    }

    /// Reads one value from a file; an error names the file, the line and the column.
    public static func read<Value: JSONReadable>(path: String, as type: Value.Type = Value.self) throws(CustomsError)
        -> Value
    {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try File.read(path, limit: largest) } catch {
            throw CustomsError("configuration_illisible", error.message)
        }
        do throws(JSONError) { return try Value(parsing: bytes) } catch {
            throw CustomsError(
                "configuration_invalide",
                "\(path), ligne \(error.line), colonne \(error.column), \(error.pointer) : \(error.message)",
                detail: error.code)
        }
    }
}
