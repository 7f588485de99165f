import Platform
import Postgres

/// What `inspectia doctor` says of retention: for how long, and when what is older goes.
enum RetentionDoctor {
    static func examine(_ settings: ServiceSettings, _ database: Database) async throws -> Doctor.Finding {
        let term = try await RetentionStore.term(database)
        let when =
            settings.purgesAutomatically
            ? "purge la nuit à partir du \(FrenchDate.text(term.from.date))" : "purge à la demande"
        let detail = "\(term.months) mois, \(when)"
        guard try await RetentionStore.hasStrayFeatures(database.under(OfficeScope.all)) else {
            return finding(.good, detail)
        }
        return finding(
            .worrying, "\(detail) ; des prédictions sont datées d'un trimestre que rien n'annonçait",
            "vérifiez l'horloge des machines du service")
    }

    private static func finding(_ verdict: Doctor.Verdict, _ detail: String, _ advice: String? = nil) -> Doctor.Finding
    {
        .init(subject: "conservation", verdict: verdict, detail: detail, advice: advice)
    }
}
