import Analysis
import Crypto
import Customs
import JSON
import Net
import Platform
import Postgres
import Synchronization

/// What a person has put right of what was read of a document.
struct CorrectedReading: Sendable {
    let document: UUIDv7
    /// Of the document.
    let content: Digest
    /// What was read, sealed.
    let extraction: [UInt8]
    let values: [CorrectedValue]
    /// All that the declaration says: none of it is a label.
    let known: [String]

    /// Nil where nothing was read of a document, or nothing of it put right.
    init?(
        of document: UUIDv7?, _ content: Digest?, _ extraction: [UInt8]?, fields: [String],
        _ flat: [String: JSONValue], _ vocabulary: Vocabulary
    ) {
        guard let document, let content, let extraction else { return nil }
        let values = fields.compactMap { name -> CorrectedValue? in
            let parts = name.split(separator: ".")
            guard let value = flat[name], !value.isNull, let last = parts.last,
                let place = vocabulary.index(of: String(last))
            else { return nil }
            let documentName = vocabulary.fields[place].documentName
            let text = value.string ?? String(decoding: value.jsonBytes(), as: UTF8.self)
            return CorrectedValue(
                field: (parts.dropLast().map(String.init) + [documentName]).joined(separator: "."), value: text)
        }
        guard !values.isEmpty else { return nil }
        (self.document, self.content, self.extraction, self.values) = (document, content, extraction, values)
        known = flat.values.compactMap(\.string)
    }
}

/// Looks at the pages that people have corrected for labels that no layout knows, in the background, one document after
/// another. It is a help and no record: what waits when the service ends is forgotten, and the label is shown again by
/// the next correction of such a form.
final class LayoutObserver: Sendable {
    private struct Waiting {
        var readings: [CorrectedReading] = []
        var isWorking = false
    }
    /// More are let go: readers are for those who send documents.
    private static let mostWaiting = 32
    private static let mostPages = 8

    private let analysis: AnalysisService
    private let archive: DocumentArchive
    private let readers: DocumentReaders
    private let readiness: Readiness
    private let group: EventLoopGroup
    private let waiting = Mutex(Waiting())

    init(
        _ analysis: AnalysisService, _ archive: DocumentArchive, _ readers: DocumentReaders, _ readiness: Readiness,
        on group: EventLoopGroup
    ) {
        (self.analysis, self.archive, self.readers) = (analysis, archive, readers)
        (self.readiness, self.group) = (readiness, group)
    }

    func note(_ reading: CorrectedReading) {
        let begins = waiting.withLock { waiting in
            guard waiting.readings.count < Self.mostWaiting else { return false }
            waiting.readings.append(reading)
            defer { waiting.isWorking = true }
            return !waiting.isWorking
        }
        if begins { group.start { await self.work() } }
    }

    private func work() async {
        while let reading = next() {
            do { try await look(at: reading) } catch {
                Log.shared.warn("layouts.unseen", "A corrected page was not looked at for labels") { line in
                    line.add("document", reading.document)
                    line.add("error", error.operatorMessage)
                }
            }
        }
    }

    private func next() -> CorrectedReading? {
        waiting.withLock { waiting in
            guard !waiting.readings.isEmpty, !readiness.isStopping else {
                waiting.isWorking = false
                return nil
            }
            return waiting.readings.removeFirst()
        }
    }

    private func look(at reading: CorrectedReading) async throws {
        let all = analysis.database.under(OfficeScope.all)
        guard let document = try await DocumentStore.find(reading.document, all) else { return }
        let read = try JSONValue(parsing: archive.extraction(reading.extraction, of: reading.content))
        var pages = Set((read["champs"]?.members ?? []).compactMap { $0.value["page"]?.int })
        if pages.isEmpty { pages = Set(1...min(max(1, document.pages ?? 1), Self.mostPages)) }
        let bytes = try await archive.pool.run { [archive] in try archive.bytes(of: reading.content) }
        let additions = try await LayoutProposalStore.accepted(analysis.database)
        let sightings = try await readers.sightings(
            of: reading.values, known: reading.known, in: bytes, pages: Array(pages.sorted().prefix(Self.mostPages)),
            additions, analysis.loaded().office.configuration)
        guard !sightings.isEmpty else { return }
        try await all.transaction { transaction in
            for sighting in sightings {
                try await LayoutProposalStore.note(
                    sighting, in: document.id, of: document.office, transaction)
            }
        }
    }
}
