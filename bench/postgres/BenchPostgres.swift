import Glibc
import Net
import Platform
import Postgres

/// Reads rows by their key, as `pgbench -S -M prepared` does, from many tasks on a few loops:
///
///     pgbench -i -s 10 DB && pgbench -S -M prepared -c 64 -j 1 -T 5 DB
///     bench-postgres 'dbname=DB' 64 1 5 1000000
@main
enum BenchPostgres {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let tasks = Int(arguments[2]), let loops = Int(arguments[3]),
            let seconds = Int(arguments[4]), let keys = Int32(arguments[5])
        else {
            print("bench-postgres CONNECTION TASKS LOOPS SECONDS KEYS")
            exit(2)
        }
        let group = EventLoopGroup(count: loops)
        let database = try Database(DatabaseConfiguration(connection: arguments[1]), on: group)
        try await database.execute("SELECT 1")
        let start = Instant.now()
        let processor = processorTime()
        let end = start + .seconds(seconds)
        let count = try await withThrowingTaskGroup(of: Int.self) { running in
            for k in 0..<tasks {
                running.addTask(executorPreference: group.loops[k % loops]) {
                    try await read(database, until: end, keys: keys)
                }
            }
            var count = 0
            for try await part in running { count += part }
            return count
        }
        let elapsed = (Instant.now() - start).seconds
        let each = (processorTime() - processor) / Double(count) * 1e6
        print("\(Int(Double(count) / elapsed)) q/s, \(Double(Int(each * 100)) / 100) us of this process's CPU a query")
        await database.close()
        group.stop()
    }

    private static func read(_ database: Database, until end: Instant, keys: Int32) async throws -> Int {
        var random = SystemRandomNumberGenerator()
        var count = 0
        while true {
            for _ in 0..<16 {
                let key = Int32.random(in: 1...keys, using: &random)
                let row = try await database.queryOne("SELECT abalance FROM pgbench_accounts WHERE aid = $1", key)
                guard try row?.get("abalance", as: Int.self) != nil else { fatalError("no row \(key)") }
                count += 1
            }
            if Instant.now() >= end { return count }
        }
    }

    private static func processorTime() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
