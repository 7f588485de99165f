/// Why the schema was not brought up to date. Nothing was applied by the migration that is named.
public enum MigrationFault: Sendable, Equatable {
    case unreadable(String)
    case badName(String)
    case duplicate(version: Int)
    /// This number is missing in the sequence of files.
    case gap(version: Int)
    case changed(version: Int, name: String)
    /// The database has seen a migration that this program does not know.
    case newerDatabase(version: Int)
    case failed(version: Int, name: String)

    var message: String {
        switch self {
        case .unreadable(let path): "Impossible de lire les migrations : \(path)."
        case .badName(let file): "Le fichier de migration « \(file) » doit s'appeler NNNN_nom.sql."
        case .duplicate(let version): "Deux fichiers de migration portent le numéro \(version)."
        case .gap(let version): "La migration numéro \(version) manque."
        case .changed(let version, let name):
            "La migration \(version) (\(name)) a été modifiée après avoir été appliquée : rétablissez le fichier."
        case .newerDatabase(let version):
            "La base de données est plus récente que ce programme (migration \(version)) : installez la version à jour."
        case .failed(let version, let name):
            "La migration \(version) (\(name)) a échoué ; elle n'a laissé aucune trace."
        }
    }
}
