import Crypto
import HTTP
import Platform
import Reading

/// A file as somebody sent it, or as it was kept: what it is by its content, and by what it is known again.
struct SentFile: Sendable {
    /// In the clear, for as long as it is needed.
    let stored: StoredUpload
    let name: String?
    let kind: FileKind
    let content: Digest

    var path: String { stored.path }
    var size: Int { stored.size }

    /// Looks at it. What is neither a table nor a document, or calls itself otherwise than it is, is refused. Blocks.
    init(_ stored: StoredUpload, name: String?) throws {
        (self.stored, self.name) = (stored, name)
        let hash = SHA256()
        do throws(ReadingError) {
            let document = DocumentBytes.opening(stored.path)
            let bytes = try document.get()
            kind = try FileKind.detect(bytes)
            try bytes.forEachPiece { hash.update($0) }
        } catch { throw Problem(refusing: error) }
        content = hash.finish()
        guard kind != .empty else { throw Problem(.validationFailed, "Le fichier est vide.", items: [.emptyFile]) }
        guard genre != Self.unknown else {
            throw Problem(.unsupportedMediaType, "Ce fichier est \(kind) : \(Self.accepted).")
        }
        if let suffix = Self.suffix(of: name), !suffixes.contains(suffix) {
            throw Problem(
                .unsupportedMediaType, "Le nom finit par « .\(suffix) », le contenu est \(kind) : \(Self.accepted).")
        }
    }

    private static let accepted = "les formats acceptés sont CSV, XLSX, JSON, PDF, PNG, JPEG et TIFF"
    private static let unknown = ""

    /// What the table of documents calls it.
    var genre: String {
        switch kind {
        case .text: "csv"
        case .workbook: "xlsx"
        case .json: "json"
        case .pdf: "pdf"
        case .png, .jpeg, .tiff: "image"
        default: Self.unknown
        }
    }

    /// Whether it has pages to be looked at, not rows.
    var isDocument: Bool { genre == "pdf" || genre == "image" }

    private var suffixes: Set<String> {
        switch kind {
        case .workbook: ["xlsx"]
        case .json: ["json", "txt"]
        case .pdf: ["pdf"]
        case .png: ["png"]
        case .jpeg: ["jpg", "jpeg"]
        case .tiff: ["tif", "tiff"]
        default: ["csv", "tsv", "txt"]
        }
    }

    /// The ending of a name, where it has one that looks like a file's: letters after the last point.
    static func suffix(of name: String?) -> String? {
        guard let name, let point = name.lastIndex(of: ".") else { return nil }
        let suffix = name[name.index(after: point)...]
        guard 2...5 ~= suffix.utf8.count, suffix.utf8.allSatisfy({ 0x61...0x7a ~= $0 | 0x20 }) else { return nil }
        return suffix.lowercased()
    }
}

extension DocumentBytes {
    /// A file that cannot be opened is unreadable like one that cannot be read.
    fileprivate static func opening(_ path: String) -> Result<DocumentBytes, ReadingError> {
        do throws(FileError) { return .success(try DocumentBytes(path: path)) } catch {
            return .failure(ReadingError("unreadable_file", "Le fichier ne peut pas être lu.", detail: error.message))
        }
    }
}

extension Problem {
    /// What a client is told of a document that cannot be read.
    init(refusing error: ReadingError) {
        let item = Item(pointer: "file", code: error.code, message: error.message)
        switch error.code {
        case "readers_busy": self.init(.overloaded, error.message, retryAfter: 5)
        case "reader_failed", "unreadable_file", "document_closed":
            self.init(.unavailable, "La lecture des documents n'est pas disponible.", retryAfter: 30)
        case "no_such_page": self.init(.notFound, error.message)
        case "file_too_large": self.init(.contentTooLarge, error.message)
        case "bad_magic": self.init(.unsupportedMediaType, error.message)
        default: self.init(.validationFailed, error.message, items: [item])
        }
    }
}

extension Problem.Item {
    fileprivate static let emptyFile = Problem.Item(
        pointer: "file", code: "empty_file", message: "Le fichier est vide.")
}
