import Glibc
import JSON
import Platform
import TestKit
import Testing

/// The service and its PostgreSQL are killed at random while declarations and verdicts come in. What was acknowledged is
/// there once, whatever was lost on the way; `INSPECTIA_CRASH_ROUNDS` asks for more rounds than the usual few.
@Suite struct CrashTests {
    private static let rounds = getenv("INSPECTIA_CRASH_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 4
    private static let clients = 4

    @Test func whatWasAcknowledgedIsThereOnce() throws {
        let installation = try Installation()
        let directory = ["--data-dir", installation.path]
        let added = try Program.run(
            ["user", "add", "essai", "--role", "inspecteur"] + directory,
            prefix: ["/bin/sh", "-c", "echo quatre chevaux verts | \"$0\" \"$@\""])
        try #require(added.status == .exited(0), "\(added.errors)")
        let token = try Program.run(["token", "issue", "essai", "--ttl", "60m"] + directory).output.dropLast()
        let diary = Monitor(Diary())
        var random = SeededGenerator(seed: UInt64(getpid()))
        for round in 0..<Self.rounds {
            let service = try Serving(
                .own(installation), [],
                ["INSPECTIA_LIMITS_UPLOAD": "0", "INSPECTIA_MODELS_DIRECTORY": installation.path + "/aucun"])
            let stop = Monitor(false)
            let threads = (0..<Self.clients).map { client in
                let inspector = Inspector(port: service.port, token: String(token), diary: diary)
                return Thread.start("inspector-\(client)") {
                    var number = 1_000_000 * (round + 1) + 100_000 * client
                    while !stop.withLock({ $0 }) {
                        number += 1
                        inspector.work(String(number))
                    }
                }
            }
            let before = diary.withLock { $0.declarations.count }
            let deadline = Instant.now() + .seconds(60)
            while diary.withLock({ $0.declarations.count }) < before + 20 {
                try #require(Instant.now() < deadline, "nothing is acknowledged: \(Program.text(service.log))")
                usleep(2_000)
            }
            usleep(UInt32.random(in: 0..<600_000, using: &random))
            if Bool.random(using: &random), let postmaster = installation.postmaster {
                kill(postmaster, SIGKILL)
                usleep(UInt32.random(in: 0..<1_500_000, using: &random))
            }
            service.child.kill()
            _ = service.child.wait()
            stop.withLock { $0 = true }
            for thread in threads { thread.join() }
        }
        try check(installation, diary.withLock { $0 })
    }

    private func check(_ installation: Installation, _ diary: Diary) throws {
        let service = try Serving(.own(installation))
        func value(_ sql: String) throws -> String? {
            try PlainSQL.value(
                installation.connection, "SELECT set_config('inspectia.bureau', '*', false); " + sql)
        }
        func numbers(_ sql: String) throws -> [String] {
            (try value("SELECT string_agg(t.n, ' ') FROM (\(sql)) t (n)") ?? "").split(separator: " ").map(String.init)
        }
        let stored = try numbers("SELECT numero FROM declarations")
        #expect(Set(stored).count == stored.count)
        #expect(diary.declarations.subtracting(stored).isEmpty)
        let judged = try numbers("SELECT d.numero FROM outcomes o JOIN declarations d ON d.id = o.declaration_id")
        #expect(Set(judged).count == judged.count && diary.verdicts.count > 0)
        #expect(diary.verdicts.subtracting(judged).isEmpty)
        // Nothing is there by halves.
        for table in ["predictions", "decisions", "history_log"] {
            let missing = try value(
                """
                SELECT count(*) FROM declarations d
                WHERE (SELECT count(*) FROM \(table) x WHERE x.declaration_id = d.id
                    \(table == "history_log" ? "AND fraude IS NULL" : "")) <> 1
                """)
            #expect(missing == "0", "\(table)")
        }
        #expect(
            try value(
                """
                SELECT count(*) FROM declarations d WHERE 1 <> (SELECT count(*) FROM audit_events e
                    WHERE e.objet = 'declaration:' || d.numero_declaration AND e.evenement = 'declaration.analysee')
                """) == "0")
        let directory = ["--data-dir", installation.path]
        #expect(try Program.run(["audit", "verify"] + directory).status == .exited(0))
        let replayed = try Program.run(["decision", "replay", "--last", "100000"] + directory)
        #expect(replayed.status == .exited(0), "\(replayed.output)")
        #expect(try service.stop() == .exited(0))
    }
}

/// What the service has said yes to.
private struct Diary: Sendable {
    var declarations: Set<String> = []
    var verdicts: Set<String> = []
}

/// Hands in declarations and judges every second one; whatever fails is left alone.
private struct Inspector: Sendable {
    let port: UInt16
    let token: String
    let diary: Monitor<Diary>

    func work(_ number: String) {
        let declaration: JSONValue = [
            "annee": "2026", "bureau": "18N", "numero": .string(number), "date_enregistrement": "2026-03-02",
            "ninea": "001234567",
            "articles": [["code_sh": "3004900000", "pays_origine": "FR", "poids_net": 100, "valeur_caf": 4_500_000]],
        ]
        guard post("/api/v2/declarations", declaration) else { return }
        diary.withLock { _ = $0.declarations.insert(number) }
        guard number.utf8.last.map({ $0 & 1 == 0 }) ?? false else { return }
        let verdict: JSONValue = [
            "user_decision": "fraude", "evidence": "physique", "montant_redresse": 100_000,
            "justification": "contrôle physique effectué",
        ]
        guard post("/api/v2/declarations/2026/18N/\(number)/feedback", verdict) else { return }
        diary.withLock { _ = $0.verdicts.insert(number) }
    }

    private func post(_ path: String, _ value: JSONValue) -> Bool {
        guard let client = try? RawClient(port: port, timeout: .seconds(20)) else {
            usleep(5_000)
            return false
        }
        defer { client.close() }
        let body = value.jsonBytes()
        let head =
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
        guard (try? client.send(Array(head.utf8) + body)) != nil, let answer = try? client.receive() else {
            return false
        }
        return answer.status == 201
    }
}
