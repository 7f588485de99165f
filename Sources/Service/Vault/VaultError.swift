import HTTP

/// Why the vault did not seal or open something. It names keys and columns, never what they hold.
enum VaultError: Error, Equatable, CustomStringConvertible {
    /// The database names keys, and there is no file of keys.
    case noKeyFile(String)
    /// The file of keys cannot be understood, or others can read it.
    case badKeyFile(String)
    case keyFileReadableByOthers(String)
    /// The file has no key of this number, or another than the database means.
    case missingKey(Int)
    case foreignKey(Int)
    /// The service has not compared file and database yet.
    case notReady
    /// The sealed bytes are not what was written in this column of this row for this person.
    case notAuthentic(column: String)
    case unknownPerson
    case erased
    /// The person's key has sealed as often as it may.
    case exhausted
    /// Others kept changing the keys.
    case busy

    var description: String {
        switch self {
        case .noKeyFile(let path):
            "« \(path) » manque : la base a été chiffrée avec ces clés ; restaurez ce fichier, ou copiez-le d'une autre instance"
        case .badKeyFile(let path): "« \(path) » n'est pas un fichier de clés lisible : restaurez-le d'une sauvegarde"
        case .keyFileReadableByOthers(let path):
            "« \(path) » est lisible par d'autres comptes : chmod 600, puis « inspectia keys rotate » s'il a pu être lu"
        case .missingKey(let version):
            "la clé \(version) manque dans le fichier de clés : restaurez celui qui va avec cette base"
        case .foreignKey(let version):
            "la clé \(version) du fichier n'est pas celle de cette base : restaurez le fichier qui va avec elle"
        case .notReady: "les clés de chiffrement ne sont pas encore lues"
        case .notAuthentic(let column): "la valeur chiffrée de \(column) n'est pas celle qui y a été écrite"
        case .unknownPerson: "la personne n'existe pas"
        case .erased: "les données de cette personne ont été effacées"
        case .exhausted: "la clé de cette personne a servi autant de fois qu'elle le peut"
        case .busy: "les clés changent sans cesse : réessayez"
        }
    }

    /// What a client is told.
    var problem: Problem {
        switch self {
        case .noKeyFile, .badKeyFile, .keyFileReadableByOthers, .missingKey, .foreignKey, .notReady, .busy:
            Problem(.unavailable, "Les données protégées ne peuvent pas être lues pour le moment.", retryAfter: 5)
        case .unknownPerson: Problem(.notFound)
        case .erased: Problem(.gone, "Les données de cette personne ont été effacées.")
        case .notAuthentic, .exhausted: Problem(.internalError)
        }
    }
}
