import Platform
import Postgres

/// What `inspectia doctor` says of the audit trail: whether it still is the one that was anchored last. The whole chain is
/// `audit verify`'s.
enum AuditDoctor {
    static func examine(_ settings: ServiceSettings, _ database: Database) async throws -> Doctor.Finding {
        let head = try await AuditStore.head(database)
        guard let last = Anchors.last(of: settings.auditAnchors) else {
            return finding(.good, "\(head.seq) événements, aucune ancre encore")
        }
        guard try await AuditStore.fits(last, database) else {
            return finding(
                .bad, "ce n'est plus celui qui a été ancré à l'événement \(last.seq)",
                "« inspectia audit verify --anchors » dit où ; après la restauration d'une sauvegarde, « inspectia audit resume »"
            )
        }
        return finding(.good, "\(head.seq) événements, la dernière ancre (\(last.seq)) concorde")
    }

    private static func finding(_ verdict: Doctor.Verdict, _ detail: String, _ advice: String? = nil) -> Doctor.Finding
    {
        .init(subject: "journal", verdict: verdict, detail: detail, advice: advice)
    }
}
