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
    /// Whether the answers show all contributions, and not only the strongest.
    var wantsAll = false
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
    /// So many declarations are analysed together; then every writer has some.
    private static let atOnce = Recorder.writers * Recorder.atOnce

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

    /// One declaration as a text of JSON, read and analysed in one go. What is wrong with the text is in the file, and
    /// then there is no answer, nor when it holds several.
    func submit(
        one json: [UInt8], _ submission: Submission, _ running: Running
    ) async throws -> (file: DeclarationFile, answer: Answer?) {
        let submission = submission.begun(under: running.rules)
        let (file, looked) = try await pool.run { () throws -> (DeclarationFile, Looked?) in
            let file = try self.readOne(json, chapter: submission.chapter, running)
            guard file.isOneDeclaration else { return (file, nil) }
            return (file, try Self.look(at: Handed(file), 0..<1, running, submission))
        }
        guard let looked else { return (file, nil) }
        return (file, try await answer(looked, running, submission)[0])
    }

    /// Some of a file's declarations, analysed.
    private struct Looked: Sendable {
        let rows: Range<Int>
        let day: CivilDate
        let outcomes: [Outcome]

        enum Outcome: Sendable {
            /// Nothing is to be recorded.
            case settled(Answer)
            case analysed(Given, DeclarationStore.Recording)
        }
    }

    /// Nil at the end of the file.
    private func look(
        at handed: Handed, from start: Int, _ running: Running, _ submission: Submission
    ) async throws -> Looked? {
        let rows = start..<max(start, min(start + Self.atOnce, handed.count))
        guard !rows.isEmpty else { return nil }
        return try await pool.run { try Self.look(at: handed, rows, running, submission) }
    }

    /// Blocks.
    private static func look(
        at handed: Handed, _ rows: Range<Int>, _ running: Running, _ submission: Submission
    ) throws(Problem) -> Looked {
        let day = submission.moment.date
        var outcomes: [Looked.Outcome] = []
        outcomes.reserveCapacity(rows.count)
        for row in rows {
            let (declaration, origin) = (handed.declaration(row), handed.origin(row))
            if let refusal = refusal(of: declaration.key, submission) {
                outcomes.append(.settled(refusal))
            } else if submission.isSimulation {
                outcomes.append(.settled(try running.simulate(declaration, origin, submission, on: day)))
            } else {
                let given = Given(
                    declaration: declaration, written: running.content.write(declaration), origin: origin)
                outcomes.append(.analysed(given, try running.look(at: given, submission, on: day)))
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
        let taken = try await record(recordings, submission, running, on: looked.day)
        let others = recordings.filter { !taken.contains($0.id) }.map(\.key.description)
        let known = try await known(others, submission)
        return looked.outcomes.map { outcome in
            switch outcome {
            case .settled(let answer): answer
            case .analysed(_, let recording) where taken.contains(recording.id):
                Answer(
                    number: recording.key.description, state: .recorded, json: recording.shown(submission),
                    lane: recording.analysed.analysis.lane.rawValue)
            case .analysed(let given, let recording):
                Self.answer(given, known[recording.key.description])
            }
        }
    }

    private func known(
        _ numbers: [String], _ submission: Submission
    ) async throws -> [String: DeclarationStore.Known] {
        guard !numbers.isEmpty else { return [:] }
        let database = database.seen(by: submission.principal)
        var known = try await DeclarationStore.known(numbers, database)
        if known.count < numbers.count { known += try await purged(numbers, database) }
        if submission.wantsAll {
            let answered = known.indices.filter { known[$0].answer != nil }
            let whole = try await StoredAnswers.whole(answered.compactMap { known[$0].answer }, database)
            for (place, answer) in zip(answered, whole) { known[place].answer = answer }
        }
        return Dictionary(uniqueKeysWithValues: known.map { ($0.number, $0) })
    }

    private func purged(
        _ numbers: [String], _ database: some Queryable
    ) async throws -> [DeclarationStore.Known] {
        try await TombstoneStore.purged(numbers, database).map { number, date in
            .init(number: number, fingerprint: [], former: [], documents: [], lane: nil, purged: date)
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
    private static func answer(_ given: Given, _ known: DeclarationStore.Known?) -> Answer {
        func refused(_ code: String, _ message: String) -> Answer {
            Answer(number: given.declaration.key.description, state: .refused(code: code, message: message))
        }
        guard let known else { return refused("indisponible", "La déclaration n’a pas pu être enregistrée.") }
        if let purged = known.purged { return refused("declaration_purgee", Tombstones.sentence(purged)) }
        guard let answer = known.answer else {
            return refused("numero_deja_importe", "Ce numéro est celui d’une déclaration importée du passé.")
        }
        guard known.isSame(as: given) else {
            return refused("numero_deja_enregistre", "Ce numéro est déjà enregistré avec un autre contenu.")
        }
        return Answer(number: known.number, state: .known, json: answer, lane: known.lane)
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
