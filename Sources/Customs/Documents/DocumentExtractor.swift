import Platform
public import Reading

/// From a document to what is known of each declaration in it.
public struct DocumentExtractor: Sendable {
    private let reader: DocumentReader

    public init(_ reader: DocumentReader) { self.reader = reader }

    public typealias Found = (source: DocumentSource, extractions: [DocumentExtraction])

    /// Reads a document that a confined process has opened.
    public func extract(_ session: PageSession, file: String) throws(ReadingError) -> Found {
        let start = Instant.now()
        var pages: [DocumentPage] = []
        for number in 1...max(1, session.pageCount) { pages.append(try session.page(number).page) }
        return found(pages, session.kind, rereading: session, file, since: start)
    }

    /// The labels that corrections of a document show, on the pages named.
    public func sightings(
        of corrected: [CorrectedValue], known: [String], in session: PageSession, pages: [Int]
    ) throws(ReadingError) -> [LabelSighting] {
        var found: [DocumentPage] = []
        for number in pages where 1...max(1, session.pageCount) ~= number {
            found.append(try session.page(number).page)
        }
        return reader.sightings(of: corrected, known: known, on: found)
    }

    /// Reads a document that is trusted, in this process.
    public func extract(_ bytes: [UInt8], file: String) throws(ReadingError) -> Found {
        let start = Instant.now()
        let document = try PageDocument(bytes)
        var pages: [DocumentPage] = []
        for number in 1...max(1, document.pageCount) { pages.append(try document.page(number).page) }
        return found(pages, document.kind, rereading: document, file, since: start)
    }

    private func found(
        _ pages: [DocumentPage], _ kind: FileKind, rereading: any PageRereading, _ file: String, since start: Instant
    ) -> Found {
        let extractions = reader.read(pages, rereading: rereading)
        let type = kind != .pdf ? "image" : pages.allSatisfy { $0.source == .text } ? "pdf_texte" : "pdf_image"
        let source = DocumentSource(
            file: file, type: type, pages: pages.count,
            milliseconds: Int((Instant.now() - start).nanoseconds / 1_000_000))
        return (source, extractions)
    }
}
