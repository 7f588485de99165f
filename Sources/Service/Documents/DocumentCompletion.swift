import Analysis
import Customs
import HTTP
import JSON
import Platform
import Postgres

/// Declarations that a person has read from a document, or whose reading they have completed.
struct DocumentCompletion: Sendable {
    let analysis: AnalysisService
    let archive: DocumentArchive
    let observer: LayoutObserver

    /// Where the declaration comes from: what it says otherwise than the document was read, the person has corrected.
    /// The person vouches for all of it.
    func origin(of declaration: Declaration, _ submission: Submission) async throws -> DeclarationOrigin? {
        guard let id = submission.document else { return nil }
        let database = analysis.database.seen(by: submission.principal)
        guard let document = try await DocumentStore.find(id, database) else {
            throw Problem(
                .validationFailed,
                items: [.init(pointer: "document_id", code: "unknown", message: "ce document n'existe pas")])
        }
        var origin = DeclarationOrigin(document: id)
        // One that a declaration was made of already is not this one's.
        let free = try await DocumentStore.extractions(of: id, database).first { $0.number == nil }
        guard let free else { return origin }
        origin.extraction = free.id
        let running = try analysis.loaded()
        let (vocabulary, content) = (running.office.vocabulary, running.content)
        let read = Self.values(
            of: try JSONValue(parsing: archive.extraction(free.sealed, of: document.content)), vocabulary)
        let given = try DeclarationDraft(declaration, content.write(declaration), vocabulary).flat
        let now = Timestamp.now()
        let fields = Set(given.keys).union(read.keys).sorted().filter { !Self.isSame(given[$0], read[$0]) }
        origin.corrections = fields.map { Correction(field: $0, user: submission.principal.user, date: now) }
        let reading = CorrectedReading(
            of: id, document.content, free.sealed, fields: fields, given, vocabulary)
        if let reading, !submission.isSimulation { observer.note(reading) }
        return origin
    }

    /// What was read, by the names of declarations; what they have no field for is left aside.
    private static func values(of extraction: JSONValue, _ vocabulary: Vocabulary) -> [String: String] {
        let fields = DocumentFields(vocabulary)
        var values: [String: String] = [:]
        for member in extraction["champs"]?.members ?? [] where fields.field(member.name) != nil {
            values[fields.name(member.name)] = member.value["valeur"]?.string
        }
        return values
    }

    private static func isSame(_ given: JSONValue?, _ read: String?) -> Bool {
        guard let read else { return given == nil }
        // Documents write numbers as texts.
        if let number = given?.double { return Double(read) == number }
        return given?.string == read
    }
}
