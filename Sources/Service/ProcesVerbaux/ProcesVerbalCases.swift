import Analysis
import Crypto
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// Declarations as a procès-verbal tells of them, from what was recorded.
struct ProcesVerbalCases: Sendable {
    let running: Running
    let settings: ProcesVerbalSettings

    /// A declaration, with who it is about.
    struct Told: Sendable {
        let declaration: UUIDv7
        let decision: UUIDv7
        let office: String
        let chapter: String?
        let person: PersonIdentifier
        let told: ProcesVerbal.Case
    }

    /// What the database knows of one.
    struct Known: Sendable {
        let detail: RecordStore.Detail
        let identities: [[UInt8]]
        let verdict: ProcesVerbal.Verdict?
    }

    private static let strongest = 5

    /// It looks at the past for a moment, and computes: for the worker pool.
    func tell(_ known: [Known]) throws -> [Told] {
        let memory = HeadingMemory(running.office.reader.tariff)
        return try known.map { try tell($0, memory) }
    }

    private func tell(_ known: Known, _ memory: HeadingMemory) throws -> Told {
        let (detail, line) = (known.detail, known.detail.line)
        guard let decision = detail.decisionID, let text = detail.record else {
            throw Problem(.conflict, "La déclaration \(line.number) n'a pas été analysée : rien n'est décidé sur elle.")
        }
        let declaration = try running.content.read(
            key: Self.key(line), fields: detail.fields, identities: known.identities, articles: detail.articles)
        let prices = running.comparablePrices(of: declaration, memory)
        let appraiser = Appraiser(
            running.office.reader.tariff, running.office.vocabulary, leastOperations: settings.leastOperations)
        let controls = DeclarationControls(running.office.vocabulary, running.office.reader.tariff)
            .run(declaration, memory: memory)
        var verdict = known.verdict
        if let fraud = verdict?.fraudType { verdict?.fraudType = settings.frauds[fraud] ?? fraud }
        let told = ProcesVerbal.Case(
            number: line.number, version: line.version,
            particulars: ProcesVerbal.particulars(
                of: declaration, fields: settings.fields, running.office.vocabulary),
            articles: appraiser.appraise(declaration, peers: prices),
            remarks: controls.map {
                .init(code: $0.code.rawValue, sentence: $0.message, reference: $0.code.legalReference)
            }, verdict: verdict, inference: try inference(decision, text, detail.answers.first))
        let parties = running.content.write(declaration).parties
        let importer = parties.first { $0.role == .destinataire } ?? parties.first
        return Told(
            declaration: line.id, decision: decision, office: line.office, chapter: line.chapter,
            // Without anybody named, it is about whoever made this very declaration.
            person: importer?.identifier ?? PersonIdentifier(unnamed: Array(line.number.utf8)), told: told)
    }

    private static func key(_ line: RecordStore.Line) -> Declaration.Key {
        let parts = line.number.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        return Declaration.Key(year: parts[0], office: line.office, number: parts.last ?? "")
    }

    private func inference(
        _ decision: UUIDv7, _ text: String, _ answer: [UInt8]?
    ) throws -> ProcesVerbal.Inference {
        let record = try DecisionRecord(parsing: Array(text.utf8))
        let answer = try answer.map { try JSONValue(parsing: $0) }
        let sentences = (answer?["explication"]?["contributions"]?.array ?? []).prefix(Self.strongest)
            .compactMap { $0["phrase"]?.string }.filter { !$0.isEmpty }
        let model = [answer?["model_name"]?.string, answer?["model_version"]?.string].compactMap(\.self)
        return ProcesVerbal.Inference(
            decision: decision.description, day: CivilDate(daysSinceEpoch: Int(record.request.day)),
            lane: record.lane.rawValue, model: model.isEmpty ? nil : model.joined(separator: " "),
            probability: record.request.probability, low: record.policy.thresholds.bas,
            high: record.policy.thresholds.haut, reasons: record.motifs.map(\.sentence), contributions: sentences,
            isolation: answer?["isolement"]?["phrase"]?.string, recordHash: SHA256.hash(text.utf8).hexadecimal)
    }
}
