import HTTP
import Net
public import Platform
import Postgres

/// The service's settings, checked and in the types of those who use them.
public struct ServiceSettings: Sendable {
    public let configuration: Configuration
    /// Holds `migrations/` and `config/`.
    public let resources: String
    private let proxies: TrustedProxies
    let crossOrigin: CORSPolicy
    private let tls: TLSFiles?
    let secondFactors: SecondFactorPolicy

    /// Throws everything that the table of settings cannot check by itself.
    public init(_ configuration: Configuration) throws(SettingsError) {
        var problems: [String] = []
        let blocks = configuration.list(SettingsTable.trustedProxies).map { text -> AddressBlock? in
            let block = AddressBlock(text)
            if block == nil { problems.append("http.trusted_proxies : « \(text) » n'est pas un bloc d'adresses") }
            return block
        }
        let origins = CORSPolicy(
            origins: configuration.list(SettingsTable.crossOrigins),
            methods: [.get, .head, .post, .put, .patch, .delete],
            headers: ["authorization", "content-type", "if-match", "idempotency-key"],
            exposedHeaders: ["ETag", "Location", "Retry-After", "RateLimit", "RateLimit-Policy"])
        if origins == nil { problems.append("http.cors_origins : une origine s'écrit https://nom ou https://nom:port") }
        if IPAddress(configuration.text(SettingsTable.host)) == nil {
            problems.append("http.host : « \(configuration.text(SettingsTable.host)) » n'est pas une adresse IP")
        }
        let roles = configuration.list(SettingsTable.secondFactorRoles).compactMap { text -> Role? in
            let role = Role(rawValue: text)
            if role == nil { problems.append("accounts.mfa_roles : « \(text) » n'est pas un rôle") }
            return role
        }
        secondFactors = SecondFactorPolicy(
            further: Set(roles), toleratesPreviousStep: configuration.boolean(SettingsTable.previousStep))
        let files = (
            configuration.textIfSet(SettingsTable.certificate), configuration.textIfSet(SettingsTable.key)
        )
        switch files {
        case (let certificate?, let key?): tls = TLSFiles(certificate: certificate, key: key)
        case (nil, nil): tls = nil
        default:
            tls = nil
            problems.append("http.tls_cert et http.tls_key vont ensemble")
        }
        let resources = Resources.find(
            configuration.textIfSet(SettingsTable.resources), holding: "migrations")
        if resources == nil {
            problems.append("resources : aucun répertoire ne contient migrations/, ni ici ni auprès du programme")
        }
        guard problems.isEmpty, let origins, let resources else { throw SettingsError(problems: problems) }
        (self.configuration, self.resources, crossOrigin) = (configuration, resources, origins)
        proxies = TrustedProxies(blocks.compactMap(\.self))
    }

    var dataDirectory: String { configuration.text(SettingsTable.dataDirectory) }
    var databaseURL: String? { configuration.textIfSet(SettingsTable.database) }
    /// Under the role that owns the tables.
    var databaseOwnerURL: String? { configuration.textIfSet(SettingsTable.databaseOwner) ?? databaseURL }
    var auditAnchors: String {
        configuration.textIfSet(SettingsTable.anchors) ?? dataDirectory + "/audit/anchors.jsonl"
    }
    /// Shared by all instances that take each other's tokens.
    var tokenKeys: String { configuration.textIfSet(SettingsTable.tokenKeys) ?? dataDirectory + "/keys/tokens.json" }
    /// What sealed second factors before the vault did.
    var secondFactorKeys: String {
        configuration.textIfSet(SettingsTable.secondFactorKeys) ?? dataDirectory + "/keys/second-factors.json"
    }
    /// Shared by all instances of one database.
    var vaultKeys: String { configuration.textIfSet(SettingsTable.vaultKeys) ?? dataDirectory + "/keys/coffre.json" }
    var auditKeys: String { dataDirectory + "/keys/audit.json" }
    /// Given to whoever verifies the journal elsewhere.
    var auditPublicKey: String { dataDirectory + "/keys/audit.pub" }
    /// The secret of the draws, shared by all instances.
    var drawKeys: String { dataDirectory + "/keys/tirage.json" }
    var uploads: String { dataDirectory + "/envois" }
    /// The files that were sent, sealed.
    var documents: String { dataDirectory + "/documents" }
    /// What reads documents; nil: this program.
    var readerProgram: String? { configuration.textIfSet(SettingsTable.readerProgram) }
    var readerProcesses: Int {
        configuration.integer(SettingsTable.readerProcesses).nonZero ?? max(1, Thread.availableCores / 2)
    }
    /// Packages of models; nil when there are none.
    var models: String? {
        configuration.textIfSet(SettingsTable.models)
            ?? [dataDirectory + "/models", resources + "/models"].first { (try? File.names(in: $0)) != nil }
    }
    var loops: Int { configuration.integer(SettingsTable.loops).nonZero ?? Thread.availableCores }
    var workers: Int { configuration.integer(SettingsTable.workers).nonZero ?? Thread.availableCores }

