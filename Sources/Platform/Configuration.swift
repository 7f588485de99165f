/// The values of all settings, and where each comes from.
public struct Configuration: Sendable {
    public enum Origin: Equatable, Sendable {
        case defaultValue
        case file(String)
        case environment(String)
        case flag(String)

        /// In French.
        public var description: String {
            switch self {
            case .defaultValue: "défaut"
            case .file(let path): "fichier \(path)"
            case .environment(let name): "variable \(name)"
            case .flag(let name): "option \(name)"
            }
        }
    }

    struct Entry: Sendable {
        let value: SettingValue
        let origin: Origin
    }

    let settings: [Setting]
    private let entries: [String: Entry]

    init(_ settings: [Setting], _ entries: [String: Entry]) { (self.settings, self.entries) = (settings, entries) }

    // MARK: Values

    // Asking for a setting that is not in the table, or as another kind, is an error of the program.

    public func integer(_ setting: Setting) -> Int {
        guard case .integer(let value) = required(setting) else { preconditionFailure("\(setting.key): kind") }
        return value
    }

    public func boolean(_ setting: Setting) -> Bool {
        guard case .boolean(let value) = required(setting) else { preconditionFailure("\(setting.key): kind") }
        return value
    }

    public func duration(_ setting: Setting) -> Duration {
        guard case .duration(let value) = required(setting) else { preconditionFailure("\(setting.key): kind") }
        return value
    }

    public func byteSize(_ setting: Setting) -> Int {
        guard case .byteSize(let value) = required(setting) else { preconditionFailure("\(setting.key): kind") }
        return value
    }

    /// A string, path or choice that has a default.
    public func text(_ setting: Setting) -> String {
        guard case .text(let value) = required(setting) else { preconditionFailure("\(setting.key): kind") }
        return value
    }

    /// A string, path or secret; nil when nobody set it.
    public func textIfSet(_ setting: Setting) -> String? {
        guard let entry = entry(setting) else { return nil }
        guard case .text(let value) = entry.value else { preconditionFailure("\(setting.key): kind") }
        return value
    }

    /// Empty when nobody set it.
    public func list(_ setting: Setting) -> [String] {
        guard let entry = entry(setting) else { return [] }
        guard case .list(let values) = entry.value else { preconditionFailure("\(setting.key): kind") }
        return values
    }

    /// Nil when the setting has no value.
    public func origin(_ setting: Setting) -> Origin? { entry(setting)?.origin }

    private func required(_ setting: Setting) -> SettingValue {
        guard let entry = entry(setting) else { preconditionFailure("\(setting.key) has no default") }
        return entry.value
    }

    func entry(_ setting: Setting) -> Entry? {
        precondition(settings.contains { $0.key == setting.key }, "\(setting.key) is not in the table")
        return entries[setting.key]
    }
}
