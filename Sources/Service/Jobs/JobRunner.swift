import HTTP
import JSON
import Net
import Platform
import Postgres
import Synchronization

/// Does this instance's share of the long work, one job after another. Whatever has been recorded of a job stays; who
/// goes on with it begins where the last part ended, and what was recorded without being counted is found again by its
/// number.
final class JobRunner: Sendable {
    static let channel: StaticString = "travaux"
    private static let poll = Duration.seconds(5)
    private static let heartbeat = Duration.seconds(10)

    private let id = UUIDv7.make()
    private let database: Database
    private let intake: FileIntake
    private let readiness: Readiness
    private let isWorking = Mutex(false)

    init(_ database: Database, _ intake: FileIntake, _ readiness: Readiness) {
        (self.database, self.intake, self.readiness) = (database, intake, readiness)
    }

    private var all: ScopedDatabase { database.under(OfficeScope.all) }

    /// Works whenever there is something new. Ends when the database is closed.
    func listen() async {
        for await _ in database.listen(Self.channel) { await work() }
    }

    /// Looks from time to time for what others have left.
    func watch() async {
        while !readiness.isStopping, let loop = EventLoop.current {
            await work()
            guard (try? await loop.sleep(for: Self.poll)) != nil else { return }
        }
    }

    private func work() async {
        // Whoever works looks for the next one before it stops.
        guard
            isWorking.withLock({ isWorking in
                defer { isWorking = true }
                return !isWorking
            })
        else { return }
        defer { isWorking.withLock { $0 = false } }
        while !readiness.isStopping, (try? intake.analysis.loaded()) != nil {
            do {
                guard let job = try await JobStore.claim(by: id, all) else { return }
                await perform(job)
            } catch {
                Log.shared.warn("jobs.unread", "The next job could not be taken") {
                    $0.add("error", error.operatorMessage)
                }
                return
            }
        }
    }

    /// Waits, while the service stops, until what is under way has been given back.
    func finish() async {
        let deadline = Instant.now() + .seconds(10)
        while isWorking.withLock({ $0 }), Instant.now() < deadline, let loop = EventLoop.current {
            guard (try? await loop.sleep(for: .milliseconds(20))) != nil else { return }
        }
    }

    private enum Stop: Error {
        /// Somebody else has it, or it was cancelled.
        case lost
        /// The service stops.
        case stopping
    }

