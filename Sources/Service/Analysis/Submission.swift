import Analysis
import Crypto
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// Who hands declarations in, and what is to be done with them.
struct Submission: Sendable {
    let principal: Principal
    let actor: AuditActor
    /// The chapter whose model is to speak; nil: that of each declaration.
    var chapter: String?
    /// `api` or `fichier`.
    var source = "api"
    /// Nothing is recorded.
    var isSimulation = false
    /// How many contributions the answers show.
    var strongest = 10
    /// When they came. Its day is the one that they are looked at on.
    var moment = Timestamp.now()
    /// The document that a person has read, or completed the reading of.
    var document: UUIDv7?
    /// What it began under; nil: it has not begun.
    private(set) var rules: Rules?

    func begun(under rules: Rules) -> Submission {
        var begun = self
        begun.rules = rules
        return begun
    }
}

/// What became of one declaration.
struct Answer: Sendable {
    enum State: Sendable {
        case recorded, simulated
        /// The very same declaration was recorded before; this is what was answered then.
        case known
        /// Not taken: why, and for machines.
        case refused(code: String, message: String)
    }
    let number: String
    let state: State
    /// The analysis, as JSON; empty when it was refused.
    var json: [UInt8] = []
    var lane: String?
}

extension AnalysisService {
    /// So many declarations are analysed and recorded together.
    private static let atOnce = 64

    /// Analyses declarations in their order, and records them unless it is a simulation. Each one is there completely or
    /// not at all; those that are known already are answered as they were.
    func submit(_ handed: Handed, _ submission: Submission) async throws -> [Answer] {
        var answers: [Answer] = []
        answers.reserveCapacity(handed.count)
        try await submit(handed, submission) { answers += $0 }
        return answers
    }

    /// The same, from the declaration `start` on; `take` has the answers of some at a time, once they are recorded.
    func submit(
        _ handed: Handed, _ submission: Submission, from start: Int = 0,
        _ take: nonisolated(nonsending) ([Answer]) async throws -> Void
    ) async throws {
        let running = try loaded()
        let submission = submission.begun(under: running.rules)
        var looked = try await look(at: handed, from: start, running, submission)
        // The next ones are analysed while these are recorded.
        while let current = looked {
            async let next = look(at: handed, from: current.rows.upperBound, running, submission)
            try await take(answer(current, running, submission))
            looked = try await next
        }
    }

    /// Some of a file's declarations, analysed.
    private struct Looked: Sendable {
        let rows: Range<Int>
        let day: CivilDate
        let outcomes: [Outcome]

        enum Outcome: Sendable {
            case refused(Answer)
            case analysed(Given, DeclarationStore.Recording)
        }
    }

    /// Nil at the end of the file.
    private func look(
        at handed: Handed, from start: Int, _ running: Running, _ submission: Submission
    ) async throws -> Looked? {
        let rows = start..<max(start, min(start + Self.atOnce, handed.count))
        guard !rows.isEmpty else { return nil }
        let day = submission.moment.date
        let outcomes = try await pool.run {
            try rows.map { row -> Looked.Outcome in
                let declaration = handed.declaration(row)
                if let refusal = Self.refusal(of: declaration.key, submission) { return .refused(refusal) }
                let given = Given(
                    declaration: declaration, written: running.content.write(declaration), origin: handed.origin(row))
                return .analysed(given, try running.look(at: given, submission, on: day))
            }
        }
        return Looked(rows: rows, day: day, outcomes: outcomes)
    }

    private func answer(
        _ looked: Looked, _ running: Running, _ submission: Submission
    ) async throws -> [Answer] {
        let recordings = looked.outcomes.compactMap {
            if case .analysed(_, let recording) = $0 { recording } else { nil }
        }
        let taken =
            submission.isSimulation
            ? Set(recordings.map(\.id)) : try await record(recordings, submission, running, on: looked.day)
        var known: [String: DeclarationStore.Known] = [:]
        let others = recordings.filter { !taken.contains($0.id) }.map(\.key.description)
        if !others.isEmpty {
            for one in try await DeclarationStore.known(others, database.seen(by: submission.principal)) {
                known[one.number] = one
            }
        }
        return looked.outcomes.map { outcome in
            switch outcome {
            case .refused(let answer): answer
            case .analysed(_, let recording) where taken.contains(recording.id):
                Answer(
                    number: recording.key.description, state: submission.isSimulation ? .simulated : .recorded,
                    json: recording.shown(submission), lane: recording.analysed.analysis.lane.rawValue)
            case .analysed(let given, let recording):
                Self.answer(given, known[recording.key.description], submission)
            }
        }
    }

    /// Why a declaration is not even looked at; nil when it is.
    private static func refusal(of key: Declaration.Key, _ submission: Submission) -> Answer? {
        let number = key.description
        if let office = submission.principal.bureau, office != key.office {
            return Answer(
                number: number,
                state: .refused(
                    code: "hors_bureau", message: "Cette déclaration est d’un autre bureau que le vôtre (\(office)).")
            )
        }
        // What a number can be in a path and in the table.
        guard key.isStorable else {
            return Answer(
                number: number,
                state: .refused(code: "numero_invalide", message: "L’année ou le numéro ne peut pas être enregistré."))
        }
        return nil
    }

