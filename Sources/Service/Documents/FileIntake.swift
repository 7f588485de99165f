import Analysis
import Customs
import HTTP
import JSON
import Platform
import Postgres
import Reading

/// What becomes of a file that was sent: it is read, kept, and its declarations are handed in.
struct FileIntake: Sendable {
    let analysis: AnalysisService
    let archive: DocumentArchive
    let readers: DocumentReaders

    /// What can be answered at once; the rest is done after the answer.
    struct Limits: Sendable {
        var rows = 2000
        var bytes = 4 << 20
        var pages = 8
        static let none = Limits(rows: .max, bytes: .max, pages: .max)
    }

    /// A file, read.
    enum Opened: Sendable {
        case rows(DeclarationFile)
        case document(DocumentReaders.Found)
    }

    /// Nil when it passes the limits.
    func open(_ file: SentFile, chapter: String?, _ limits: Limits) async throws -> Opened? {
        let running = try analysis.loaded()
        if file.isDocument {
            let most = PageLimits().fileBytes
            guard file.size <= most else {
                throw Problem(.contentTooLarge, "Un document peut avoir au plus \(most) octets.")
            }
            let bytes = try await archive.pool.run { try File.read(file.path, limit: most) }
            return try await readers.read(
                bytes, name: file.name ?? "", mostPages: limits.pages,
                LayoutProposalStore.accepted(analysis.database), running.office.configuration
            ).map { .document($0) }
        }
        guard file.size <= limits.bytes else { return nil }
        let rows = try await analysis.read(file.stored, chapter: chapter, running)
        return rows.recordCount <= limits.rows ? .rows(rows) : nil
    }

    /// A file that was read and is to be handed in.
    struct Ready: Sendable {
        let handed: Handed
        let rejects: [Reject]
        /// How many rows, or declarations of a document, they are.
        let rejected: Int
        /// Nil in a simulation.
        let document: UUIDv7?
        /// What was read of a document's declarations, as JSON.
        var extractions: [[UInt8]] = []
    }

    /// Keeps the file with what was read of it, unless nothing is to be recorded.
    func keep(_ opened: Opened, _ file: SentFile, _ submission: Submission) async throws -> Ready {
        if submission.isSimulation { return try ready(opened, nil, [], submission) }
        try await archive.store(file)
        let texts = Self.extractions(of: opened)
        let (principal, actor) = (submission.principal, submission.actor)
        let (document, ids) = try await analysis.database.seen(by: principal).transaction { transaction in
            let document = try await archive.add(file, pages: opened.pages, by: principal, actor, transaction)
            let ids = try await archive.add(
                extractions: texts, of: document, file.content, office: principal.bureau, transaction)
            return (document, ids)
        }
        return try ready(opened, document, ids, submission)
    }

    /// For a document that is kept already.
    func resume(
        _ opened: Opened, _ document: DocumentStore.Document, _ submission: Submission
    ) async throws -> Ready {
        let ids = try await analysis.database.seen(by: submission.principal).transaction { transaction in
            try await archive.add(
                extractions: Self.extractions(of: opened), of: document.id, document.content, office: document.office,
                transaction)
        }
        return try ready(opened, document.id, ids, submission)
    }

    private static func extractions(of opened: Opened) -> [[UInt8]] {
        guard case .document(let found) = opened else { return [] }
        return found.extractions.map { extraction in
            var writer = JSONWriter()
            extraction.write(of: found.source, to: &writer)
            return writer.finish()
        }
    }

    private func ready(
        _ opened: Opened, _ document: UUIDv7?, _ ids: [UUIDv7], _ submission: Submission
    ) throws -> Ready {
        switch opened {
        case .rows(let file):
            return Ready(
                handed: Handed(file, from: document), rejects: file.rejects, rejected: file.rejected.count,
                document: document)
        case .document(let found):
            let vocabulary = try analysis.loaded().office.vocabulary
            var (taken, rejects): ([(declaration: Declaration, origin: DeclarationOrigin?)], [Reject]) = ([], [])
            for (place, extraction) in found.extractions.enumerated() {
                switch Self.declaration(extraction, place + 1, submission, vocabulary) {
                case .success(let declaration):
                    let origin = DeclarationOrigin(
                        document: document ?? .make(), extraction: ids.indices.contains(place) ? ids[place] : nil,
                        isUnverified: extraction.isDoubtful)
                    taken.append((declaration, origin))
                case .failure(let refusal): rejects.append(refusal.reject)
                }
            }
            return Ready(
                handed: Handed(taken), rejects: rejects, rejected: rejects.count, document: document,
                extractions: Self.extractions(of: opened))
        }
    }

    private struct Refusal: Error { let reject: Reject }

    private static func declaration(
        _ extraction: DocumentExtraction, _ index: Int, _ submission: Submission, _ vocabulary: Vocabulary
    ) -> Result<Declaration, Refusal> {
        func refused(_ code: String, _ message: String, number: String? = nil) -> Result<Declaration, Refusal> {
            .failure(Refusal(reject: Reject(number: number, index: index, code, message)))
        }
        guard !extraction.values.isEmpty else {
            return refused("aucune_declaration", "Aucune déclaration n’a été reconnue dans ce document.")
        }
        guard let declaration = extraction.declaration(vocabulary), declaration.key.isStorable else {
            return refused(
                "numero_illisible",
                "L’année, le bureau ou le numéro de la déclaration n’a pas pu être lu : complétez-les.")
        }
        let number = declaration.key.description
        guard !declaration.articles.isEmpty else {
            return refused("articles_illisibles", "Aucun article n’a pu être lu : complétez-les.", number: number)
        }
        if let asked = submission.chapter, declaration.chapter(in: vocabulary) != asked {
            return refused(
                "wrong_chapter", "Le chapitre du code SH n’est pas celui qui est demandé.", number: number)
        }
        return .success(declaration)
    }
}

extension FileIntake.Opened {
    var pages: Int? { if case .document(let found) = self { found.source.pages } else { nil } }

    /// What an answer says of the file.
    func write(_ file: SentFile, _ document: UUIDv7?, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("nom", file.name)
            writer.member("octets", file.size)
            writer.member("document_id", ifPresent: document?.description)
            switch self {
            case .rows(let rows):
                writer.member("lignes", rows.recordCount)
                writer.member("encodage", rows.encoding)
            case .document(let found):
                writer.member("type", found.source.type)
                writer.member("pages", found.source.pages)
                writer.member("duree_ms", found.source.milliseconds)
            }
        }
    }
}

extension DocumentExtraction {
    /// Whether a person must look at it before it may be released.
    var isDoubtful: Bool {
        values.values.contains { $0.source != .text || $0.confidence < Self.sure } || !unread.isEmpty
    }

    /// From here on nobody need look again.
    private static let sure = 0.95
}
