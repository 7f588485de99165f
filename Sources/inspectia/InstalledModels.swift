import Analysis
import Platform
import Trees

/// The models of a directory: of each chapter, the package of the latest version.
enum InstalledModels {
    /// Without a directory, the program's own models. One that cannot be read must not go unseen.
    static func packages(in directory: String?) throws -> [ModelPackage] {
        guard let directory = directory ?? Resources.find(nil, holding: "models").map({ $0 + "/models" }) else {
            throw UsageError(message: "aucun modèle : indiquez leur dossier par --models")
        }
        let found = try ModelDirectory.packages(in: directory)
        if let failure = found.failures.first { throw failure.error }
        guard !found.packages.isEmpty else { throw UsageError(message: "\(directory) : aucun paquet de modèle") }
        return found.packages
    }
}
