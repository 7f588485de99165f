import Crypto
import JSON
import Net
import Platform
import Postgres

/// What the command line does for those who want to see the service at work.
public enum DemonstrationCommands {
    /// What is told while it goes on.
    public enum Report: Sendable {
        /// Secrets that are shown once.
        case accounts(Accounts)
        case progress(done: Int, of: Int)
    }

    /// The accounts with what opens them.
    public struct Accounts: Sendable {
        let secrets: [DemonstrationAccount.Secrets]
    }

    public struct Summary: Sendable {
        let counts: DemonstrationStore.Counts
        var accounts = Accounts(secrets: [])
        var wasThere = false
        var wasResumed = false
    }

    /// Makes a year of `declarations` that ends today, with accounts that act in it. A database that holds anything else is
    /// refused; one that holds a demonstration stays as it is, and one that was interrupted is brought to its end.
    public static func seed(
        _ settings: ServiceSettings, declarations: Int, seed: Int, _ report: @escaping @Sendable (Report) -> Void
    ) throws -> Summary {
        let plan = DemonstrationPlan(declarations: declarations, seed: seed, lastDay: AnalysisService.today)
        return try VaultCommands.use(settings) { database, vault in
            let group = EventLoopGroup(count: 1)
            let pool = WorkerPool(name: "worker", limits: .init(threads: settings.workers))
            defer {
                pool.stop()
                group.stop()
            }
            let analysis = AnalysisService(settings, database, vault, pool, on: group)
            return try await Demonstration(
                settings: settings, database: database, analysis: analysis, report: report
            ).run(plan)
        }
    }
}

extension DemonstrationCommands.Accounts {
    /// A table of them.
    public var text: String {
        var lines = [
            "Comptes de la démonstration. Leurs mots de passe sont tirés au hasard et montrés cette fois seulement :",
            "",
            Self.line("compte", "rôle", "bureau", "mot de passe"),
        ]
        for one in secrets {
            lines.append(
                Self.line(one.account.username, one.account.role.rawValue, one.account.bureau ?? "", one.password))
        }
        lines += [
            "",
            "Ces rôles exigent un second facteur : une clé pour une application d'authentification, et des codes de",
            "secours qui servent chacun une fois :", "",
        ]
        for one in secrets {
            guard let factor = one.factor else { continue }
            lines.append("  \(Self.padded(one.account.username, 18))clé     \(Base32.encode(factor.secret))")
            for code in one.recoveryCodes { lines.append("  \(Self.padded("", 18))code    \(code)") }
        }
        return lines.joined(separator: "\n")
    }

    private static func line(_ name: String, _ role: String, _ office: String, _ password: String) -> String {
        "  \(padded(name, 18))\(padded(role, 14))\(padded(office, 8))\(password)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}

extension DemonstrationCommands.Summary {
    public func text(json: Bool) -> String {
        if json { return String(decoding: jsonBytes, as: UTF8.self) }
        let figures =
            "\(counts.declarations) déclarations, \(counts.verdicts) verdicts dont \(counts.frauds) fraudes, "
            + "\(counts.doubts) doutes, \(counts.open) dossiers ouverts, \(counts.acts) procès-verbaux"
        if wasThere {
            return """
                La démonstration est déjà là et reste comme elle est : \(figures).
                Un mot de passe perdu ? « inspectia token issue awa.diop » donne un jeton sans lui ; l'administrateur
                (khady.faye) en fait choisir un autre par POST /api/v2/users/{id}/password-reset.
                """
        }
        return (wasResumed ? "La démonstration interrompue est terminée : " : "La démonstration est prête : ")
            + "\(figures)."
    }

    private var jsonBytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("deja_la", wasThere)
            writer.member("reprise", wasResumed)
            writer.member("declarations", counts.declarations)
            writer.member("verdicts", counts.verdicts)
            writer.member("fraudes", counts.frauds)
            writer.member("doutes", counts.doubts)
            writer.member("dossiers_ouverts", counts.open)
            writer.member("proces_verbaux", counts.acts)
            writer.key("comptes")
            writer.array { writer in
                for one in accounts.secrets {
                    writer.object { writer in
                        writer.member("username", one.account.username)
                        writer.member("role", one.account.role.rawValue)
                        writer.member("bureau", one.account.bureau)
                        writer.member("password", one.password)
                        writer.member("secret", one.factor.map { Base32.encode($0.secret) })
                        writer.member("recovery_codes", one.recoveryCodes)
                    }
                }
            }
        }
        return writer.finish()
    }
}
