import Glibc

/// A system call on a file, or on a program, that failed.
public struct FileError: Error, Equatable, Sendable {
    public let call: String
    public let path: String
    public let errno: Int32

    public init(_ call: String, _ path: String, errno: Int32) {
        (self.call, self.path, self.errno) = (call, path, errno)
    }

    /// With the calling thread's `errno`.
    init(_ call: String, _ path: String) { self.init(call, path, errno: Glibc.errno) }

    /// A stable identifier of the reason, fit for programs.
    public var code: String { reason.code }

    /// One sentence in French for whoever runs the service; it names the path.
    public var message: String { "\(path) : \(reason.phrase) (\(call), errno \(errno))" }

    private var reason: (code: String, phrase: String) {
        switch errno {
        case ENOENT: ("fichier_absent", "n’existe pas")
        case EACCES, EPERM: ("acces_refuse", "accès refusé")
        case EROFS: ("lecture_seule", "le système de fichiers est en lecture seule")
        case ENOSPC, EDQUOT: ("disque_plein", "il n’y a plus de place sur le disque")
        case EFBIG: ("fichier_trop_grand", "le fichier dépasse la taille permise")
        case EISDIR: ("est_un_dossier", "est un dossier, un fichier était attendu")
        case ENOTDIR: ("n_est_pas_un_dossier", "n’est pas un dossier")
        case EMFILE, ENFILE: ("trop_de_fichiers_ouverts", "trop de fichiers sont ouverts")
        case ENAMETOOLONG: ("nom_trop_long", "le nom est trop long")
        default: ("erreur_systeme", String(cString: strerror(errno)))
        }
    }
}

extension FileError: CustomStringConvertible {
    public var description: String { message }
}
