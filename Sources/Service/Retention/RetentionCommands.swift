import JSON
import Platform
import Postgres

/// What the command line does about retention, as the tables' owner: at once, whatever the hour.
public enum RetentionCommands {
    public struct Report: Sendable {
        let term: RetentionStore.Term
        let isAutomatic: Bool
        let quarters: [RetentionStore.Quarter]
        let rest: RetentionStore.Rest

        public func text(json: Bool) -> String { json ? self.json : lines.joined(separator: "\n") }

        private var lines: [String] {
            var lines = [
                "Durée de conservation : \(term.months) mois après le dernier acte. Ce qui est plus ancien que le "
                    + "\(FrenchDate.text(term.limit.date)) part.",
                isAutomatic
                    ? "Purge automatique, la nuit, à partir du \(FrenchDate.text(term.from.date))."
                    : "Pas de purge automatique (retention.automatic).",
            ]
            if quarters.isEmpty { lines.append("Aucune déclaration n'a été reçue avant cette date.") }
            for quarter in quarters {
                lines.append(
                    "\(quarter.name) : \(quarter.expired) déclarations partent, \(quarter.held) sont retenues.")
            }
            lines.append(
                "Procès-verbaux qui partent : \(rest.acts). Documents reçus avant cette date : \(rest.documents). "
                    + "Conservations ouvertes : \(rest.holds).")
            if let next = rest.next {
                lines.append(
                    "Première déclaration reçue depuis : le \(FrenchDate.text(next.date)), conservée \(term.months) mois au moins."
                )
            }
            lines.append("Partitions : \(rest.partitions.joined(separator: ", ")).")
            return lines
        }

        private var json: String {
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("mois", term.months)
                writer.member("limite", term.limit.rfc3339(.seconds))
                writer.member("automatique", isAutomatic)
                writer.member("automatique_des", term.from.rfc3339(.seconds))
                writer.key("trimestres")
                writer.array { writer in
                    for quarter in quarters {
                        writer.object { writer in
                            writer.member("trimestre", quarter.name)
                            writer.member("partent", quarter.expired)
                            writer.member("retenues", quarter.held)
                        }
                    }
                }
                writer.member("proces_verbaux", rest.acts)
                writer.member("documents", rest.documents)
                writer.member("conservations", rest.holds)
                writer.member("premiere_conservee", rest.next?.rfc3339(.seconds))
                writer.key("partitions")
                writer.array { writer in for name in rest.partitions { writer.string(name) } }
            }
            return String(decoding: writer.finish(), as: UTF8.self)
        }
    }

    /// Looking through years of declarations takes a while.
    private static let timeout = Duration.seconds(1800)

    public static func show(_ settings: ServiceSettings) throws -> Report {
        let isAutomatic = settings.purgesAutomatically
        return try CommandDatabase.use(settings) { database in
            try await database.under(OfficeScope.all).transaction(
                isolation: .repeatableRead, readOnly: true, timeout: timeout
            ) { transaction in
                let term = try await RetentionStore.term(transaction)
                return Report(
                    term: term, isAutomatic: isAutomatic,
                    quarters: try await RetentionStore.quarters(term, transaction),
                    rest: try await RetentionStore.rest(term, transaction))
            }
        }
    }

    public struct Purge: Sendable {
        let summary: Retention.Summary

        public func text(json: Bool) -> String {
            func count(_ name: String) -> Int { summary.counts[name] ?? 0 }
            guard json else {
                if summary.parts == 0 { return "Rien n'a dépassé la durée de conservation." }
                return
                    "Purgés : \(count("declarations")) déclarations, \(count("decisions")) décisions, "
                    + "\(count("verdicts")) verdicts, \(count("proces_verbaux")) procès-verbaux, "
                    + "\(count("documents")) documents, \(count("personnes")) personnes, "
                    + "\(summary.partitions.count) partitions, \(summary.files) fichiers, "
                    + "\(summary.events) événements du journal. "
                    + "Le journal d'audit le dit en \(summary.parts) événements."
            }
            var writer = JSONWriter()
            writer.object { writer in
                for name in ["declarations", "decisions", "verdicts", "proces_verbaux", "documents", "personnes"] {
                    writer.key(name)
                    writer.int(count(name))
                }
                writer.key("partitions")
                writer.array { writer in for name in summary.partitions { writer.string(name) } }
                writer.member("fichiers", summary.files)
                writer.member("evenements_retires", summary.events)
                writer.member("evenements", summary.parts)
            }
            return String(decoding: writer.finish(), as: UTF8.self)
        }
    }

    /// Nil when somebody else is at it.
    public static func purge(_ settings: ServiceSettings) throws -> Purge? {
        let pool = WorkerPool(name: "worker", limits: .init(threads: 1))
        defer { pool.stop() }
        return try CommandDatabase.use(settings) { database in
            try await Retention(settings, database, pool).run(by: AccountCommands.operatorActor())
                .map { Purge(summary: $0) }
        }
    }
}

extension RetentionStore.Quarter {
    /// `2021 T4`
    var name: String { "\(first.year) T\((first.month + 2) / 3)" }
}
