public import Platform

/// Everything that can be configured: the one place that names keys, bounds and defaults.
public enum SettingsTable {
    static let dataDirectory = Setting(
        "data_dir", .path, default: "data", flag: "--data-dir",
        "Répertoire des données : base privée, envois, modèles installés.")
    static let resources = Setting(
        "resources", .path, "Répertoire qui contient migrations/ et config/ ; trouvé auprès du programme par défaut.")
    static let workers = Setting(
        "workers", .integer(0...256), default: "0",
        "Fils d'exécution pour ce qui calcule ou bloque ; 0 : autant que de cœurs.")

    static let host = Setting(
        "http.host", .string, default: "127.0.0.1", flag: "--host",
        "Adresse IP d'écoute ; 0.0.0.0 ou :: pour toutes.")
    static let port = Setting("http.port", .integer(0...65535), default: "8080", flag: "--port", "Port d'écoute.")
    static let certificate = Setting(
        "http.tls_cert", .path, flag: "--tls-cert", "Chaîne de certificats TLS, en PEM ; relue à SIGHUP.")
    static let key = Setting("http.tls_key", .path, flag: "--tls-key", "Clé privée du certificat, en PEM.")
    static let loops = Setting(
        "http.loops", .integer(0...256), default: "0", "Boucles d'événements ; 0 : une par cœur.")
    static let connections = Setting(
        "http.connections", .integer(1...1_000_000), default: "16384", "Connexions ouvertes en même temps.")
    static let connectionsPerAddress = Setting(
        "http.connections_per_address", .integer(1...1_000_000), default: "1024",
        "Connexions ouvertes en même temps par une même adresse.")
    static let requestsInFlight = Setting(
        "http.requests_in_flight", .integer(1...1_000_000), default: "2048",
        "Requêtes traitées en même temps ; au-delà, 503.")
    static let headTimeout = Setting(
        "http.timeout_head", .duration(.milliseconds(100) ... .seconds(300)), default: "10s",
        "Temps accordé pour envoyer les en-têtes.")
    static let idleTimeout = Setting(
        "http.timeout_idle", .duration(.seconds(1) ... .seconds(3600)), default: "75s",
        "Temps pendant lequel une connexion peut rester sans requête.")
    static let drain = Setting(
        "http.drain", .duration(.zero ... .seconds(600)), default: "20s",
        "Temps accordé aux requêtes en cours quand le service s'arrête.")
    static let trustedProxies = Setting(
        "http.trusted_proxies", .list, "Mandataires de confiance, en CIDR, dont X-Forwarded-For est cru.")
    static let crossOrigins = Setting(
        "http.cors_origins", .list, "Origines dont les pages peuvent appeler l'API ; aucune par défaut.")

    static let database = Setting(
        "database.url", .secret, "Base PostgreSQL existante ; sans elle, le service tient la sienne sous data_dir.")
    static let databaseOwner = Setting(
        "database.owner_url", .secret,
        "La même base, sous le rôle qui possède les tables et applique les migrations ; database.url par défaut.")
    static let databaseConnections = Setting(
        "database.connections", .integer(1...64), default: "2", "Connexions partagées, par boucle.")
    static let databaseLeases = Setting(
        "database.leases", .integer(1...64), default: "8", "Connexions pour les transactions, par boucle.")
    static let statementTimeout = Setting(
        "database.statement_timeout", .duration(.milliseconds(100) ... .seconds(3600)), default: "30s",
        "Temps accordé à une instruction SQL.")

    static let logLevel = Setting(
        "log.level", .choice(["debug", "info", "warn", "error"]), default: "info",
        "Gravité à partir de laquelle on note.")
    static let logFormat = Setting(
        "log.format", .choice(["auto", "json", "pretty"]), default: "auto",
        "Une ligne JSON, ou une ligne lisible ; auto : lisible sur un terminal.")
    static let logFile = Setting(
        "log.file", .path, "Fichier du journal, rouvert à SIGHUP ; la sortie d'erreur par défaut.")
    static let accessLog = Setting(
        "log.access", .choice(AccessLog.allCases.map(\.rawValue)), default: AccessLog.all.rawValue,
        "Requêtes notées : toutes, celles qui échouent par notre faute, aucune.")

