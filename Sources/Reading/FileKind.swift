/// What a file is, by its content: its name may say anything.
public enum FileKind: String, Sendable, CaseIterable {
    case empty
    /// Delimited text, or any other text.
    case text
    case json
    /// A zip archive with `xl/workbook.xml`.
    case workbook
    case pdf, png, jpeg, tiff
    /// An archive that is no workbook.
    case archive
    /// The binary container of old or encrypted office files.
    case oldOfficeFile
    /// HTML or XML, which many systems call a spreadsheet.
    case markup
    case binary

    /// How much of the beginning is looked at.
    private static let headBytes = 64 << 10

    public static func detect(_ document: DocumentBytes) throws(ReadingError) -> FileKind {
        let head = try document.bytes(0..<min(headBytes, document.count))
        let kind = detect(head: head.span)
        guard kind == .archive else { return kind }
        return (try? ZipArchive(document, ReadingLimits()))?[Workbook.mainPart] != nil ? .workbook : .archive
    }

    /// From the first bytes alone; a workbook is an `archive` yet.
    static func detect(head: Span<UInt8>) -> FileKind {
        if head.isEmpty { return .empty }
        if let kind = bySignature(head) { return kind }
        if let mark = TextEncoding(mark: head) {
            guard head.count > mark.markSize else { return .empty }
            return mark == .markedUTF8 ? byText(head.extracting(3...)) : .text
        }
        return byText(head)
    }

    private static func bySignature(_ head: Span<UInt8>) -> FileKind? {
        func starts(_ bytes: UInt8...) -> Bool {
            head.count >= bytes.count && bytes.indices.allSatisfy { head[$0] == bytes[$0] }
        }
        if starts(0x50, 0x4b), head.count < 4 || head[2] < 9 && head[3] < 9 { return .archive }
        if starts(0x25, 0x50, 0x44, 0x46) { return .pdf }
        if starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) { return .png }
        if starts(0xff, 0xd8, 0xff) { return .jpeg }
        if starts(0x49, 0x49, 0x2a, 0) || starts(0x4d, 0x4d, 0, 0x2a) || starts(0x49, 0x49, 0x2b, 0)
            || starts(0x4d, 0x4d, 0, 0x2b)
        {
            return .tiff
        }
        if starts(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1) { return .oldOfficeFile }
        if starts(0x1f, 0x8b) || starts(0x37, 0x7a, 0xbc, 0xaf) || starts(0x52, 0x61, 0x72, 0x21) { return .archive }
        return nil
    }

    private static func byText(_ text: Span<UInt8>) -> FileKind {
        var (zeros, controls, blanks) = (0, 0, 0)
        for k in text.indices where text[k] <= 0x20 {
            switch text[k] {
            case 0: zeros += 1
            case 0x09, 0x0a, 0x0c, 0x0d, 0x20: blanks += 1
            default: controls += 1
            }
        }
        // A stray control character is one row's defect; many mean that this was never text.
        if zeros * 100 > text.count || (zeros + controls) * 33 > text.count { return .binary }
        if blanks == text.count { return .empty }
        return byFirstCharacters(text)
    }

    private static func byFirstCharacters(_ text: Span<UInt8>) -> FileKind {
        var k = 0
        func skipBlanks() { while k < text.count, text[k] == 0x20 || 0x09...0x0d ~= text[k] { k += 1 } }
        skipBlanks()
        let first = k < text.count ? text[k] : 0
        k += 1
        skipBlanks()
        guard k < text.count else { return .text }
        switch (first, text[k]) {
        case (UInt8(ascii: "{"), UInt8(ascii: "\"")), (UInt8(ascii: "{"), UInt8(ascii: "}")): return .json
        case (UInt8(ascii: "["), UInt8(ascii: "{")), (UInt8(ascii: "["), UInt8(ascii: "]")): return .json
        case (UInt8(ascii: "<"), UInt8(ascii: "!")), (UInt8(ascii: "<"), UInt8(ascii: "?")),
            (UInt8(ascii: "<"), 0x41...0x5a), (UInt8(ascii: "<"), 0x61...0x7a):
            return .markup
        default: return .text
        }
    }
}

extension FileKind: CustomStringConvertible {
    /// In French, for the person who sent the file.
    public var description: String {
        switch self {
        case .empty: "un fichier vide"
        case .text: "un texte"
        case .json: "un document JSON"
        case .workbook: "un classeur XLSX"
        case .pdf: "un document PDF"
        case .png: "une image PNG"
        case .jpeg: "une image JPEG"
        case .tiff: "une image TIFF"
        case .archive: "une archive"
        case .oldOfficeFile: "un ancien fichier Office ou un fichier chiffré (enregistrez-le au format .xlsx)"
        case .markup: "une page HTML ou un document XML (enregistrez-le au format .xlsx ou .csv)"
        case .binary: "un fichier binaire"
        }
    }
}
