public import Analysis
import Crypto
import Customs
import Decisions
import JSON
import Platform
import Postgres

/// What the command line does with past declarations.
public enum HistoryCommands {
    public struct Summary: Sendable {
        public internal(set) var files = 0
        public internal(set) var declarations = 0
        public internal(set) var outcomes = 0
        /// Their number was recorded before.
        public internal(set) var known = 0
        public internal(set) var undated = 0
        public internal(set) var rejectedRows = 0

        public func text(json: Bool) -> String {
            guard json else {
                return
                    "\(declarations) déclarations et \(outcomes) issues importées de \(files) fichier(s) ; \(known) déjà connues, \(undated) sans date, \(rejectedRows) lignes rejetées. Un service en marche les prend en compte à son prochain démarrage."
            }
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("fichiers", files)
                writer.member("declarations", declarations)
                writer.member("issues", outcomes)
                writer.member("deja_connues", known)
                writer.member("sans_date", undated)
                writer.member("lignes_rejetees", rejectedRows)
            }
            return String(decoding: writer.finish(), as: UTF8.self)
        }
    }

    /// Loads past declarations with what their controls found: the ledger and the past know them from then on, each from
    /// its own day. Nothing is decided on them. What is known already stays as it is.
    public static func load(
        _ settings: ServiceSettings, _ sources: [Analysis.Office.Source], office: Analysis.Office
    ) throws -> Summary {
        try VaultCommands.use(settings) { database, vault in
            var summary = Summary()
            for source in sources {
                summary.files += 1
                summary.rejectedRows += source.file.rejected.count
                try await HistoryImport(office, source).run(database, vault, &summary)
            }
            return summary
        }
    }
}
