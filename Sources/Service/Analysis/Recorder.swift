import Customs
import Net
import Platform
import Postgres
import Synchronization

/// Writes what was analysed. Whoever comes while a transaction is under way shares the next one: each would wait for the
/// end of the audit trail in any case, and for the disk.
///
/// What was handed over is written also when its sender has gone: sent again, it is answered as known.
final class Recorder: Sendable {
    typealias Recording = DeclarationStore.Recording

    private struct Request {
        let recordings: [Recording]
        let actor: AuditActor
        let continuation: CheckedContinuation<Set<UUIDv7>, any Error>
    }
    private struct Waiting {
        var requests: [Request] = []
        var writers = 0
    }

    /// While one commits, another's rows are written.
    static let writers = 2
    /// Declarations of a transaction.
    static let atOnce = 64

    private let database: ScopedDatabase
    private let vault: Vault
    private let group: EventLoopGroup
    private let waiting = Mutex(Waiting())

    init(_ database: Database, _ vault: Vault, on group: EventLoopGroup) {
        // Offices share transactions: each declaration's own was checked before.
        (self.database, self.vault, self.group) = (database.under(OfficeScope.all), vault, group)
    }

    /// Which of them were recorded; those whose number is taken are not. More than a transaction takes are written side
    /// by side: some of them may be there when others fail.
    func record(_ recordings: [Recording], by actor: AuditActor) async throws -> Set<UUIDv7> {
        guard recordings.count > Self.atOnce else { return try await enqueue(recordings, actor) }
        return try await withThrowingTaskGroup(of: Set<UUIDv7>.self) { group in
            for start in stride(from: 0, to: recordings.count, by: Self.atOnce) {
                let some = Array(recordings[start..<min(start + Self.atOnce, recordings.count)])
                group.addTask { try await self.enqueue(some, actor) }
            }
            return try await group.reduce(into: []) { $0.formUnion($1) }
        }
    }

    private func enqueue(_ recordings: [Recording], _ actor: AuditActor) async throws -> Set<UUIDv7> {
        try await withCheckedThrowingContinuation { continuation in
            let needsWriter = waiting.withLock { waiting in
                waiting.requests.append(
                    Request(recordings: recordings, actor: actor, continuation: continuation))
                guard waiting.writers < Self.writers else { return false }
                waiting.writers += 1
                return true
            }
            if needsWriter { group.start { await self.write() } }
        }
    }

    private func write() async {
        while let requests = next() {
            do {
                let taken = try await write(requests)
                for request in requests { request.continuation.resume(returning: taken) }
            } catch  where requests.count > 1 {
                // Nobody fails for another's sake.
                for request in requests { await writeAlone(request) }
            } catch { requests[0].continuation.resume(throwing: error) }
        }
    }

    private func writeAlone(_ request: Request) async {
        do { request.continuation.resume(returning: try await write([request])) } catch {
            request.continuation.resume(throwing: error)
        }
    }

    /// Nil when there is nothing left to write, and the writer ends.
    private func next() -> [Request]? {
        waiting.withLock { waiting in
            var (count, end) = (0, 0)
            while end < waiting.requests.count {
                count += waiting.requests[end].recordings.count
                guard end == 0 || count <= Self.atOnce else { break }
                end += 1
            }
            guard end > 0 else {
                waiting.writers -= 1
                return nil
            }
            let requests = Array(waiting.requests[..<end])
            waiting.requests.removeFirst(end)
            return requests
        }
    }

    private func write(_ requests: [Request]) async throws -> Set<UUIDv7> {
        try await database.transaction { transaction in
            let all = requests.flatMap(\.recordings)
            let parties = try await SealedParties.seal(
                all.map { ($0.id, $0.written.parties) }, vault, in: transaction)
            var columns = RecordingColumns()
            for (recording, parties) in zip(all, parties) { columns.append(recording, parties) }
            // One journey: the trail is held from when the rows are there.
            async let rows = columns.insert(transaction)
            async let origins: Void = ProvenanceStore.add(all, transaction)
            async let head = AuditStore.lockedHead(transaction)
            let (taken, _, end) = try await (rows, origins, head)
            var events: [AuditEvent] = []
            for request in requests {
                for recording in request.recordings where taken.contains(recording.id) {
                    events.append(recording.event(request.actor))
                }
            }
            try await AuditStore.conclude(with: events, after: end, transaction)
            return taken
        }
    }
}
