import Platform
import Postgres

/// What `inspectia doctor` says of the keys.
enum VaultDoctor {
    /// Nothing is made or changed.
    static func examine(_ settings: ServiceSettings, _ database: Database) async throws -> Doctor.Finding {
        let versions = KeyVersions(path: settings.vaultKeys, pool: nil)
        do {
            if try await VaultStore.versions(database).isEmpty {
                return finding(.good, "aucune encore : le service les fera en démarrant")
            }
            let agreed = try await versions.agree(database)
            _ = try await UseKeys.read(versions, database)
            let waiting = try await VaultStore.countToWrapAgain(database)
            let clear = try await AccountEmailStore.countInClear(database)
            if waiting > 0 {
                return finding(
                    .worrying, "rotation interrompue ; clés de personnes ou d'usages sous une ancienne : \(waiting)",
                    "relancez « inspectia keys rotate »")
            }
            if clear > 0 {
                return finding(
                    .worrying, "adresses électroniques encore en clair : \(clear)", "relancez le service")
            }
            let otherwise = try await SecondFactorStore.countSealedOtherwise(database)
            if otherwise > 0 {
                return finding(
                    .worrying, "seconds facteurs que scelle encore leur ancien fichier : \(otherwise)",
                    "rendez à accounts.second_factor_keys le fichier d'alors, puis relancez le service")
            }
            return finding(
                .good,
                "la clé \(agreed.active.version) du fichier est celle de la base, et protège tout ce qui est scellé")
        } catch let error as VaultError {
            return finding(.bad, error.description, "sans ces clés les données protégées sont perdues")
        } catch let error as FileError {
            return finding(.bad, error.message, "rendez le fichier au compte qui lance le service")
        }
    }

    private static func finding(_ verdict: Doctor.Verdict, _ detail: String, _ advice: String? = nil) -> Doctor.Finding
    {
        .init(subject: "clés", verdict: verdict, detail: detail, advice: advice)
    }
}
