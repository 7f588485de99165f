/// Collects values from the weakest source to the strongest, and problems from all of them.
struct ConfigurationLoader {
    typealias Problem = ConfigurationError.Problem

    let settings: [Setting]
    private(set) var entries: [String: Configuration.Entry] = [:]
    private(set) var problems: [Problem] = []

    private static let secretLimit = 65536
    static let fileLimit = 1 << 20

    init(settings: [Setting]) { self.settings = settings }

    mutating func readDefaults() {
        for setting in settings {
            entries[setting.key] = setting.defaultValue.map { .init(value: $0, origin: .defaultValue) }
        }
    }

    mutating func readEnvironment(_ variables: [String: String], others: Set<String>) {
        var known = others
        for setting in settings {
            let name = setting.environment
            known.insert(name)
            let origin = Configuration.Origin.environment(name)
            let value = Self.given(variables[name])
            if setting.kind.isSecret {
                let fileName = name + "_FILE"
                known.insert(fileName)
                if let path = Self.given(variables[fileName]) {
                    if value != nil { report(.secretGivenTwice, name, "\(name) et \(fileName) : une seule des deux") }
                    readSecret(setting, path, named: "variable \(fileName)", .environment(fileName))
                    continue
                }
            }
            if let value { set(setting, value, named: "variable \(name)", origin) }
        }
        for name in variables.keys.sorted() where name.hasPrefix(Setting.environmentPrefix) && !known.contains(name) {
            let hint = Spelling.nearest(name, among: known.sorted()).map { " (vouliez-vous dire \($0) ?)" } ?? ""
            report(.unknownKey, name, "variable \(name) : inconnue\(hint)")
        }
    }

    mutating func readFlags(_ flags: [String: String]) {
        for setting in settings {
            guard let flag = setting.flag, let value = flags[flag] else { continue }
            // A flag without value switches on.
            let text = if case .boolean = setting.kind, value.isEmpty { "true" } else { value }
            set(setting, text, named: "option \(flag)", .flag(flag))
        }
    }

    private static func given(_ value: String?) -> String? { value.flatMap { $0.isEmpty ? nil : $0 } }

    // MARK: One value

    mutating func set(_ setting: Setting, _ text: String, named name: String, _ origin: Configuration.Origin) {
        do throws(SettingRefusal) {
            set(setting, try setting.kind.parse(text), origin)
        } catch {
            refuse(name, setting.kind.isSecret ? nil : text, error.expected)
        }
    }

    mutating func set(_ setting: Setting, _ value: SettingValue, _ origin: Configuration.Origin) {
        entries[setting.key] = .init(value: value, origin: origin)
    }

    mutating func refuse(_ name: String, _ shown: String?, _ expected: String) {
        let value = shown.map { " vaut « \(Self.cut($0)) »" } ?? ""
        report(.invalidValue, name, "\(name)\(value) ; est attendu : \(expected)")
    }

    mutating func readSecret(_ setting: Setting, _ path: String, named name: String, _ origin: Configuration.Origin) {
        do throws(FileError) {
            let bytes = try File.read(path, limit: Self.secretLimit)
            // Editors end files with a line feed that nobody means.
            let text = bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...]
            guard let secret = String(validating: text, as: UTF8.self) else {
                return refuse(name, path, "un fichier de texte UTF-8")
            }
            set(setting, secret, named: name, origin)
        } catch {
            report(.unreadableFile, name, "\(name) : \(error.message)")
        }
    }

    mutating func report(_ code: Problem.Code, _ subject: String, _ message: String) {
        problems.append(Problem(code: code, subject: subject, message: message))
    }

    private static func cut(_ text: String) -> String { text.count > 80 ? text.prefix(80) + "…" : text }
}
