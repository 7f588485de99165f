import Analysis
import Crypto
import Customs
import HTTP
import JSON
import Platform
import Postgres
import Printing

/// Procès-verbaux: drawn up from the records, signed by their two agents, closed or cancelled. Every act is in the audit
/// trail, in its own transaction.
struct ProcesVerbaux: Sendable {
    let analysis: AnalysisService
    let roles: Roles

    private var database: Database { analysis.database }
    private var vault: Vault { analysis.vault }

    /// One with all that it says.
    struct Whole: Sendable {
        let id: UUIDv7
        let act: ProcesVerbal
        let standing: ProcesVerbalStanding
        let chapters: Set<String>
        /// Those whom it names, so far as they are the reason for its seals.
        let persons: [UUIDv7]
    }

    // MARK: To draw up

    /// - Parameters:
    ///   - chapter: that of all declarations; nil: any.
    ///   - also: what else is done in the transaction.
    func draw(
        _ request: ProcesVerbalRequest, chapter: String? = nil, by principal: Principal, _ actor: AuditActor,
        at moment: Timestamp = .now(), also: (Whole, Transaction) async throws -> Void = { _, _ in }
    ) async throws -> Whole {
        let running = try analysis.loaded()
        let seen = database.seen(by: principal)
        let settings = try await settings(running)
        var known: [ProcesVerbalCases.Known] = []
        for number in request.declarations { known.append(try await self.known(number, seen)) }
        let cases = ProcesVerbalCases(running: running, settings: settings)
        let told = try await analysis.pool.run { [known] in try cases.tell(known) }
        let office = try Self.office(of: told, chapter)
        let agents = try await agents(request.secondAgent, principal, office: office)
        let draft = ProcesVerbalStore.Draft(
            id: .make(), office: office, agents: agents.map(\.id), drawnUp: moment)
        return try await seen.transaction { transaction in
            let number = ProcesVerbal.Number(
                year: draft.year, office: office,
                sequence: try await ProcesVerbalStore.nextNumber(of: office, year: draft.year, transaction))
            let act = ProcesVerbal(
                number: number, drawnUp: draft.drawnUp, settings: settings, agents: agents.map(\.agent),
                words: request.words, cases: told.map(\.told))
            let whole = try await store(act, draft, told, transaction)
            try await also(whole, transaction)
            try await append("pv.etabli", draft.id, act, actor, transaction)
            return whole
        }
    }

    private func settings(_ running: Running) async throws -> ProcesVerbalSettings {
        do {
            return try await analysis.pool.run { try ProcesVerbalSettings.load(from: running.office.configuration) }
        } catch let error as CustomsError {
            Log.shared.error("pv.settings", "No procès-verbal can be drawn up") { $0.add("error", error.message) }
            throw Problem(.unavailable, "La configuration des procès-verbaux est illisible.")
        }
    }

    private func known(_ number: String, _ database: some Queryable) async throws -> ProcesVerbalCases.Known {
        guard let detail = try await RecordStore.detail(number, database) else {
            throw Problem(.notFound, "Aucune déclaration n'a le numéro « \(number) » dans votre périmètre.")
        }
        let line = detail.line
        let identities = try await SealedParties.open([(line.id, line.version, line.parties)], vault, database)[0]
        return .init(
            detail: detail, identities: identities,
            verdict: try await ProcesVerbalStore.verdict(on: line.id, database))
    }

    private static func office(of told: [ProcesVerbalCases.Told], _ chapter: String?) throws(Problem) -> String {
        guard let office = told.first?.office, told.allSatisfy({ $0.office == office }) else {
            throw refusal("/declarations", "plusieurs_bureaux", "un procès-verbal est d'un seul bureau")
        }
        if let chapter, let other = told.first(where: { $0.chapter != chapter }) {
            throw refusal(
                "/declarations", "autre_chapitre", "la déclaration \(other.told.number) est d'un autre chapitre")
        }
        return office
    }