    var retentionMonths: Int { configuration.integer(SettingsTable.retention) }
    var purgesAutomatically: Bool { configuration.boolean(SettingsTable.automaticPurge) }

    /// Requests a minute.
    var rates: [RateClass: Int] {
        [
            .login: configuration.integer(SettingsTable.loginRate),
            .upload: configuration.integer(SettingsTable.uploadRate),
            .decide: configuration.integer(SettingsTable.decideRate),
            .read: configuration.integer(SettingsTable.readRate),
            .export: configuration.integer(SettingsTable.exportRate),
            .administration: configuration.integer(SettingsTable.administrationRate),
        ]
    }

    var accessLog: AccessLog { AccessLog(rawValue: configuration.text(SettingsTable.accessLog)) ?? .all }

    func databaseConfiguration(_ connection: String) -> DatabaseConfiguration {
        var database = DatabaseConfiguration(connection: connection)
        database.limits.sharedLinks = configuration.integer(SettingsTable.databaseConnections)
        database.limits.leasedLinks = configuration.integer(SettingsTable.databaseLeases)
        database.limits.statementTimeout = configuration.duration(SettingsTable.statementTimeout)
        return database
    }

    /// What all loops together may open, and as many again for command lines beside the service.
    var clusterSettings: ClusterSettings {
        var cluster = ClusterSettings()
        let each =
            configuration.integer(SettingsTable.databaseConnections)
            + configuration.integer(SettingsTable.databaseLeases)
        cluster.connections = max(cluster.connections, loops * each + 16)
        return cluster
    }

    var serverConfiguration: ServerConfiguration {
        var server = ServerConfiguration()
        server.host = configuration.text(SettingsTable.host)
        server.port = UInt16(configuration.integer(SettingsTable.port))
        server.tls = tls
        server.trustedProxies = proxies
        server.timeouts.head = configuration.duration(SettingsTable.headTimeout)
        server.timeouts.idle = configuration.duration(SettingsTable.idleTimeout)
        server.limits.connections = configuration.integer(SettingsTable.connections)
        server.limits.connectionsPerAddress = configuration.integer(SettingsTable.connectionsPerAddress)
        server.limits.requestsInFlight = configuration.integer(SettingsTable.requestsInFlight)
        server.limits.drain = configuration.duration(SettingsTable.drain)
        server.commonFields = SecurityFields.all(overTLS: tls != nil)
        return server
    }

    var log: Log.Settings {
        let level = configuration.text(SettingsTable.logLevel)
        let format = configuration.text(SettingsTable.logFormat)
        return Log.Settings(
            level: Log.Level.allCases.first { "\($0)" == level } ?? .info,
            format: format == "json" ? .json : format == "pretty" ? .readable : .automatic,
            destination: configuration.textIfSet(SettingsTable.logFile).map { .file($0) } ?? .standardError)
    }

    func swaggerUI(_ pool: WorkerPool) -> SwaggerUI? {
        SwaggerUI(directory: configuration.textIfSet(SettingsTable.swagger) ?? resources + "/swagger-ui", pool: pool)
    }

    /// Where the service is reached.
    func url(port: UInt16) -> String {
        let host = configuration.text(SettingsTable.host)
        return "\(tls == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)/"
    }
}

/// Settings that contradict each other or name what is not there; one sentence in French each.
public struct SettingsError: Error, CustomStringConvertible, Sendable {
    public let problems: [String]
    public var description: String { problems.joined(separator: "\n") }
}

extension Int {
    fileprivate var nonZero: Int? { self == 0 ? nil : self }
}
