import Glibc
import JSON

extension ConfigurationLoader {
    mutating func readFile(_ path: String, isRequired: Bool) {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try File.read(path, limit: Self.fileLimit)
        } catch {
            if isRequired || error.errno != ENOENT { report(.unreadableFile, path, error.message) }
            return
        }
        do throws(JSONError) {
            guard case .object(let members) = try JSONValue(parsing: bytes) else {
                return report(.malformedFile, path, "\(path) : un objet JSON est attendu")
            }
            read(members, inside: "", of: path)
        } catch {
            report(.malformedFile, path, "\(path) : \(error.description)")
        }
    }

    private mutating func read(_ members: [JSONValue.Member], inside group: String, of path: String) {
        for member in members {
            let key = group.isEmpty ? member.name : "\(group).\(member.name)"
            if member.name.contains(".") {
                // Else one setting could be written twice.
                report(.unknownKey, key, "\(path) : « \(key) » s’écrit avec des objets, un par mot")
            } else if let setting = settings.first(where: { $0.key == key }) {
                read(member.value, setting, of: path)
            } else if let setting = settings.first(where: { $0.kind.isSecret && $0.key + "_file" == key }) {
                readSecretPath(member.value, key, setting, of: path)
            } else if case .object(let inner) = member.value, !inner.isEmpty {
                read(inner, inside: key, of: path)
            } else if settings.contains(where: { $0.key.hasPrefix(key + ".") }) {
                if case .object = member.value { continue }
                refuse("\(path) : \(key)", nil, "un objet")
            } else {
                reportUnknown(key, of: path)
            }
        }
    }

    private mutating func reportUnknown(_ key: String, of path: String) {
        let known = settings.map { $0.kind.isSecret ? $0.key + "_file" : $0.key }
        let hint = Spelling.nearest(key, among: known).map { " (vouliez-vous dire \($0) ?)" } ?? ""
        report(.unknownKey, key, "\(path) : \(key) est inconnu\(hint)")
    }

    private mutating func readSecretPath(_ value: JSONValue, _ key: String, _ setting: Setting, of path: String) {
        guard let secretPath = value.string else { return refuse("\(path) : \(key)", nil, "un chemin") }
        readSecret(setting, secretPath, named: "\(path) : \(key)", .file(path))
    }

    /// JSON's own types are asked for: a number for a number, not its text.
    private mutating func read(_ value: JSONValue, _ setting: Setting, of path: String) {
        let name = "\(path) : \(setting.key)"
        switch (setting.kind, value) {
        case (.secret, _):
            let instead = "\(setting.key)_file ou \(setting.environment)_FILE"
            report(.secretInClear, setting.key, "\(name) : un secret ne s’écrit pas ici ; utilisez \(instead)")
        case (.integer, .int(let number)), (.byteSize, .int(let number)):
            set(setting, String(number), named: name, .file(path))
        case (.boolean, .bool(let value)): set(setting, .boolean(value), .file(path))
        case (.list, .array(let elements)):
            let texts = elements.compactMap(\.string)
            guard texts.count == elements.count else { return refuse(name, nil, setting.kind.expected) }
            set(setting, .list(texts), .file(path))
        case (.string, .string(let text)), (.path, .string(let text)), (.duration, .string(let text)),
            (.byteSize, .string(let text)), (.choice, .string(let text)):
            set(setting, text, named: name, .file(path))
        default: refuse(name, Self.shown(value), setting.kind.expected)
        }
    }

    private static func shown(_ value: JSONValue) -> String { String(decoding: value.jsonBytes(), as: UTF8.self) }
}
