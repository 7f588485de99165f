/// Where settings are looked for; the first that has one wins: flags, environment, file, default.
public struct ConfigurationSources: Sendable {
    /// Options of the command line with their values, as `Arguments.given` has them.
    public var flags: [String: String] = [:]
    /// A variable with an empty value counts as not set.
    public var environment: [String: String] = [:]
    /// A JSON object of objects.
    public var file: String?
    /// Whether the file must exist, because someone named it.
    public var requiresFile = false
    /// Variables with the prefix that something else reads.
    public var otherVariables: Set<String> = []

    public init() {}
}

extension Configuration {
    /// Reads all settings. Throws everything that is wrong at once.
    public static func load(
        _ settings: [Setting], from sources: ConfigurationSources
    ) throws(ConfigurationError) -> Configuration {
        precondition(Set(settings.map(\.key)).count == settings.count, "a setting is listed twice")
        var loader = ConfigurationLoader(settings: settings)
        loader.readDefaults()
        if let file = sources.file { loader.readFile(file, isRequired: sources.requiresFile) }
        loader.readEnvironment(sources.environment, others: sources.otherVariables)
        loader.readFlags(sources.flags)
        guard loader.problems.isEmpty else { throw ConfigurationError(problems: loader.problems) }
        return Configuration(settings, loader.entries)
    }
}
