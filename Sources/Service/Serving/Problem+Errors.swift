import HTTP
import JSON
import Platform
import Postgres

extension Problem {
    /// What a client is told of an error that a handler let through.
    init(describing error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as JSONError: self.init(refusing: error)
        case let error as ParseError: self.init(error)
        case let error as BodyError: self.init(reading: error)
        case let error as DatabaseError: self.init(storing: error)
        case let error as VaultError: self = error.problem
        case WorkerPoolError.saturated: self.init(.overloaded, retryAfter: 1)
        case WorkerPoolError.stopped: self.init(.unavailable, "Le service s'arrête.", retryAfter: 5)
        case is CancellationError: self.init(.timeout)
        default: self.init(.internalError)
        }
    }

    private init(refusing error: JSONError) {
        let code = error.reason == .unknownMember ? "unknown_field" : error.code
        let item = Item(pointer: error.pointer, code: code, message: error.message)
        guard error.reason.isMalformedText else {
            self.init(.validationFailed, items: [item])
            return
        }
        self.init(.malformedJSON, "Ligne \(error.line), colonne \(error.column).", items: [item])
    }

    private init(reading error: BodyError) {
        switch error {
        case .tooLarge(let limit): self.init(.contentTooLarge, "La limite est de \(limit) octets.")
        case .malformed: self.init(.malformedRequest, "Le corps de la requête ne respecte pas son découpage.")
        case .tooSlow: self.init(.requestTimeout)
        case .disconnected: self.init(.requestTimeout, "La connexion a été coupée.")
        }
    }

    private init(storing error: DatabaseError) {
        switch error.kind {
        case .saturated, .leaseTimeout: self.init(.overloaded, error.message, retryAfter: 1)
        case .unavailable, .closed, .connectionLost(.notExecuted):
            self.init(.unavailable, error.message, retryAfter: 2)
        case .timeout(.notExecuted): self.init(.timeout, error.message)
        case .connectionLost(.unknown), .timeout(.unknown): self.init(.outcomeUnknown, error.message)
        case .server where error.isRetryable: self.init(.unavailable, error.message, retryAfter: 1)
        case .server, .decoding, .parameter, .misuse, .configuration, .migration: self.init(.internalError)
        }
    }
}
