import HTTP
import Platform
import Postgres

/// Long work on files: what takes more than an answer can wait for.
struct Jobs: Sendable {
    let database: Database
    let archive: DocumentArchive

    /// So many of one account may wait or be under way.
    private static let mostOpen = 10

    /// Keeps the file and leaves the rest to whoever is free. The job's id.
    func start(_ file: SentFile, _ submission: Submission) async throws -> JobStore.Job {
        let (id, principal) = (UUIDv7.make(), submission.principal)
        let scoped = database.seen(by: principal)
        guard try await JobStore.open(of: principal.user, scoped) < Self.mostOpen else {
            throw Problem(
                .tooManyRequests, "Vous avez déjà \(Self.mostOpen) travaux en attente ou en cours.", retryAfter: 30)
        }
        try await archive.store(file)
        return try await scoped.transaction { transaction in
            let document = try await archive.add(
                file, pages: nil, by: principal, submission.actor, transaction)
            try await JobStore.add(
                id, office: principal.bureau, request: JobRequest(submission).bytes, document: document,
                user: principal.user, transaction)
            guard let job = try await JobStore.find(id, of: nil, transaction) else { throw DocumentError.vanished }
            try await transaction.notify(JobRunner.channel)
            try await JobEvent(job).publish(job.office, job.user, transaction)
            return job
        }
    }

    /// Ends it; what was recorded of it stays.
    func cancel(_ job: JobStore.Job, by principal: Principal, _ actor: AuditActor) async throws -> JobStore.Job {
        guard job.user == principal.user else {
            throw Problem(.forbidden, "Seule la personne qui l'a demandé arrête un travail.")
        }
        if job.state == .cancelled { return job }
        return try await database.seen(by: principal).transaction { transaction in
            guard let ended = try await JobStore.cancel(job.id, transaction) else {
                throw Problem(.conflict, "Ce travail est déjà terminé.")
            }
            try await AuditStore.append(
                AuditEvent(name: "travail.annule", actor: actor, object: "travail:\(job.id)"), in: transaction)
            try await JobEvent(ended).publish(ended.office, ended.user, transaction)
            return ended
        }
    }
}
