import Decisions
import JSON
import Platform
import Postgres

/// A proposal of thresholds as it was made.
struct StoredProposal: Sendable {
    let id: UUIDv7
    let method: String
    let against: String
    let thresholds: LaneThresholds
    let standing: String
    let content: [UInt8]
    let made: Timestamp
    let accepted: Timestamp?

    init(_ row: Row) throws {
        (id, method, against) = (try row.get("id"), try row.get("methode"), try row.get("politique"))
        thresholds = try LaneThresholds(
            bas: try row.get("bas"), haut: try row.get("haut"), tSoft: try row.get("t_soft"),
            tHard: try row.get("t_hard"))
        (standing, made, accepted) = (try row.get("suite"), try row.get("faite_le"), try row.get("acceptee_le"))
        content = Array(try row.get("contenu", as: String.self).utf8)
    }
}

extension StoredProposal: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("methode", method)
            writer.member("politique", against)
            writer.member("seuils", thresholds)
            writer.member("suite", standing)
            writer.key("detail")
            writer.raw(content)
            writer.member("faite_le", made.rfc3339())
            writer.member("acceptee_le", accepted?.rfc3339())
        }
    }
}
