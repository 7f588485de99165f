import Platform

/// What accounts have done lately, so that the audit trail says it once in ten minutes and not at every look. Of several
/// instances each remembers for itself.
final class SeenLately: Sendable {
    struct Act: Hashable, Sendable {
        let user: UUIDv7
        let object: String
    }

    private let known = Monitor<[Act: Instant]>([:])
    private let most: Int
    static let window = Duration.seconds(600)

    init(most: Int = 16_384) { self.most = most }

    func isKnown(_ act: Act, now: Instant = .now()) -> Bool {
        known.withLock { known in known[act].map { now - $0 < Self.window } ?? false }
    }

    func note(_ act: Act, now: Instant = .now()) {
        known.withLock { known in
            if known.count >= most { known = known.filter { now - $0.value < Self.window } }
            // Forgetting too much only writes something down twice.
            if known.count >= most { known.removeAll() }
            known[act] = now
        }
    }
}
