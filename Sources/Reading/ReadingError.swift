/// Why a document cannot be read.
public struct ReadingError: Error, Sendable, Equatable {
    /// Stable, for machines: `not_csv`, `empty_file`, `unclosed_quote:line=12`…
    public let code: String
    /// French, for the person who sent it.
    public let message: String
    /// For the log only.
    public let detail: String

    public init(_ code: String, _ message: String, detail: String = "") {
        (self.code, self.message, self.detail) = (code, message, detail)
    }
}

extension ReadingError {
    static let empty = ReadingError("empty_file", "Le fichier est vide.")
    static let shortened = ReadingError("unreadable_file", "Le fichier a changé pendant la lecture.")

    static func notTable(_ kind: FileKind) -> ReadingError {
        ReadingError("not_csv", "Ce fichier n’est pas un tableau lisible : \(kind.description).")
    }
    static func tooLarge(_ limit: Int) -> ReadingError {
        ReadingError("file_too_large", "Le fichier dépasse la taille permise (\(limit) octets).")
    }
    static func unclosedQuote(line: Int) -> ReadingError {
        ReadingError("unclosed_quote:line=\(line)", "Le guillemet ouvert à la ligne \(line) n’est jamais refermé.")
    }
    static func tooManyRecords(_ limit: Int) -> ReadingError {
        ReadingError("too_many_records", "Le tableau a plus de \(limit) lignes.")
    }
    static func tooManyCells(line: Int, _ limit: Int) -> ReadingError {
        ReadingError("too_many_cells:line=\(line)", "La ligne \(line) a plus de \(limit) cellules.")
    }
    static func cellTooLong(line: Int, _ limit: Int) -> ReadingError {
        ReadingError("cell_too_long:line=\(line)", "Une cellule de la ligne \(line) dépasse \(limit) octets.")
    }
    static func recordTooLong(line: Int, _ limit: Int) -> ReadingError {
        ReadingError("record_too_long:line=\(line)", "La ligne \(line) dépasse \(limit) octets.")
    }
    /// The archive is damaged, or made to mislead its reader.
    static func badArchive(_ detail: String) -> ReadingError {
        ReadingError("bad_archive", "Le classeur est endommagé : il ne peut pas être ouvert.", detail: detail)
    }
    /// The archive would become too large once it is unpacked.
    static func tooExpanded(_ detail: String) -> ReadingError {
        ReadingError("archive_too_large", "Le contenu compressé du classeur dépasse la taille permise.", detail: detail)
    }
    static func badWorkbook(_ detail: String) -> ReadingError {
        ReadingError("bad_workbook", "Le classeur n’a pas la forme attendue d’un fichier XLSX.", detail: detail)
    }
}
