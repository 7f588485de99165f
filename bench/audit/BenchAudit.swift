import Glibc
import JSON
import Net
import Platform
import Postgres
import Service

/// What an audit event adds to the transaction of its act: transactions that insert a row, with and without the event,
/// in turns. Over one connection it prints both medians, in microseconds; with several writers at once, who wait for each
/// other where there is an event, how many acts a second are done without and with it.
///
///     bench-audit 'host=… dbname=…' 2000
///     bench-audit 'host=… dbname=…' 500 8
@main
enum BenchAudit {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard 3...4 ~= arguments.count, let rounds = Int(arguments[2]), rounds > 0,
            let writers = arguments.count == 4 ? Int(arguments[3]) : 1, 1...64 ~= writers
        else {
            print("bench-audit CONNECTION ROUNDS [WRITERS]")
            exit(2)
        }
        let group = EventLoopGroup(count: 1)
        var configuration = DatabaseConfiguration(connection: arguments[1])
        configuration.limits.leasedLinks = writers
        let database = try Database(configuration, on: group)
        try await database.execute(
            "CREATE TABLE IF NOT EXISTS bench_acts (id bigint GENERATED ALWAYS AS IDENTITY, note text)")
        let (without, with) = try await Task(executorPreference: group.loops[0]) {
            writers == 1
                ? try await times(rounds, database) : try await rates(rounds, writers, database)
        }.value
        try await database.execute("DROP TABLE bench_acts")
        print("\(without) \(with)")
        await database.close()
        group.stop()
    }

    private static func times(_ rounds: Int, _ database: Database) async throws -> (Double, Double) {
        var times: (without: [Double], with: [Double]) = ([], [])
        for round in 0..<rounds + 50 {
            let without = try await act(database, isRecorded: false)
            let with = try await act(database, isRecorded: true)
            // The first ones open the connection and make plans.
            guard round >= 50 else { continue }
            times.without.append(without)
            times.with.append(with)
        }
        return (median(times.without), median(times.with))
    }

    private static func rates(
        _ rounds: Int, _ writers: Int, _ database: Database
    ) async throws -> (Double, Double) {
        var rates: (without: [Double], with: [Double]) = ([], [])
        // The first turn opens connections.
        for turn in 0...4 {
            for isRecorded in [false, true] {
                let start = Instant.now()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<writers {
                        group.addTask {
                            for _ in 0..<max(1, rounds / writers) {
                                _ = try await act(database, isRecorded: isRecorded)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let rate = Double(writers * max(1, rounds / writers)) / (Instant.now() - start).seconds
                guard turn > 0 else { continue }
                if isRecorded { rates.with.append(rate) } else { rates.without.append(rate) }
            }
        }
        return (median(rates.without), median(rates.with))
    }

    private static func act(_ database: Database, isRecorded: Bool) async throws -> Double {
        let start = Instant.now()
        try await database.transaction { transaction in
            try await transaction.execute("INSERT INTO bench_acts (note) VALUES ($1)", "un acte")
            guard isRecorded else { return }
            let actor = AuditActor(
                name: "utilisateur:01980000-0000-7000-8000-000000000000", role: "inspecteur", bureau: "18N",
                address: "192.0.2.7", trace: "d1c2c216ef8a2b209597788d9b705df4")
            try await AuditStore.append(
                AuditEvent(
                    name: "essai.mesure", actor: actor, object: "acte:1",
                    details: [.init("motif", .string("mesure de la chaîne d'audit"))]), in: transaction)
        }
        return (Instant.now() - start).seconds * 1e6
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