    private func perform(_ job: JobStore.Job) async {
        do {
            guard job.attempts <= JobStore.mostAttempts else {
                throw Problem(.internalError, "Ce travail a été abandonné plusieurs fois ; il n'est plus repris.")
            }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await self.hand(job) }
                tasks.addTask { try await self.hold(job) }
                defer { tasks.cancelAll() }
                try await tasks.next()
            }
        } catch Stop.lost {
            Log.shared.info("jobs.lost", "A job was cancelled, or is another's") { $0.add("job", job.id) }
        } catch Stop.stopping {
            try? await JobStore.release(job.id, by: id, counts: false, all)
        } catch {
            await end(job, error)
        }
    }

    /// Holds the job while it is worked on.
    private func hold(_ job: JobStore.Job) async throws {
        while let loop = EventLoop.current {
            try await loop.sleep(for: Self.heartbeat)
            // What cannot be asked now is asked again before the lease ends.
            if let isOurs = try? await JobStore.renew(job.id, by: id, all), !isOurs { throw Stop.lost }
        }
    }

    private func hand(_ job: JobStore.Job) async throws {
        guard let document = try await job.document.asyncMap({ try await DocumentStore.find($0, all) }) ?? nil else {
            throw Problem(.gone, "Le fichier de ce travail n'est plus là.")
        }
        let submission = try JobRequest(job).submission
        let archive = intake.archive
        let file = try await archive.pool.run {
            try SentFile(archive.unsealed(document.content), name: archive.name(of: document))
        }
        guard let opened = try await intake.open(file, chapter: submission.chapter, .none) else {
            throw Problem(.contentTooLarge)
        }
        let ready = try await intake.resume(opened, document, submission)
        if ready.handed.count == 0, file.isDocument {
            throw Problem(.validationFailed, ready.rejects.first?.message)
        }
        var progress = Progress(job, ready)
        try await note(&progress, job, [])
        try await intake.analysis.submit(ready.handed, submission, from: progress.done) { answers in
            guard !self.readiness.isStopping else { throw Stop.stopping }
            try await self.note(&progress, job, answers)
        }
        try await end(job, .succeeded, nil)
    }

    /// How far a job has come.
    private struct Progress {
        var done: Int
        let total: Int
        var statistics: BatchStatistics
        let rejects: [Reject]
        /// The last that watchers were told.
        var told: Instant?

        init(_ job: JobStore.Job, _ ready: FileIntake.Ready) {
            (total, rejects) = (ready.handed.count, ready.rejects)
            done = min(job.done, total)
            statistics = BatchStatistics(job.result.flatMap { try? JSONValue(parsing: $0) })
            if job.result == nil { statistics.rejected = ready.rejected }
        }
    }

    private static let tellEvery = Duration.seconds(1)
    private static let rejectsAtOnce = 1000

    /// Writes down what was done, and now and then tells who watches.
    private func note(_ progress: inout Progress, _ job: JobStore.Job, _ answers: [Answer]) async throws {
        var refused = answers.enumerated().compactMap { index, answer in
            Reject(answer).map { (place: progress.rejects.count + progress.done + index, reject: $0) }
        }
        // The file's own, once.
        if answers.isEmpty, job.result == nil { refused = progress.rejects.enumerated().map { ($0, $1) } }
        progress.statistics.add(answers)
        progress.done += answers.count
        let now = Instant.now()
        let tells = progress.told.map { now - $0 >= Self.tellEvery } ?? true
        if tells { progress.told = now }
        let (done, total, result) = (progress.done, progress.total, progress.statistics.jsonBytes())
        let isOurs = try await all.transaction { transaction in
            guard
                try await JobStore.advance(
                    job.id, by: id, done: done, total: total, result: result, transaction)
            else { return false }
            var rest = refused[...]
            while !rest.isEmpty {
                try await JobStore.add(Array(rest.prefix(Self.rejectsAtOnce)), to: job, transaction)
                rest = rest.dropFirst(Self.rejectsAtOnce)
            }
            if tells {
                try await JobEvent(id: job.id, state: .running, done: done, total: total)
                    .publish(job.office, job.user, transaction)
            }
            return true
        }
        guard isOurs else { throw Stop.lost }
    }

    /// What the file's sender must see to is the end; what may pass is tried again.
    private func end(_ job: JobStore.Job, _ error: any Error) async {
        let problem = Problem(describing: error)
        let isOurs = problem.kind.status.family == 5
        Log.shared.warn("jobs.failed", "A job failed") { line in
            line.add("job", job.id)
            line.add("attempt", job.attempts)
            line.add("error", error.operatorMessage)
        }
        do {
            if isOurs, job.attempts < JobStore.mostAttempts {
                // Nobody takes it again before the lease would have ended.
                return
            }
            let code = problem.items.first?.code ?? problem.kind.code
            let message = problem.detail ?? problem.kind.title
            let text: JSONValue = ["code": .string(code), "message": .string(message)]
            try await end(job, .failed, text.jsonBytes())
        } catch {
            Log.shared.warn("jobs.unended", "The end of a job could not be written down") {
                $0.add("error", error.operatorMessage)
            }
        }
    }

    private func end(_ job: JobStore.Job, _ state: JobStore.State, _ problem: [UInt8]?) async throws {
        try await all.transaction { transaction in
            guard let ended = try await JobStore.finish(job.id, by: id, state, problem: problem, transaction) else {
                return
            }
            try await JobEvent(ended).publish(job.office, job.user, transaction)
        }
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate nonisolated(nonsending) func asyncMap<Value: Sendable>(
        _ body: nonisolated(nonsending) (Wrapped) async throws -> Value
    ) async throws -> Value? {
        guard let self else { return nil }
        return try await body(self)
    }
}
