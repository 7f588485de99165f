import Platform

/// A file with a table in it, recognised by its content. It can be read any number of times.
public final class TableFile {
    private enum Content {
        case text(CSVForm)
        case workbook(Workbook)
        case json
    }

    public let kind: FileKind
    private let document: DocumentBytes
    private let limits: ReadingLimits
    private let content: Content

    /// `not_csv`, `empty_file`, `file_too_large` or what is wrong with a workbook.
    public init(_ document: DocumentBytes, _ limits: ReadingLimits = ReadingLimits()) throws(ReadingError) {
        guard document.count <= limits.fileBytes else { throw .tooLarge(limits.fileBytes) }
        (self.document, self.limits) = (document, limits)
        kind = try FileKind.detect(document)
        switch kind {
        case .empty: throw .empty
        case .text: content = .text(try CSVForm.detect(document))
        case .json: content = .json
        case .workbook: content = .workbook(try Workbook(document, limits))
        default: throw .notTable(kind)
        }
    }

    public convenience init(path: String, _ limits: ReadingLimits = ReadingLimits()) throws(ReadingError) {
        let document: DocumentBytes
        do throws(FileError) { document = try DocumentBytes(path: path) } catch {
            throw ReadingError("unreadable_file", "Le fichier ne peut pas être ouvert.", detail: error.message)
        }
        try self.init(document, limits)
    }

    /// The sheets of a workbook in their order; empty for other files.
    public var sheets: [Sheet] {
        if case .workbook(let workbook) = content { workbook.sheets } else { [] }
    }

    /// The table from its beginning. Of a workbook it is the first visible sheet with a row that looks like a header.
    public func table() throws(ReadingError) -> any Table {
        switch content {
        case .text(let form): try CSVTable(document, form, limits)
        case .workbook(let workbook): try workbook.table(try workbook.preferredSheet())
        case .json: try JSONTable(document, limits)
        }
    }

    /// The table on a sheet of a workbook.
    public func table(_ sheet: Sheet) throws(ReadingError) -> any Table {
        guard case .workbook(let workbook) = content else { return try table() }
        return try workbook.table(sheet)
    }
}
