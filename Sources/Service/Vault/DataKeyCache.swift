import Platform

/// Unwrapped keys of persons, as many as fit: those that were used lately.
final class DataKeyCache: Sendable {
    private struct State {
        var recent: [UUIDv7: DataKey] = [:]
        /// Goes when `recent` is full, and `recent` takes its place.
        var older: [UUIDv7: DataKey] = [:]
        /// Counts what was dropped: what was read before may not come in afterwards.
        var generation = 0
    }

    private let half: Int
    private let state = Monitor(State())

    init(capacity: Int = 16_384) { half = max(1, capacity / 2) }

    var count: Int { state.withLock { $0.recent.count + $0.older.count } }
    var generation: Int { state.withLock { $0.generation } }

    func keys(of persons: some Sequence<UUIDv7>) -> [UUIDv7: DataKey] {
        state.withLock { state in
            var found: [UUIDv7: DataKey] = [:]
            for person in persons where found[person] == nil {
                if let key = state.recent[person] {
                    found[person] = key
                } else if let key = state.older.removeValue(forKey: person) {
                    keep(key, of: person, &state)
                    found[person] = key
                }
            }
            return found
        }
    }

    /// What is in use for each of them from now on: whoever was faster stays, so that a key has one allowance. Nothing
    /// is kept when something was dropped since `generation`.
    func keep(_ keys: [UUIDv7: DataKey], since generation: Int) -> [UUIDv7: DataKey] {
        state.withLock { state in
            guard state.generation == generation else { return keys }
            var used = keys
            for (person, key) in keys {
                if let known = state.recent[person] ?? state.older[person] {
                    used[person] = known
                } else {
                    keep(key, of: person, &state)
                }
            }
            return used
        }
    }

    func drop(_ person: UUIDv7) {
        state.withLock { state in
            state.recent[person] = nil
            state.older[person] = nil
            state.generation += 1
        }
    }

    func dropAll() {
        state.withLock { state in
            (state.recent, state.older) = ([:], [:])
            state.generation += 1
        }
    }

    private func keep(_ key: DataKey, of person: UUIDv7, _ state: inout State) {
        if state.recent.count >= half { (state.older, state.recent) = (state.recent, [:]) }
        state.recent[person] = key
    }
}
