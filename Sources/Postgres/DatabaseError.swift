/// Why the database did not do what was asked.
public struct DatabaseError: Error, Sendable, Equatable {
    /// What is known of a statement whose answer never came.
    public enum Outcome: String, Sendable {
        /// It had no effect: trying again cannot do it twice.
        case notExecuted
        /// It may have run: only look, or repeat what is harmless to repeat.
        case unknown
    }
    public enum Kind: Sendable, Equatable {
        /// More requests wait than the configuration allows.
        case saturated
        /// No connection came free before the deadline.
        case leaseTimeout
        /// The server cannot be reached.
        case unavailable
        case connectionLost(Outcome)
        /// The statement, or the whole server, took too long.
        case timeout(Outcome)
        /// The server refused the statement.
        case server(ServerReport)
        /// A value of this column is not what the reader asked for.
        case decoding(column: String)
        /// The parameter at this position, from 1, cannot be sent.
        case parameter(Int)
        case closed
        /// The caller broke a rule: a transaction used after its end, BEGIN outside `transaction`.
        case misuse
        case configuration
        case migration(MigrationFault)
    }

    public let kind: Kind
    /// Everything that is known, for logs and tests; never for clients.
    public let detail: String

    public init(_ kind: Kind, _ detail: String) { (self.kind, self.detail) = (kind, detail) }

    public var report: ServerReport? {
        if case .server(let report) = kind { return report }
        return nil
    }
    public var sqlState: String? { report?.sqlState }
    /// The violated constraint's name.
    public var constraint: String? { report?.constraint }
    /// Two transactions excluded each other; the loser may start again.
    public var isConflict: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// The same request may succeed later, and repeating it cannot do it twice.
    public var isRetryable: Bool {
        switch kind {
        case .saturated, .leaseTimeout, .unavailable, .connectionLost(.notExecuted), .timeout(.notExecuted): true
        case .server(let report): isConflict || report.sqlState == "55P03" || report.sqlState.hasPrefix("53")
        default: false
        }
    }
}

extension DatabaseError: CustomStringConvertible {
    /// The code and the private detail.
    public var description: String { "\(code): \(detail)" }

    /// Stable, for programs.
    public var code: String {
        switch kind {
        case .saturated: "base_saturee"
        case .leaseTimeout: "base_attente_depassee"
        case .unavailable: "base_indisponible"
        case .connectionLost(.notExecuted): "base_connexion_perdue"
        case .connectionLost(.unknown): "base_resultat_inconnu"
        case .timeout: "base_delai_depasse"
        case .server(let report): report.code
        case .decoding: "base_lecture"
        case .parameter: "base_parametre"
        case .closed: "base_fermee"
        case .misuse: "base_usage"
        case .configuration: "base_configuration"
        case .migration: "base_migration"
        }
    }

    /// For people; tells nothing about the inside.
    public var message: String {
        switch kind {
        case .saturated, .leaseTimeout: "La base de données est très sollicitée : réessayez dans un instant."
        case .unavailable: "La base de données est momentanément indisponible."
        case .connectionLost(.notExecuted): "La liaison avec la base de données a été coupée : rien n'a été enregistré."
        case .connectionLost(.unknown):
            "La liaison avec la base de données a été coupée : vérifiez si l'opération a été enregistrée."
        case .timeout(.notExecuted): "L'opération a pris trop de temps et a été abandonnée."
        case .timeout(.unknown): "La base de données n'a pas répondu à temps."
        case .server(let report): report.message
        case .decoding: "Une donnée enregistrée n'a pas la forme attendue."
        case .parameter: "Une valeur transmise contient un caractère qui ne peut pas être enregistré."
        case .closed: "Le service s'arrête."
        case .misuse: "L'opération demandée à la base de données n'est pas permise."
        case .configuration: "La configuration de la base de données n'est pas valable."
        case .migration(let fault): fault.message
        }
    }
}
