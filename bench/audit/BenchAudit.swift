import Glibc
import JSON
import Net
import Platform
import Postgres
import Service

/// What an audit event adds to the transaction of its act: transactions that insert a row, with and without the event,
/// in turns over one connection. Prints both medians, in microseconds.
///
///     bench-audit 'host=… dbname=…' 2000
@main
enum BenchAudit {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let rounds = Int(arguments[2]), rounds > 0 else {
            print("bench-audit CONNECTION ROUNDS")
            exit(2)
        }
        let group = EventLoopGroup(count: 1)
        let database = try Database(DatabaseConfiguration(connection: arguments[1]), on: group)
        try await database.execute(
            "CREATE TABLE IF NOT EXISTS bench_acts (id bigint GENERATED ALWAYS AS IDENTITY, note text)")
        let times = try await Task(executorPreference: group.loops[0]) {
            var times: (without: [Double], with: [Double]) = ([], [])
            for round in 0..<rounds + 50 {
                let without = try await act(database, isRecorded: false)
                let with = try await act(database, isRecorded: true)
                // The first ones open the connection and make plans.
                guard round >= 50 else { continue }
                times.without.append(without)
                times.with.append(with)
            }
            return times
        }.value
        try await database.execute("DROP TABLE bench_acts")
        print("\(median(times.without)) \(median(times.with))")
        await database.close()
        group.stop()
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
