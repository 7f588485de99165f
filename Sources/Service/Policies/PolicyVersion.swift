import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// One version of a chapter's policy, with who made it and why.
struct PolicyVersion: Sendable {
    let policy: DecisionPolicy
    let means: DayMeans
    let number: Int
    let author: String
    let reason: String
    let since: Timestamp
    /// Nil while it is in force.
    let until: Timestamp?

    init(_ row: Row) throws {
        policy = try DecisionPolicy(parsing: Array(try row.get("contenu", as: String.self).utf8))
        means = try DayMeans(parsing: Array(try row.get("moyens", as: String.self).utf8))
        (number, author, reason) = (try row.get("numero"), try row.get("auteur"), try row.get("motif"))
        (since, until) = (try row.get("active_depuis"), try row.get("retiree_le"))
    }

    var chapter: String { policy.chapter }
    /// What whoever changes it must have read.
    var tag: EntityTag? { EntityTag(policy.version) }
}

extension PolicyVersion: JSONWritable {
    func write(to writer: inout JSONWriter) { writer.object { members(to: &$0) } }

    func members(to writer: inout JSONWriter) {
        writer.member("chapitre", chapter)
        writer.member("numero", number)
        writer.member("version", policy.version)
        writer.member("seuils", policy.thresholds)
        writer.member("numero_seuils", policy.thresholdNumber)
        writer.member("strategie", policy.strategy)
        writer.member("epsilon", policy.epsilon)
        writer.member("plancher", policy.floor)
        writer.member("strate_aleatoire", policy.stratumRate)
        means.members(to: &writer)
        writer.member("auteur", author)
        writer.member("motif", reason)
        writer.member("active_depuis", since.rfc3339())
        writer.member("retiree_le", until?.rfc3339())
    }
}
