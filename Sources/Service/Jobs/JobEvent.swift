import JSON
import Platform
import Postgres

/// What whoever watches is told of a job.
struct JobEvent: Sendable {
    static let subject = "travail"
    let id: UUIDv7
    let state: JobStore.State
    let done: Int
    let total: Int?

    init(id: UUIDv7, state: JobStore.State, done: Int, total: Int?) {
        (self.id, self.state, self.done, self.total) = (id, state, done, total)
    }

    init(_ job: JobStore.Job) { self.init(id: job.id, state: job.state, done: job.done, total: job.total) }

    /// The last step of a transaction.
    func publish(_ office: String?, _ user: UUIDv7, _ transaction: Transaction) async throws {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", id.description)
            writer.member("etat", state.rawValue)
            writer.member("fait", done)
            writer.member("total", total)
        }
        try await EventStore.publish(Self.subject, office, user, writer.finish(), transaction)
    }
}
