import Analysis
import Crypto
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// What a person corrects of a declaration, or confirms.
struct CorrectionRequest: Sendable {
    /// A merge patch.
    let patch: [JSONValue.Member]
    /// The person has looked at the image, and vouches for what was read of it.
    let isVerified: Bool

    init(_ value: JSONValue) throws(Problem) {
        guard case .object(var members) = value else {
            throw Problem(.validationFailed, "Un objet JSON est attendu.")
        }
        var isVerified = false
        if let place = members.firstIndex(where: { $0.name == "lecture_verifiee" }) {
            guard let flag = members[place].value.bool else {
                throw Problem(
                    .validationFailed,
                    items: [.init(pointer: "/lecture_verifiee", code: "invalid", message: "vrai ou faux")])
            }
            isVerified = flag
            members.remove(at: place)
        }
        (patch, self.isVerified) = (members, isVerified)
    }
}

/// A corrected declaration.
struct Corrected: Sendable {
    let version: Int
    /// The analysis, as JSON; nil when nothing had to change.
    let answer: [UInt8]?
    /// Nil where nothing that was read of a document has been put right.
    var reading: CorrectedReading?
}

extension AnalysisService {
    /// Corrects a declaration: it is read, controlled, analysed and decided anew, as its next version, in one
    /// transaction. The versions before stay.
    ///
    /// - Parameter mayChange: whether what is there is what the person has seen.
    func correct(
        _ number: String, _ request: CorrectionRequest, _ submission: Submission, mayChange: (Int) throws -> Void
    ) async throws -> Corrected {
        let running = try loaded()
        let scoped = database.seen(by: submission.principal)
        guard let stored = try await DeclarationStore.stored(number, scoped) else { throw Problem(.notFound) }
        try mayChange(stored.version)
        let origin = try await ProvenanceStore.find(stored.id, version: stored.version, scoped)
        let identities = try await SealedParties.open([(stored.id, stored.version, stored.parties)], vault, scoped)[0]
        let vocabulary = running.office.vocabulary
        let before = try DeclarationDraft(
            key: stored.key, fields: stored.fields, identities: identities, articles: stored.articles, vocabulary)
        var draft = before
        try draft.merge(request.patch, vocabulary)
        let given = try await read(draft, running, isUnverified: origin?.isUnverified == true && !request.isVerified)
        let after = try DeclarationDraft(given.declaration, given.written, vocabulary)
        let fields = after.changes(from: before)
        let isConfirmed = request.isVerified && origin?.isUnverified == true
        guard !fields.isEmpty || isConfirmed else { return Corrected(version: stored.version, answer: nil) }
        let day = Self.today
        let recording = try await pool.run { try running.look(at: given, submission, on: day) }
        let isHeld = given.origin?.isUnverified == true
        let next = stored.version + 1
        try await scoped.transaction { transaction in
            guard let current = try await CorrectionStore.locked(number, transaction) else { throw Problem(.notFound) }
            try mayChange(current.version)
            guard current.version == stored.version else { throw Problem(.preconditionFailed) }
            guard !current.isPast else {
                throw Problem(.conflict, "Une déclaration importée du passé ne se corrige pas.")
            }
            guard !current.hasVerdict else {
                throw Problem(.conflict, "Cette déclaration a un verdict : elle ne se corrige plus.")
            }
            try await CorrectionStore.keep(current, replacedBy: submission.principal.user, transaction)
            let parties = try await SealedParties.seal(
                [(stored.id, recording.written.parties)], version: next, vault, in: transaction)
            try await CorrectionStore.record(recording, as: next, of: stored.id, parties[0], transaction)
            let now = Timestamp.now()
            try await CorrectionStore.trace(
                current, as: next,
                fields.map { Correction(field: $0, user: submission.principal.user, date: now) },
                isUnverified: isHeld, transaction)
            try await AuditStore.append(
                recording.correction(submission.actor, as: next, fields, isConfirmed), in: transaction)
        }
        if recording.analysed.figures.day != nil {
            running.withLive {
                $0.correct(
                    recording.analysed.observations, order: stored.key.order, on: Int32(clamping: day.daysSinceEpoch))
            }
        }
        let reading = CorrectedReading(
            of: origin?.document, origin?.content, origin?.sealed, fields: fields, after.flat, vocabulary)
        return Corrected(version: next, answer: recording.shown(submission), reading: reading)
    }

    /// The declaration as it would be understood if it came so.
    private func read(_ draft: DeclarationDraft, _ running: Running, isUnverified: Bool) async throws -> Given {
        let json = draft.json
        let file = try await pool.run { try self.readOne(json, chapter: nil, running) }
        let faults = file.faults
        guard faults.isEmpty else {
            throw Problem(
                .validationFailed, "La déclaration corrigée n'est pas valable.",
                items: faults.map {
                    .init(pointer: $0.field.map { "/\($0)" } ?? "", code: $0.code, message: $0.message)
                })
        }
        return try await pool.run {
            let declaration = file.declaration(0)
            var given = Given(declaration: declaration, written: running.content.write(declaration))
            if isUnverified { given.origin = DeclarationOrigin(document: .make(), isUnverified: true) }
            return given
        }
    }
}

extension DeclarationStore.Recording {
    /// An event has a size.
    private static let mostNamed = 500

    /// Which fields, never what they say.
    fileprivate func correction(
        _ actor: AuditActor, as version: Int, _ fields: [String], _ isConfirmed: Bool
    ) -> AuditEvent {
        AuditEvent(
            name: "declaration.corrigee", actor: actor, object: "declaration:\(key)",
            details: [
                .init("version", .int(version)), .init("corriges", .int(fields.count)),
                .init("champs", .array(fields.prefix(Self.mostNamed).map { .string($0) })),
                .init("lecture_verifiee", .bool(isConfirmed)),
                .init("decision", .string(analysed.decisionID.description)),
                .init("voie", .string(analysed.analysis.lane.rawValue)),
                .init("empreinte_decision", .string(SHA256.hash(record).hexadecimal)),
            ])
    }
}
