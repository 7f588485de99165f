/// Why a document cannot be printed.
public struct PrintingError: Error, Sendable, Equatable {
    /// Stable, for machines: `polices_absentes`, `page_trop_petite`…
    public let code: String
    /// French, for the person who can mend it.
    public let message: String

    static func noFonts(_ family: String, _ package: String) -> PrintingError {
        PrintingError(
            code: "polices_absentes",
            message: "la police « \(family) » est introuvable ; le paquet \(package) la contient")
    }
    static let tooTall = PrintingError(
        code: "page_trop_petite", message: "un élément du document est plus haut qu’une page")
    static let tooLong = PrintingError(
        code: "document_trop_long", message: "le document dépasse \(PrintingLimits.pages) pages")
    static let failed = PrintingError(code: "impression_impossible", message: "le document n’a pas pu être imprimé")
}

/// Bounds of what is printed.
public enum PrintingLimits {
    public static let pages = 2000
    /// Of one text, in bytes; what is longer is cut, and says so.
    public static let textBytes = 32_768
}
