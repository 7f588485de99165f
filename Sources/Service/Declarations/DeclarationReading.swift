import Analysis
import Customs
import HTTP
import JSON
import Platform
import Reading

extension AnalysisService {
    /// Reads what was sent as declarations. A text that is no JSON, and one that lacks whole fields, is the sender's.
    func read(_ bytes: [UInt8], chapter: String?, _ running: Running) async throws -> DeclarationFile {
        try await read(DocumentBytes(bytes), chapter: chapter, running, kinds: [.json])
    }

    func read(_ stored: StoredUpload, chapter: String?, _ running: Running) async throws -> DeclarationFile {
        try await read(
            try DocumentBytes(path: stored.path), chapter: chapter, running, kinds: [.text, .workbook, .json])
    }

    /// A text of JSON that is one declaration; what is wrong with it is in the file. Blocks.
    func readOne(_ bytes: [UInt8], chapter: String?, _ running: Running) throws -> DeclarationFile {
        try Self.read(DocumentBytes(bytes), chapter: chapter, running, kinds: [.json])
    }

    static let unexpectedKind = "unexpected_kind"

    private static func read(
        _ document: DocumentBytes, chapter: String?, _ running: Running, kinds: Set<FileKind>
    ) throws -> DeclarationFile {
        try running.office.reader.read(.init(chapter: chapter)) { () throws(ReadingError) in
            let table = try TableFile(document)
            guard kinds.contains(table.kind) else {
                throw ReadingError(unexpectedKind, "Le contenu n’est pas de la forme attendue.")
            }
            return try table.table()
        }
    }

    private func read(
        _ document: DocumentBytes, chapter: String?, _ running: Running, kinds: Set<FileKind>
    ) async throws -> DeclarationFile {
        let file = try await pool.run { try Self.read(document, chapter: chapter, running, kinds: kinds) }
        try Self.check(file, kinds: kinds)
        return file
    }

    /// Throws what made a file unreadable.
    static func check(_ file: DeclarationFile, kinds: Set<FileKind>) throws(Problem) {
        guard let failure = file.failure else { return }
        if failure.code == "bad_json" || kinds == [.json] && failure.code == Self.unexpectedKind {
            throw Problem(.malformedJSON, failure.message)
        }
        throw Problem(
            .validationFailed, failure.message,
            items: [.init(pointer: "", code: failure.code, message: failure.message)])
    }
}

extension DeclarationFile {
    /// Whether it holds one declaration, and nothing that is wrong.
    var isOneDeclaration: Bool { failure == nil && rejected.isEmpty && declarationCount == 1 }
}

extension Request {
    /// The body, whether it came whole or comes in pieces.
    func wholeBody(limit: Int) async throws -> [UInt8] {
        switch body {
        case .none: throw Problem(.malformedRequest, "Le corps est vide.")
        case .bytes(let bytes): return bytes
        case .stream(let stream):
            var bytes: [UInt8] = []
            while let piece = try await stream.next() {
                guard bytes.count + piece.count <= limit else {
                    throw Problem(.contentTooLarge, "La limite est de \(limit) octets.")
                }
                bytes += piece
            }
            return bytes
        }
    }
}
