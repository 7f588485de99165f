import CLinux
import Glibc
import JSON
import Net
import Platform
import Postgres

/// Examines an installation the way an experienced colleague would, and says what to do about what it finds.
public enum Doctor {
    enum Verdict: String, Sendable {
        case good = "ok"
        case worrying = "attention"
        case bad = "echec"
    }

    struct Finding: Sendable {
        let subject: String
        let verdict: Verdict
        let detail: String
        /// What to do; nil when there is nothing to do.
        let advice: String?
    }

    public struct Report: Sendable {
        let findings: [Finding]

        public var isHealthy: Bool { !findings.contains { $0.verdict == .bad } }

        public var text: String {
            let width = findings.map(\.subject.count).max() ?? 0
            return findings.map { finding in
                let mark = finding.verdict == .good ? "✓" : finding.verdict == .worrying ? "!" : "✗"
                let space = String(repeating: " ", count: width - finding.subject.count)
                let advice = finding.advice.map { "\n  \(String(repeating: " ", count: width))  → \($0)" } ?? ""
                return "\(mark) \(finding.subject)\(space)  \(finding.detail)\(advice)\n"
            }.joined()
        }

        public var json: String {
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("sain", isHealthy)
                writer.key("constats")
                writer.array { writer in
                    for finding in findings {
                        writer.object { writer in
                            writer.member("sujet", finding.subject)
                            writer.member("verdict", finding.verdict.rawValue)
                            writer.member("detail", finding.detail)
                            writer.member("conseil", ifPresent: finding.advice)
                        }
                    }
                }
            }
            return String(decoding: writer.finish(), as: UTF8.self) + "\n"
        }
    }

    public static func examine(_ settings: ServiceSettings) -> Report {
        Report(
            findings: [disk(settings), descriptors(settings), certificate(settings)].compactMap(\.self)
                + database(settings))
    }

    private static func disk(_ settings: ServiceSettings) -> Finding {
        let directory = settings.dataDirectory
        do {
            try File.createDirectory(directory, mode: 0o755)
        } catch {
            return Finding(
                subject: "données", verdict: .bad, detail: error.message,
                advice: "créez ce répertoire pour le compte du service, ou changez data_dir")
        }
        guard access(directory, W_OK) == 0, let free = FreeSpace.bytes(at: directory) else {
            return Finding(
                subject: "données", verdict: .bad, detail: "« \(directory) » n'est pas accessible en écriture",
                advice: "rendez le répertoire au compte qui lance le service")
        }
        let detail = "« \(directory) », \(free >> 20) Mio libres"
        return free >= HealthService.lowSpace
            ? Finding(subject: "données", verdict: .good, detail: detail, advice: nil)
            : Finding(
                subject: "données", verdict: .worrying, detail: detail, advice: "libérez de la place : il faut 1 Gio")
    }

    private static func descriptors(_ settings: ServiceSettings) -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let allowed = Int(clamping: limit.rlim_max)
        let wanted = settings.serverConfiguration.limits.connections + 256
        let detail = "\(allowed) fichiers ouverts permis, \(wanted) utiles"
        return allowed >= wanted
            ? Finding(subject: "descripteurs", verdict: .good, detail: detail, advice: nil)
            : Finding(
                subject: "descripteurs", verdict: .worrying, detail: detail,
                advice: "élevez la limite (LimitNOFILE de systemd, ulimit -n) ou baissez http.connections")
    }

    private static func certificate(_ settings: ServiceSettings) -> Finding? {
        guard let files = settings.serverConfiguration.tls else { return nil }
        do {
            let days = try files.daysLeft()
            let detail = days >= 0 ? "le certificat expire dans \(days) jours" : "le certificat a expiré"
            let verdict: Verdict = days < 0 ? .bad : days < 21 ? .worrying : .good
            return Finding(
                subject: "TLS", verdict: verdict, detail: detail,
                advice: verdict == .good ? nil : "renouvelez-le, puis envoyez SIGHUP au service")
        } catch {
            return Finding(
                subject: "TLS", verdict: .bad, detail: error.description,
                advice: "vérifiez http.tls_cert et http.tls_key")
        }
    }

    private static func database(_ settings: ServiceSettings) -> [Finding] {
        let kind = settings.databaseURL == nil ? "base privée" : "base"
        do {
            let migrations = try Migrations(directory: settings.resources + "/migrations")
            let facts = try CommandDatabase.use(settings) { database in
                let row = try await database.queryOne(
                    "SELECT current_setting('server_version') AS version, current_setting('data_checksums') AS checksums"
                )
                let pending = try await migrations.plan(database).map(\.name)
                let more =
                    pending.isEmpty
                    ? [
                        try await VaultDoctor.examine(settings, database),
                        try await AuditDoctor.examine(settings, database),
                        try await RetentionDoctor.examine(settings, database),
                    ] : []
                return (try row?.get("version") ?? "", try row?.get("checksums") ?? "", pending, more)
            }
            return [server(kind, version: facts.0, checksums: facts.1), schema(pending: facts.2)] + facts.3
        } catch {
            return [
                Finding(
                    subject: kind, verdict: .bad, detail: error.operatorMessage,
                    advice: "voyez le journal du service et docs/operating.md")
            ]
        }
    }

    private static func server(_ kind: String, version: String, checksums: String) -> Finding {
        checksums == "on"
            ? Finding(
                subject: kind, verdict: .good, detail: "PostgreSQL \(version), sommes de contrôle actives", advice: nil)
            : Finding(
                subject: kind, verdict: .worrying, detail: "PostgreSQL \(version), sans sommes de contrôle",
                advice: "activez-les avec pg_checksums, base arrêtée")
    }

    private static func schema(pending: [String]) -> Finding {
        pending.isEmpty
            ? Finding(subject: "schéma", verdict: .good, detail: "à jour", advice: nil)
            : Finding(
                subject: "schéma", verdict: .worrying, detail: "en attente : \(pending.joined(separator: ", "))",
                advice: "lancez « inspectia migrate », ou le service, qui les applique en démarrant")
    }
}
