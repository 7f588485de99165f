import CLinux

extension Thread {
    /// Which slice of sharded state the calling thread writes: its own number from 1 up while it runs inside
    /// `withOwnShard`, and 0 for all other threads together.
    public static var shard: Int { Int(clinux_thread_number()) }

    /// Shards that exist, number 0 included: one a core, and as many again for loops that outlive others.
    public static let shardCount = 2 * availableCores + 1

    private static let taken = Monitor([Bool](repeating: false, count: shardCount))

    /// Runs `body` with a shard that no other thread writes. When all are taken the thread stays with shard 0.
    public static func withOwnShard<Result>(_ body: () throws -> Result) rethrows -> Result {
        let number = taken.withLock { taken in
            guard let free = taken.indices.dropFirst().first(where: { !taken[$0] }) else { return 0 }
            taken[free] = true
            return free
        }
        let previous = clinux_thread_number()
        clinux_set_thread_number(Int32(number))
        defer {
            clinux_set_thread_number(previous)
            if number > 0 { taken.withLock { $0[number] = false } }
        }
        return try body()
    }
}