    /// The answer to a declaration whose number was taken.
    private static func answer(
        _ given: Given, _ known: DeclarationStore.Known?, _ submission: Submission
    ) -> Answer {
        func refused(_ code: String, _ message: String) -> Answer {
            Answer(number: given.declaration.key.description, state: .refused(code: code, message: message))
        }
        guard let known else { return refused("indisponible", "La déclaration n’a pas pu être enregistrée.") }
        guard let answer = known.answer else {
            return refused("numero_deja_importe", "Ce numéro est celui d’une déclaration importée du passé.")
        }
        guard known.isSame(as: given) else {
            return refused("numero_deja_enregistre", "Ce numéro est déjà enregistré avec un autre contenu.")
        }
        let stored = try? StoredAnswer(answer)
        return Answer(
            number: known.number, state: .known, json: stored?.shown(strongest: submission.strongest) ?? answer,
            lane: stored?.lane)
    }

    /// Which of them were recorded; those whose number was taken meanwhile are not.
    private func record(
        _ recordings: [DeclarationStore.Recording], _ submission: Submission, _ running: Running, on day: CivilDate
    ) async throws -> Set<UUIDv7> {
        guard !recordings.isEmpty else { return [] }
        running.claim(recordings)
        var taken: Set<UUIDv7> = []
        defer { running.settle(recordings, written: taken) }
        taken = try await recorder.record(recordings, by: submission.actor)
        running.withLive { live in
            live.noteLate(Int32(clamping: day.daysSinceEpoch))
            for recording in recordings where taken.contains(recording.id) && recording.analysed.figures.day != nil {
                live.remember(
                    recording.analysed.observations, order: recording.key.order, on: Int32(clamping: day.daysSinceEpoch)
                )
            }
        }
        return taken
    }
}

extension Declaration.Key {
    var isStorable: Bool {
        Int16(year).map { 1900...2200 ~= $0 } ?? false && 1...64 ~= number.unicodeScalars.count
            && 1...8 ~= office.utf8.count
    }
}

/// A declaration as it was handed in.
struct Given: Sendable {
    let declaration: Declaration
    let written: DeclarationContent.Written
    var origin: DeclarationOrigin?
}

extension Running {
    func look(
        at given: Given, _ submission: Submission, on day: CivilDate
    ) throws(Problem) -> DeclarationStore.Recording {
        let (id, prediction, decision) = (UUIDv7.make(), UUIDv7.make(), UUIDv7.make())
        let found = analyse(
            given.declaration, asked: submission.chapter, id: decision, on: Int32(clamping: day.daysSinceEpoch),
            given.origin?.conditions ?? [], under: submission.rules ?? rules,
            isRecorded: !submission.isSimulation)
        guard var analysed = found, let year = Int16(given.declaration.key.year) else {
            throw Problem(.unavailable, "Aucune politique n'est en vigueur.", retryAfter: 10)
        }
        if !submission.isSimulation {
            analysed.analysis.predictionID = prediction.description
            analysed.analysis.decisionID = decision.description
        }
        var writer = JSONWriter()
        analysed.analysis.write(to: &writer, strongest: .max)
        let schema = office.vocabulary.schema
        func texts(_ name: String) -> [String] {
            given.declaration.articles.map { article in
                schema[name].flatMap { article.facts.texts[$0.slot] } ?? ""
            }
        }
        return DeclarationStore.Recording(
            id: id, predictionID: prediction, key: given.declaration.key, year: year, written: given.written,
            codes: texts("code_sh"), origins: texts("pays_origine"), analysed: analysed, source: submission.source,
            user: submission.principal.user, day: day, received: submission.moment, answer: writer.finish(),
            record: analysed.analysis.decision.jsonBytes(), origin: given.origin)
    }
}

extension DeclarationStore.Recording {
    func shown(_ submission: Submission) -> [UInt8] {
        if submission.strongest == .max { return answer }
        var writer = JSONWriter()
        analysed.analysis.write(to: &writer, strongest: submission.strongest)
        return writer.finish()
    }

    /// The decision's hash stands in the chain: whoever changes its record is found out.
    func event(_ actor: AuditActor) -> AuditEvent {
        AuditEvent(
            name: "declaration.analysee", actor: actor, object: "declaration:\(key)",
            details: [
                .init("decision", .string(analysed.decisionID.description)),
                .init("voie", .string(analysed.analysis.lane.rawValue)),
                .init("empreinte_decision", .string(SHA256.hash(record).hexadecimal)),
            ])
    }
}

/// An answer as it was stored, with all contributions.
struct StoredAnswer {
    private let value: JSONValue

    init(_ bytes: [UInt8]) throws(JSONError) { value = try JSONValue(parsing: bytes) }

    var lane: String? { value["rl_decision"]?.string }

    func shown(strongest: Int) -> [UInt8] {
        guard case .object(var members) = value, let place = members.firstIndex(where: { $0.name == "explication" }),
            case .object(var explanation) = members[place].value,
            let list = explanation.firstIndex(where: { $0.name == "contributions" }),
            case .array(let contributions) = explanation[list].value
        else { return value.jsonBytes() }
        explanation[list].value = .array(Array(contributions.prefix(strongest)))
        members[place].value = .object(explanation)
        return JSONValue.object(members).jsonBytes()
    }
}