    private func agents(
        _ second: String, _ principal: Principal, office: String
    ) async throws -> [(id: UUIDv7, agent: ProcesVerbal.Agent)] {
        let own = try await AccountStore.account(principal.user, database)
        guard let other = try await AccountStore.account(named: second, database), other.isActive,
            roles.rights(of: other.role).permissions.contains(.generateActs),
            other.bureau == nil || other.bureau == office
        else {
            throw Self.refusal(
                "/second_agent", "agent_inconnu", "aucun agent de ce bureau n'a ce compte")
        }
        guard other.id != principal.user else {
            throw Self.refusal("/second_agent", "meme_agent", "le second agent est une autre personne que vous")
        }
        return [
            (principal.user, .init(name: own?.name ?? principal.username, account: principal.username)),
            (other.id, .init(name: other.name ?? other.username, account: other.username)),
        ]
    }

    private static func refusal(_ pointer: String, _ code: String, _ message: String) -> Problem {
        Problem(.validationFailed, items: [.init(pointer: pointer, code: code, message: message)])
    }

    private func store(
        _ act: ProcesVerbal, _ draft: ProcesVerbalStore.Draft, _ told: [ProcesVerbalCases.Told],
        _ transaction: Transaction
    ) async throws -> Whole {
        let persons = try await vault.persons(told.map(\.person), in: transaction)
        var fields = zip(persons, act.cases).enumerated().map { place, one in
            Vault.Clear(one.0, .actCase, row: "\(draft.id)/\(place + 1)", Self.text(one.1))
        }
        if !act.words.isEmpty { fields.append(Vault.Clear(persons[0], .actWords, row: draft.id, Self.text(act.words))) }
        let sealed = try await vault.seal(fields)
        let cases = zip(told, zip(persons, sealed)).map { one, seal in
            ProcesVerbalStore.SealedCase(
                declaration: one.declaration, number: one.told.number, chapter: one.chapter, decision: one.decision,
                person: seal.0.id, content: seal.1)
        }
        let words = act.words.isEmpty ? nil : sealed.last.map { (persons[0].id, $0) }
        try await ProcesVerbalStore.add(
            draft, sequence: act.number.sequence, hash: act.digest.bytes,
            content: act.withoutPersons.canonicalBytes(),
            words: words.map { .init(person: $0.0, words: $0.1) }, unsettled: act.casesWithoutFinding.count, cases,
            transaction)
        return Whole(
            id: draft.id, act: act,
            standing: .init(agents: draft.agents, hash: act.contentHash, unsettled: act.casesWithoutFinding.count),
            chapters: Set(told.compactMap(\.chapter)), persons: persons.map(\.id))
    }

    private static func text(_ value: some JSONWritable) -> String {
        String(decoding: value.jsonBytes(), as: UTF8.self)
    }

    private func append(
        _ name: String, _ id: UUIDv7, _ act: ProcesVerbal, _ actor: AuditActor, _ transaction: Transaction,
        reason: String? = nil
    ) async throws {
        var details: [JSONValue.Member] = [
            .init("numero", .string(act.number.description)), .init("empreinte", .string(act.contentHash)),
            .init("declarations", .array(act.cases.map { .string($0.number) })),
        ]
        if let reason { details.append(.init("motif", .string(reason))) }
        try await AuditStore.append(
            AuditEvent(name: name, actor: actor, object: "pv:\(id)", details: details), in: transaction)
    }

    // MARK: To read

    func list(_ filter: ProcesVerbalStore.Filter, by principal: Principal) async throws -> [ProcesVerbalStore.Entry] {
        try await ProcesVerbalStore.list(filter, database.seen(by: principal))
    }

    /// Nil when there is none in the principal's scope.
    func whole(_ id: UUIDv7, by principal: Principal) async throws -> Whole? {
        try await whole(id, database.seen(by: principal))
    }

