import HTTP
import JSON
import Platform

/// What a job is asked to do, and for whom: enough for another instance to do it.
struct JobRequest: Sendable {
    let chapter: String?
    let actor: AuditActor
    let user: UUIDv7
    let office: String?

    init(_ submission: Submission) {
        (chapter, actor) = (submission.chapter, submission.actor)
        (user, office) = (submission.principal.user, submission.principal.bureau)
    }

    init(_ job: JobStore.Job) throws {
        let value = try JSONValue(parsing: job.request)
        chapter = value["chapitre"]?.string
        let actor = value["acteur"]
        self.actor = AuditActor(
            name: actor?["nom"]?.string ?? AuditActor.user(job.user), role: actor?["role"]?.string,
            bureau: actor?["bureau"]?.string, address: actor?["adresse"]?.string, trace: actor?["trace"]?.string)
        (user, office) = (job.user, job.office)
    }

    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("chapitre", ifPresent: chapter)
            writer.key("acteur")
            writer.object { writer in
                writer.member("nom", actor.name)
                writer.member("role", ifPresent: actor.role)
                writer.member("bureau", ifPresent: actor.bureau)
                writer.member("adresse", ifPresent: actor.address)
                writer.member("trace", ifPresent: actor.trace)
            }
        }
        return writer.finish()
    }

    /// With the scope of whoever asked, and no rights beyond.
    var submission: Submission {
        let principal = Principal(
            user: user, username: "", role: actor.role ?? "", bureau: office, session: .make(), rights: .init([]))
        var submission = Submission(principal: principal, actor: actor)
        (submission.chapter, submission.source) = (chapter, "fichier")
        return submission
    }
}
