import Crypto
import HTTP
package import JSON
import Platform

/// Who did something. An act without an actor cannot be written down, and is therefore not done.
package struct AuditActor: Sendable {
    /// `utilisateur:<id>`, `commande:<account of the machine>`, or `anonyme` for whoever is not known yet.
    let name: String
    var role: String?
    var bureau: String?
    var address: String?
    var trace: String?

    package init(
        name: String, role: String? = nil, bureau: String? = nil, address: String? = nil, trace: String? = nil
    ) {
        (self.name, self.role, self.bureau, self.address, self.trace) = (name, role, bureau, address, trace)
    }

    /// Whoever sent a request before we know who it is.
    static func anonymous(_ request: Request) -> AuditActor {
        AuditActor(
            name: "anonyme", address: request.client.address.description, trace: request.trace.traceID.description)
    }
}

/// Something that was done, as the audit trail keeps it for ever.
package struct AuditEvent: Sendable {
    /// `session.ouverte`, `utilisateur.cree`…
    let name: String
    let actor: AuditActor
    /// What it was done to: `utilisateur:<id>`, `session:<id>`…
    var object: String?
    var details: [JSONValue.Member] = []

    package init(name: String, actor: AuditActor, object: String? = nil, details: [JSONValue.Member] = []) {
        (self.name, self.actor, self.object, self.details) = (name, actor, object, details)
    }

    /// The text that is hashed. NUL cannot be stored, and is replaced.
    func canonical(seq: Int, at date: Timestamp) throws(AuditError) -> [UInt8] {
        var members: [JSONValue.Member] = [
            .init("seq", .int(seq)), .init("date", .string(date.rfc3339(.microseconds))),
            .init("evenement", .string(name)), .init("acteur", .string(actor.name)),
        ]
        for (name, value) in [
            ("role", actor.role), ("bureau", actor.bureau), ("adresse", actor.address), ("trace", actor.trace),
            ("objet", object),
        ] {
            if let value { members.append(.init(name, .string(value))) }
        }
        if !details.isEmpty { members.append(.init("details", .object(details))) }
        guard !actor.name.isEmpty, let bytes = Self.storable(.object(members)).canonicalBytes() else {
            throw .notWritable
        }
        return bytes
    }

    private static func storable(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(storable(text))
        case .array(let elements): .array(elements.map(storable))
        case .object(let members): .object(members.map { .init(storable($0.name), storable($0.value)) })
        default: value
        }
    }

    private static func storable(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{fffd}" : $0 }))
    }
}

enum AuditError: Error {
    /// An event without actor, or with details that have no canonical form.
    case notWritable
    /// The head row is missing or not what the program writes.
    case noHead
}
