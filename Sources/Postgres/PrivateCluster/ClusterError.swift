import Glibc
import Platform

/// Why the private PostgreSQL server cannot be used.
///
/// `code` is stable, `message` is for the person who administers the machine, `detail` holds what PostgreSQL or the
/// system said.
public struct ClusterError: Error, Sendable, Equatable {
    public enum Code: String, Sendable {
        case serverMissing = "postgresql_absent"
        case accountMissing = "compte_systeme_absent"
        case pathUnsuitable = "chemin_inutilisable"
        case pathTooLong = "chemin_trop_long"
        case directoryClosed = "repertoire_inaccessible"
        case directoryForeign = "repertoire_d_un_autre_compte"
        case versionMismatch = "version_incompatible"
        case alreadyInUse = "deja_utilise"
        case diskFull = "disque_plein"
        case initialisationFailed = "initialisation_impossible"
        case startFailed = "demarrage_impossible"
        case startTimedOut = "demarrage_trop_long"
        case system = "erreur_systeme"
    }

    public let code: Code
    public let message: String
    public let detail: String

    init(_ code: Code, _ message: String, detail: String = "") {
        self.code = code
        self.message = message
        self.detail = detail
    }
}

extension ClusterError: CustomStringConvertible {
    public var description: String { detail.isEmpty ? message : "\(message)\n\(detail)" }
}

extension ClusterError {
    static let serverMissing = ClusterError(
        .serverMissing,
        "PostgreSQL \(ClusterBinaries.oldestMajor) ou plus récent est introuvable : installez le paquet postgresql, "
            + "ou indiquez une base existante par INSPECTIA_DATABASE_URL.")

    static func serverMissing(dataVersion: Int, found: Int) -> ClusterError {
        ClusterError(
            .versionMismatch,
            "La base a été créée par PostgreSQL \(dataVersion) et seul PostgreSQL \(found) est installé : installez le "
                + "paquet postgresql-\(dataVersion), ou convertissez la base avec pg_upgrade.")
    }

    static func versionUnreadable(_ path: String) -> ClusterError {
        ClusterError(
            .versionMismatch,
            "Le fichier « \(path) » ne dit pas quelle version de PostgreSQL a créé la base : restaurez une sauvegarde.")
    }

    static func accountMissing(_ name: String) -> ClusterError {
        ClusterError(
            .accountMissing,
            "PostgreSQL refuse d'être lancé par root et le compte système « \(name) » n'existe pas : installez le "
                + "paquet postgresql, ou lancez le service avec un compte ordinaire.")
    }

    static func accountUnnamed(_ identifier: UInt32) -> ClusterError {
        ClusterError(
            .accountMissing,
            "Le compte numéro \(identifier) n'a pas de nom sur cette machine (/etc/passwd), et PostgreSQL en exige un.")
    }

    static func pathUnsuitable(_ path: String) -> ClusterError {
        ClusterError(
            .pathUnsuitable,
            "Le répertoire de données « \(path) » contient une virgule ou un caractère de contrôle, que PostgreSQL "
                + "n'admet pas dans le chemin de sa socket : choisissez un autre nom.")
    }

    static func pathTooLong(_ path: String, bytes: Int, limit: Int) -> ClusterError {
        ClusterError(
            .pathTooLong,
            "Le chemin de la socket « \(path) » fait \(bytes) octets et le système en admet \(limit) : choisissez un "
                + "répertoire de données dont le chemin est plus court.")
    }

    static func directoryClosed(_ path: String, to account: String) -> ClusterError {
        ClusterError(
            .directoryClosed,
            "Le compte « \(account) », qui fait tourner PostgreSQL, ne peut pas traverser le répertoire « \(path) » : "
                + "autorisez-le par « chmod a+x \(path) », ou choisissez un autre répertoire de données.")
    }

    static func directoryForeign(_ path: String, expected: String) -> ClusterError {
        ClusterError(
            .directoryForeign,
            "Le répertoire « \(path) » n'appartient pas au compte « \(expected) » : lancez le service avec le compte "
                + "qui l'a créé, ou rendez-le-lui par « chown -R ».")
    }

    static func alreadyInUse(_ path: String, by process: Int32?) -> ClusterError {
        let owner = process.map { "par le processus \($0)" } ?? "par un autre processus"
        return ClusterError(.alreadyInUse, "La base de « \(path) » est déjà tenue \(owner).")
    }

    static func initialisationFailed(detail: String) -> ClusterError {
        if detail.contains("No space left on device") {
            return ClusterError(
                .diskFull, "La base n'a pas pu être créée : il n'y a plus de place sur le disque.", detail: detail)
        }
        return ClusterError(.initialisationFailed, "La base n'a pas pu être créée.", detail: detail)
    }

    static func startFailed(_ how: String, detail: String) -> ClusterError {
        ClusterError(.startFailed, "PostgreSQL s'est arrêté de lui-même (\(how)).", detail: detail)
    }

    static func startTimedOut(_ limit: Duration) -> ClusterError {
        ClusterError(
            .startTimedOut,
            "PostgreSQL n'accepte toujours pas de connexion après \(limit.components.seconds) secondes.")
    }
}

extension ClusterError {
    /// Runs `body` and tells its failure as one of the cluster.
    static func translating<Result: ~Copyable>(
        _ body: () throws(FileError) -> Result
    ) throws(ClusterError) -> Result {
        do throws(FileError) {
            return try body()
        } catch {
            throw .system(error.call, error.path, errno: error.errno)
        }
    }

    /// The failure that `errno` tells of.
    static func lastSystemError(_ call: String, _ path: String) -> ClusterError {
        .system(call, path, errno: Glibc.errno)
    }

    static func system(_ call: String, _ path: String, errno: Int32) -> ClusterError {
        if errno == ENOSPC || errno == EDQUOT {
            return ClusterError(.diskFull, "Il n'y a plus de place sur le disque de « \(path) ».", detail: call)
        }
        return ClusterError(
            .system, "Le système refuse l'accès à « \(path) » ou ne peut pas s'en servir.",
            detail: "\(call): \(String(cString: strerror(errno)))")
    }
}