    static let tokenKeys = Setting(
        "accounts.token_keys", .path,
        "Fichier des clés qui signent les jetons d'accès, commun à toutes les instances ; keys/tokens.json sous data_dir par défaut."
    )
    static let secondFactorKeys = Setting(
        "accounts.second_factor_keys", .path,
        "Fichier des clés qui scellaient les seconds facteurs avant le coffre, lu une fois pour les y reprendre ; keys/second-factors.json sous data_dir par défaut."
    )
    static let secondFactorRoles = Setting(
        "accounts.mfa_roles", .list,
        "Rôles qui doivent avoir un second facteur, outre expert_ml, chef_service et admin.")
    static let previousStep = Setting(
        "accounts.mfa_previous_step", .boolean, default: "false",
        "Accepter aussi le code des trente secondes précédentes, pour des horloges mal réglées.")
    static let vaultKeys = Setting(
        "vault.keys", .path,
        "Fichier des clés qui protègent les données personnelles, commun à toutes les instances, à sauvegarder ailleurs que la base ; keys/coffre.json sous data_dir par défaut."
    )
    static let anchors = Setting(
        "audit.anchors", .path,
        "Fichier où s'ajoutent les ancres signées du journal d'audit, de préférence sur un autre disque ; audit/anchors.jsonl sous data_dir par défaut."
    )

    static let retention = Setting(
        "retention.months", .integer(6...1200), default: "60",
        "Mois pendant lesquels une déclaration est conservée, avec tout ce qui s'y rapporte, après le dernier acte qui la concerne."
    )
    static let automaticPurge = Setting(
        "retention.automatic", .boolean, default: "true",
        "Purger la nuit ce qui a dépassé cette durée ; sinon, « inspectia retention purge » le fait quand on le demande."
    )

    static let loginRate = Setting(
        "limits.login", .integer(0...1_000_000), default: "120",
        "Requêtes de connexion par minute et par adresse ; 0 : sans limite.")
    static let uploadRate = Setting(
        "limits.upload", .integer(0...1_000_000), default: "60",
        "Envois de fichiers ou de lots par minute et par compte ou clé ; 0 : sans limite.")
    static let decideRate = Setting(
        "limits.decide", .integer(0...1_000_000), default: "600",
        "Actes par minute et par compte ou clé ; 0 : sans limite.")
    static let readRate = Setting(
        "limits.read", .integer(0...1_000_000), default: "1200",
        "Lectures par minute et par compte, clé ou adresse ; 0 : sans limite.")
    static let exportRate = Setting(
        "limits.export", .integer(0...1_000_000), default: "20",
        "Exports par minute et par compte ou clé ; 0 : sans limite.")
    static let administrationRate = Setting(
        "limits.administration", .integer(0...1_000_000), default: "300",
        "Actes d'administration par minute et par compte ou clé ; 0 : sans limite.")
    static let models = Setting(
        "models.directory", .path,
        "Répertoire des paquets de modèles ; models/ sous data_dir, sinon auprès du programme, par défaut.")

    static let readerProgram = Setting(
        "ocr.program", .path,
        "Programme qui lit PDF et images, en processus confinés ; celui du service par défaut.")
    static let readerProcesses = Setting(
        "ocr.processes", .integer(0...64), default: "0",
        "Documents lus en même temps, chacun par un processus ; 0 : un pour deux cœurs.")

    static let swagger = Setting(
        "docs.swagger_ui", .path,
        "Dossier de swagger-ui-dist, swagger-ui/ par défaut ; sans lui, /docs montre notre propre page.")

    public static let all = [
        dataDirectory, resources, workers, host, port, certificate, key, loops, connections, connectionsPerAddress,
        requestsInFlight, headTimeout, idleTimeout, drain, trustedProxies, crossOrigins, database, databaseOwner,
        databaseConnections, databaseLeases, statementTimeout, logLevel, logFormat, logFile, accessLog, tokenKeys,
        secondFactorKeys, secondFactorRoles, previousStep, vaultKeys, anchors, retention, automaticPurge, models,
        loginRate, uploadRate,
        decideRate, readRate, exportRate, administrationRate, readerProgram, readerProcesses, swagger,
    ]

    /// The variable that names the configuration file, and the one that tests read their reference data from.
    public static let configurationVariable = "INSPECTIA_CONFIG"
    public static let otherVariables: Set<String> = [configurationVariable, "INSPECTIA_FIXTURES"]
}
