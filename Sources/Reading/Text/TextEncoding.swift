/// How a text file is written.
enum TextEncoding: Sendable {
    case utf8
    /// With a byte order mark.
    case markedUTF8
    /// With a byte order mark, but not all of it is UTF-8.
    case brokenUTF8
    case utf16LittleEndian, utf16BigEndian
    case windows1252

    var name: String {
        switch self {
        case .utf8: "utf-8"
        case .markedUTF8, .brokenUTF8: "utf-8-sig"
        case .utf16LittleEndian: "utf-16-le"
        case .utf16BigEndian: "utf-16-be"
        case .windows1252: "cp1252"
        }
    }

    /// What a byte order mark says, if there is one.
    init?(mark head: Span<UInt8>) {
        func starts(_ bytes: StaticString) -> Bool {
            head.count >= bytes.utf8CodeUnitCount
                && (0..<bytes.utf8CodeUnitCount).allSatisfy { head[$0] == bytes.utf8Start[$0] }
        }
        if starts("\u{feff}") {
            self = .markedUTF8
        } else if head.count >= 2, head[0] == 0xff, head[1] == 0xfe {
            self = .utf16LittleEndian
        } else if head.count >= 2, head[0] == 0xfe, head[1] == 0xff {
            self = .utf16BigEndian
        } else {
            return nil
        }
    }

    var markSize: Int {
        switch self {
        case .utf8, .windows1252: 0
        case .markedUTF8, .brokenUTF8: 3
        case .utf16LittleEndian, .utf16BigEndian: 2
        }
    }

    /// Without a mark a text is UTF-8 when all of it is, and Windows-1252 otherwise.
    static func detect(_ document: DocumentBytes) throws(ReadingError) -> TextEncoding {
        let head = try document.bytes(0..<min(4, document.count))
        switch TextEncoding(mark: head.span) {
        case .markedUTF8?: return try UTF8Check.accepts(document) ? .markedUTF8 : .brokenUTF8
        case let marked?: return marked
        case nil: return try UTF8Check.accepts(document) ? .utf8 : .windows1252
        }
    }
}
