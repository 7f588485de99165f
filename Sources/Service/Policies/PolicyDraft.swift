import JSON
import Platform
import Postgres

/// A change on trial.
struct PolicyDraft: Sendable {
    let id: UUIDv7
    let chapter: String
    let change: [UInt8]
    let author: UUIDv7
    let made: Timestamp
    /// JSON of the last trial.
    let trial: [UInt8]?
    let against: String?
    let judged: Timestamp?
    let version: String?

    init(_ row: Row) throws {
        (id, chapter, author, made) = (
            try row.get("id"), try row.get("chapitre"), try row.get("auteur"), try row.get("cree_le")
        )
        change = Array(try row.get("changement", as: String.self).utf8)
        trial = try row.get("evaluation", as: String?.self).map { Array($0.utf8) }
        (against, judged, version) = (try row.get("comparee_a"), try row.get("evaluee_le"), try row.get("politique"))
    }
}

extension PolicyDraft: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("brouillon", id.description)
            writer.member("chapitre", chapter)
            writer.key("changement")
            writer.raw(change)
            writer.member("auteur", author.description)
            writer.member("cree_le", made.rfc3339())
            writer.key("essai")
            if let trial { writer.raw(trial) } else { writer.null() }
            writer.member("comparee_a", against)
            writer.member("evaluee_le", judged?.rfc3339())
            writer.member("politique", version)
        }
    }
}
