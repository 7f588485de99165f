extension ReadingError {
    static let emptyDocument = ReadingError("empty_file", "Le fichier est vide.")
    static let encrypted = ReadingError(
        "encrypted", "Le document est protégé par un mot de passe : enregistrez-le sans protection.")
    static let tooSmall = ReadingError("too_small", "L’image est trop petite pour contenir une page lisible.")
    static let noSuchPage = ReadingError("no_such_page", "Le document n’a pas cette page.")
    static let documentClosed = ReadingError("document_closed", "Le document n’est plus ouvert.")
    /// What a reading needs is not there: memory, the recogniser's data.
    static func readerFailed(_ detail: String) -> ReadingError {
        ReadingError("reader_failed", "La lecture du document a échoué.", detail: detail)
    }
    /// The process that read it died of it, or took too long.
    static func unreadableDocument(_ detail: String) -> ReadingError {
        ReadingError(
            "unreadable_document", "Le document n’a pas pu être lu : il est endommagé ou trop complexe.", detail: detail
        )
    }
    static let readersBusy = ReadingError(
        "readers_busy", "Trop de documents sont en cours de lecture : réessayez dans un moment.")

    static func notDocument(_ kind: FileKind) -> ReadingError {
        ReadingError("bad_magic", "Ce fichier n’est ni un PDF ni une image lisible : c’est \(kind).")
    }
    static func damagedPDF(_ detail: String) -> ReadingError {
        ReadingError("corrupt_pdf", "Le document PDF est endommagé : il ne peut pas être ouvert.", detail: detail)
    }
    static func damagedImage(_ detail: String) -> ReadingError {
        ReadingError("corrupt_image", "L’image est endommagée : elle ne peut pas être ouverte.", detail: detail)
    }
    static func documentTooLarge(_ limit: Int) -> ReadingError {
        ReadingError("file_too_large", "Le document dépasse la taille permise (\(limit) octets).")
    }
    static func tooManyPages(_ limit: Int) -> ReadingError {
        ReadingError("too_many_pages", "Le document a plus de \(limit) pages.")
    }
    static func tooManyPixels(_ limit: Int) -> ReadingError {
        ReadingError("too_many_pixels", "L’image a plus de \(limit / 1_000_000) millions de points.")
    }
    static func pageTooLarge(_ number: Int) -> ReadingError {
        ReadingError("page_too_large", "La page \(number) est plus grande que toute feuille de papier.")
    }
}
