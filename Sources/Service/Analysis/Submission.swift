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
    /// So many declarations share a transaction.
    private static let atOnce = 64

    /// Analyses the declarations of a file in its order, and records them unless it is a simulation. Each one is there
    /// completely or not at all; those that are known already are answered as they were.
    func submit(_ file: DeclarationFile, _ submission: Submission) async throws -> [Answer] {
        let running = try loaded()
        var answers: [Answer] = []
        answers.reserveCapacity(file.declarationCount)
        var start = 0
        while start < file.declarationCount {
            let rows = start..<min(start + Self.atOnce, file.declarationCount)
            answers += try await submit(rows, of: file, running, submission)
            start = rows.upperBound
        }
        return answers
    }

    private func submit(
        _ rows: Range<Int>, of file: DeclarationFile, _ running: Running, _ submission: Submission
    ) async throws -> [Answer] {
        let day = Self.today
        let given = try await pool.run {
            rows.map { row in
                let declaration = file.declaration(row)
                return Given(declaration: declaration, written: running.content.write(declaration))
            }
        }
        var known: [String: DeclarationStore.Known] = [:]
        if !submission.isSimulation {
            let numbers = given.map(\.declaration.key.description)
            for one in try await DeclarationStore.known(numbers, database.seen(by: submission.principal)) {
                known[one.number] = one
            }
        }
        var answers = given.map { Self.answer($0, known, submission) }
        let fresh = answers.indices.filter { answers[$0] == nil }
        if !fresh.isEmpty {
            let recordings = try await pool.run {
                try fresh.map { try running.look(at: given[$0], submission, on: day) }
            }
            let taken =
                submission.isSimulation
                ? Set(recordings.map(\.id)) : try await record(recordings, submission, running, on: day)
            for (place, recording) in zip(fresh, recordings) where taken.contains(recording.id) {
                answers[place] = Answer(
                    number: recording.key.description, state: submission.isSimulation ? .simulated : .recorded,
                    json: recording.shown(submission), lane: recording.analysed.analysis.lane.rawValue)
            }
            // Somebody else has recorded them meanwhile.
            let late = fresh.filter { answers[$0] == nil }
            if !late.isEmpty {
                let numbers = late.map { given[$0].declaration.key.description }
                let database = database.seen(by: submission.principal)
                for one in try await DeclarationStore.known(numbers, database) { known[one.number] = one }
                for place in late { answers[place] = Self.answer(given[place], known, submission) }
            }
        }
        return answers.enumerated().map { place, answer in
            answer
                ?? Answer(
                    number: given[place].declaration.key.description,
                    state: .refused(code: "indisponible", message: "La déclaration n’a pas pu être enregistrée."))
        }
    }

    /// What can be said without an analysis; nil when there must be one.
    private static func answer(
        _ given: Given, _ known: [String: DeclarationStore.Known], _ submission: Submission
    ) -> Answer? {
        let number = given.declaration.key.description
        if let office = submission.principal.bureau, office != given.declaration.key.office {
            return Answer(
                number: number,
                state: .refused(
                    code: "hors_bureau", message: "Cette déclaration est d’un autre bureau que le vôtre (\(office)).")
            )
        }
        // What a number can be in a path and in the table.
        guard given.declaration.key.isStorable else {
            return Answer(
                number: number,
                state: .refused(code: "numero_invalide", message: "L’année ou le numéro ne peut pas être enregistré."))
        }
        guard let before = known[number] else { return nil }
        guard let answer = before.answer else {
            return Answer(
                number: number,
                state: .refused(
                    code: "numero_deja_importe", message: "Ce numéro est celui d’une déclaration importée du passé."))
        }
        guard before.fingerprint == given.written.fingerprint.bytes else {
            return Answer(
                number: number,
                state: .refused(
                    code: "numero_deja_enregistre", message: "Ce numéro est déjà enregistré avec un autre contenu."))
        }
        let json = (try? StoredAnswer(answer))?.shown(strongest: submission.strongest) ?? answer
        return Answer(number: number, state: .known, json: json, lane: (try? StoredAnswer(answer))?.lane)
    }

    /// Which of them were recorded; those whose number was taken meanwhile are not.
    private func record(
        _ recordings: [DeclarationStore.Recording], _ submission: Submission, _ running: Running, on day: CivilDate
    ) async throws -> Set<UUIDv7> {
        let taken = try await database.seen(by: submission.principal).transaction { transaction in
            let parties = try await SealedParties.seal(
                recordings.map { ($0.id, $0.written.parties) }, vault, in: transaction)
            var taken: Set<UUIDv7> = []
            for (recording, parties) in zip(recordings, parties)
            where try await DeclarationStore.record(recording, parties, transaction) {
                taken.insert(recording.id)
            }
            for recording in recordings where taken.contains(recording.id) {
                try await AuditStore.append(recording.event(submission.actor), in: transaction)
            }
            return taken
        }
        running.withLive { live in
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
}

extension Running {
    func look(
        at given: Given, _ submission: Submission, on day: CivilDate
    ) throws(Problem) -> DeclarationStore.Recording {
        let (id, prediction, decision) = (UUIDv7.make(), UUIDv7.make(), UUIDv7.make())
        let found = withLive { live in
            live.analyse(
                given.declaration, asked: submission.chapter, id: decision, on: Int32(clamping: day.daysSinceEpoch))
        }
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
            user: submission.principal.user, day: day, answer: writer.finish(),
            record: analysed.analysis.decision.jsonBytes())
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
