import Customs
import Platform
import Postgres
import Synchronization

/// What this instance is writing into the past's log itself: it remembers its own declarations without reading them again.
struct OwnLines: Sendable {
    /// Being written: they may show up in the log before they are remembered.
    private var claimed: Set<UUIDv7> = []
    /// Remembered, and not yet met in the log.
    private var remembered: Set<UUIDv7> = []

    mutating func claim(_ declarations: [UUIDv7]) { claimed.formUnion(declarations) }

    /// `remembered` are those that were; the others were not written, or somebody else must look.
    mutating func settle(_ declarations: [UUIDv7], remembered: [UUIDv7]) {
        claimed.subtract(declarations)
        self.remembered.formUnion(remembered)
    }

    func isBeingWritten(_ declaration: UUIDv7) -> Bool { claimed.contains(declaration) }
    mutating func meet(_ declaration: UUIDv7) -> Bool { remembered.remove(declaration) != nil }
}

/// Where an instance is in the past's log, and what of it is its own.
struct PastTail: Sendable {
    var journal = LogTail()
    var own = OwnLines()

    /// Whether it is another's line, or a finding. What this instance remembered itself is taken in herewith.
    mutating func mustBeRead(_ line: HistoryTailStore.Line, now: Instant) -> Bool {
        if line.isFinding { return true }
        if own.isBeingWritten(line.declaration) {
            journal.leave(line.seq, now: now)
            return false
        }
        guard own.meet(line.declaration) else { return true }
        _ = journal.take(line.seq, now: now)
        return false
    }
}

extension Running {
    /// Before they are written.
    func claim(_ recordings: [DeclarationStore.Recording]) {
        let ids = recordings.map(\.id)
        tail.withLock { $0.own.claim(ids) }
    }

    /// After those of `written` were, and were remembered; or after nothing is known of it.
    func settle(_ recordings: [DeclarationStore.Recording], written: Set<UUIDv7>) {
        let known = recordings.filter { written.contains($0.id) }
        // Only what has a date is in the past's log.
        let remembered = known.filter { $0.analysed.figures.day != nil }.map(\.id)
        let ids = recordings.map(\.id)
        tail.withLock { $0.own.settle(ids, remembered: remembered) }
        let decisions = recordings.map(\.analysed.decisionID)
        days.withLock { $0.settle(decisions, written: Set(known.map(\.analysed.decisionID))) }
    }

    /// Takes in what others have written into the past's log, and findings of this instance's own.
    func follow(_ database: some Queryable, _ vault: Vault) async throws {
        while true {
            let now = Instant.now()
            let (last, missing) = tail.withLock { ($0.journal.last, $0.journal.missing(now: now)) }
            let lines = try await HistoryTailStore.lines(after: last, missing: missing, database)
            if lines.isEmpty { return }
            let others = tail.withLock { tail in lines.filter { tail.mustBeRead($0, now: now) } }.map(\.seq)
            if !others.isEmpty { try await takeIn(others, database, vault) }
            if lines.count < HistoryTailStore.most { return }
        }
    }

    private func takeIn(_ seqs: [Int], _ database: some Queryable, _ vault: Vault) async throws {
        for start in stride(from: 0, to: seqs.count, by: Self.linesAtOnce) {
            let some = Array(seqs[start..<min(start + Self.linesAtOnce, seqs.count)])
            let lines = try await DeclarationStore.history(some, database)
            let identities = try await SealedParties.open(
                lines.map { ($0.declaration.id, $0.declaration.version, $0.declaration.parties) }, vault, database)
            for (line, identities) in zip(lines, identities) { try remember(line, identities) }
        }
    }
}
