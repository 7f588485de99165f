import HTTP
import JSON
import Platform

extension Request {
    /// The body, as JSON of that shape.
    func read<Value: JSONReadable>(_ type: Value.Type = Value.self) throws -> Value {
        guard case .bytes(let bytes) = body else { throw Problem(.malformedRequest, "Le corps est vide.") }
        return try Value(parsing: bytes)
    }

    /// Refuses a change of what is no longer what the client has read. Without If-Match there is nothing to compare.
    func checkVersion(_ tag: EntityTag?) throws {
        let verdict = try withPreconditions { $0.evaluate(method, etag: tag, lastModified: nil) }
        guard verdict == .proceed else { throw Problem(.preconditionFailed) }
    }

    /// Who asks. A route that anyone may use has nobody.
    func signedIn() throws(Problem) -> Principal {
        guard let principal else { throw Problem(.unauthenticated) }
        return principal
    }

    /// What the audit trail says of whoever asks.
    var actor: AuditActor {
        var actor = AuditActor.anonymous(self)
        guard let principal else { return actor }
        actor = AuditActor(
            name: principal.kind == .apiKey ? AuditActor.apiKey(principal.user) : AuditActor.user(principal.user),
            role: principal.role, bureau: principal.bureau,
            address: actor.address, trace: actor.trace)
        return actor
    }
}

extension AuditActor {
    static func user(_ id: UUIDv7) -> String { "utilisateur:\(id)" }
}