    private func whole(_ id: UUIDv7, _ database: some Queryable) async throws -> Whole? {
        guard let entry = try await ProcesVerbalStore.entry(id, database) else { return nil }
        let sealed = try await ProcesVerbalStore.cases(of: id, database)
        var fields = sealed.enumerated().map { place, one in
            Vault.Sealed(one.person, .actCase, row: "\(id)/\(place + 1)", one.content)
        }
        if let words = entry.words { fields.append(.init(words.person, .actWords, row: id, words.words)) }
        let texts = try await vault.open(fields, database)
        let opened = texts.compactMap { $0.map { Array($0.utf8) } }
        guard opened.count == texts.count else {
            throw Problem(.gone, "Une personne que ce procès-verbal nomme a été effacée : il n'est plus lisible.")
        }
        let cases = try opened.prefix(sealed.count).map { try ProcesVerbal.Case(parsing: $0) }
        let words = try entry.words == nil ? nil : opened.last.map { try ProcesVerbal.Words(parsing: $0) }
        let act = try ProcesVerbal(parsing: entry.content).with(words ?? .init(), cases: cases)
        guard act.contentHash == entry.standing.hash else {
            Log.shared.error("pv.altered", "A procès-verbal is not what was drawn up") {
                $0.add("pv", id.description)
            }
            throw Problem(.internalError)
        }
        return Whole(
            id: id, act: act, standing: entry.standing, chapters: Set(sealed.compactMap(\.chapter)),
            persons: sealed.map(\.person))
    }

    /// The document: of one that is signed always the same bytes.
    func print(_ whole: Whole) async throws -> [UInt8] {
        do {
            return try await analysis.pool.run {
                try Press.print(ProcesVerbalSheet(whole.act, whole.standing).document)
            }
        } catch let error as PrintingError {
            Log.shared.error("pv.unprintable", "A procès-verbal cannot be printed") {
                $0.add("pv", whole.id.description)
                $0.add("error", error.message)
            }
            throw Problem(.unavailable, "Le document n'a pas pu être imprimé : \(error.message).")
        }
    }

    // MARK: To bring further

    /// Nil when there is none in the principal's scope.
    func apply(
        _ act: ProcesVerbalStanding.Act, to id: UUIDv7, by principal: Principal, _ actor: AuditActor,
        at moment: Timestamp = .now()
    ) async throws -> Whole? {
        try await database.seen(by: principal).transaction { transaction in
            try await ProcesVerbalStore.lock(id, transaction)
            guard let whole = try await whole(id, transaction) else { return nil }
            var standing = whole.standing
            do throws(ProcesVerbalRefusal) {
                try standing.apply(
                    act, by: .init(account: principal.user, isChief: principal.may(.cancelSigned)), at: moment)
            } catch {
                throw Problem(
                    error.isForbidden ? .forbidden : .conflict, error.message,
                    items: [.init(pointer: "", code: error.code, message: error.message)])
            }
            try await ProcesVerbalStore.set(id, standing, transaction)
            if standing.state == .signed { try await keep(whole, actor, transaction) }
            try await append(act.event, id, whole.act, actor, transaction, reason: act.reason)
            return Whole(
                id: id, act: whole.act, standing: standing, chapters: whole.chapters, persons: whole.persons)
        }
    }

    /// What was signed stays readable: those whom it names are not erased while a hold is open.
    private func keep(_ whole: Whole, _ actor: AuditActor, _ transaction: Transaction) async throws {
        let reason = "Procès-verbal signé n° \(whole.act.number)"
        for (id, person) in try await vault.persons(Array(Set(whole.persons)), transaction) {
            let hold = UUIDv7.make()
            let sealed = try await vault.seal(reason, in: .holdReason, row: hold, of: person)
            guard let kept = try await PersonStore.kept(id, transaction), kept.erased == nil else {
                throw VaultError.erased
            }
            try await PersonStore.place(hold, on: id, reason: sealed, by: actor.name, transaction)
        }
    }
}

extension ProcesVerbalStanding.Act {
    /// As the audit trail calls it.
    fileprivate var event: String {
        switch self {
        case .sign: "pv.signe"
        case .close: "pv.clos"
        case .cancel: "pv.annule"
        }
    }

    fileprivate var reason: String? {
        switch self {
        case .sign: nil
        case .close(let reason), .cancel(let reason): reason
        }
    }
}

extension ProcesVerbalRefusal {
    /// Whether another person might.
    fileprivate var isForbidden: Bool { self == .notAnAgent || self == .notTheChief }
}
