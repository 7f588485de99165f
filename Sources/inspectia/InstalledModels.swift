import Analysis
import Glibc
import Platform
import Trees

/// The models of a directory: of each chapter, the package of the latest version.
enum InstalledModels {
    /// Without a directory, the program's own models.
    static func packages(in directory: String?) throws -> [ModelPackage] {
        guard let directory = directory ?? Resources.find(nil, holding: "models").map({ $0 + "/models" }) else {
            throw UsageError(message: "aucun modèle : indiquez leur dossier par --models")
        }
        var latest: [String: (version: String, path: String)] = [:]
        for name in try File.names(in: directory) {
            let path = "\(directory)/\(name)"
            // A draft that a crash has left ends so; a package that cannot be read must not go unseen.
            guard !name.hasSuffix(".tmp"), access("\(path)/package.json", F_OK) == 0 else { continue }
            let manifest = try ModelPackage.describe(path)
            if manifest.version > latest[manifest.chapter]?.version ?? "" {
                latest[manifest.chapter] = (manifest.version, path)
            }
        }
        guard !latest.isEmpty else { throw UsageError(message: "\(directory) : aucun paquet de modèle") }
        return try latest.values.map { try ModelPackage.read($0.path) }
    }
}
