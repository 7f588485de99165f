import Analysis
import Customs
import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// What experts and chiefs do with criteria: written, simulated, put in force by somebody else, retired.
struct Criteria: Sendable {
    let analysis: AnalysisService
    var database: Database { analysis.database }

    /// A draft for all or some chapters. One without chapters is for every chapter whose features it can be asked of.
    ///
    /// - Parameter also: what else is done in the transaction.
    func write(
        _ draft: Criterion, _ request: Request, also: (CriterionStore.Version, Transaction) async throws -> Void
    ) async throws -> CriterionStore.Version {
        let author = try request.signedIn().user
        let criterion = try Self.settled(draft, analysis.loaded().office.packs)
        return try await database.transaction { transaction in
            guard let number = try await CriterionStore.add(criterion, by: author, transaction),
                let version = try await CriterionStore.locked(criterion.code, number, transaction)
            else { throw Problem(.conflict, "Une autre version vient d'être écrite ; relisez-la.") }
            try await also(version, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "critere.ecrit", actor: request.actor, object: Self.object(criterion.code, number),
                    details: [
                        .init("formule", .string(criterion.formula)),
                        .init("action", .string(criterion.action.rawValue)),
                        .init("chapitres", .array(criterion.chapters.map { .string($0) })),
                    ]), in: transaction)
            return version
        }
    }

    /// With its chapters named. A formula that cannot be asked is refused, with the place of its mistake.
    static func settled(_ draft: Criterion, _ packs: ChapterPacks) throws -> Criterion {
        let asked = draft.chapters.isEmpty ? packs.sets.keys.sorted() : draft.chapters
        var chapters: [String] = []
        var failure: DecisionError?
        for chapter in asked {
            guard let pack = packs.sets[chapter] else {
                throw refusal("/chapitres", "chapitre_inconnu", "le chapitre « \(chapter) » n’a pas de pack")
            }
            do {
                try check(draft, pack)
                chapters.append(chapter)
            } catch let error as DecisionError {
                if !draft.chapters.isEmpty { throw refusal("/formule", error.code.rawValue, error.message) }
                failure = error
            }
        }
        if chapters.isEmpty, let failure { throw refusal("/formule", failure.code.rawValue, failure.message) }
        return try Criterion(
            code: draft.code, sentence: draft.sentence, owner: draft.owner, legalBasis: draft.legalBasis,
            formula: draft.formula, action: draft.action, share: draft.share, chapters: chapters,
            validFrom: draft.validFrom, validTo: draft.validTo)
    }

    private static func check(_ criterion: Criterion, _ pack: FeatureSet) throws {
        let formula: Formula
        do {
            formula = try Formula.compile(
                criterion.formula, schema: CriterionFacts.schema(pack), expecting: .booleen, library: pack.library,
                unit: .declaration)
        } catch {
            throw DecisionError(.badCriterion, "chapitre \(pack.chapter) : \(error)")
        }
        guard formula.needs.needs.isEmpty else {
            throw DecisionError(
                .badCriterion,
                "un critère lit les caractéristiques du chapitre, et n’interroge pas le passé lui-même")
        }
    }

    /// What it would have done on what the account sees of the past; kept with the version.
    func simulate(_ code: String, _ number: Int, _ request: Request) async throws -> CriterionStore.Version {
        let version = try await version(code, number)
        let running = try analysis.loaded()
        let report = try await CriterionPast(
            criterion: version.criterion, packs: running.office.packs,
            database: database.seen(by: request.signedIn()), pool: analysis.pool
        ).simulate(on: Int32(clamping: AnalysisService.today.daysSinceEpoch))
        try await change(
            code, number, request, "critere.simule",
            [
                .init("declarations", .int(report.declarations)), .init("touchees", .int(report.hits)),
                .init("verifiees", .int(report.verified)), .init("fraudes", .int(report.frauds)),
            ]
        ) { (criterion) throws(DecisionError) in try criterion.apply(.simulate(report)) }
        return try await self.version(code, number)
    }

    /// By somebody who did not write it; what was active before is retired.
    func activate(_ code: String, _ number: Int, reason: String, _ request: Request) async throws
        -> CriterionStore.Version
    {
        try PolicyChange.check(reason: reason)
        let approver = try request.signedIn().user
        let day = Int32(clamping: AnalysisService.today.daysSinceEpoch)
        let packs = try analysis.loaded().office.packs
        try await database.transaction { transaction in
            guard let version = try await CriterionStore.locked(code, number, transaction) else { throw Self.unknown }
            guard version.author != approver else {
                throw Problem(.conflict, "Nul ne met en vigueur un critère qu'il a écrit.")
            }
            // The packs may have changed since it was written.
            _ = try Self.settled(version.criterion, packs)
            if let before = try await CriterionStore.lockedActive(code, transaction), before.number != number {
                var criterion = before.criterion
                try Self.acting { () throws(DecisionError) in
                    try criterion.apply(
                        .retire(by: AuditActor.user(approver), reason: "Remplacé par la version \(number)"))
                }
                try await CriterionStore.set(criterion, number: before.number, transaction)
            }
            var criterion = version.criterion
            try Self.acting { () throws(DecisionError) in
                try criterion.apply(.activate(by: AuditActor.user(approver), on: day))
            }
            try await CriterionStore.set(criterion, number: number, approver: approver, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "critere.active", actor: request.actor, object: Self.object(code, number),
                    details: [.init("motif", .string(reason)), .init("formule", .string(criterion.formula))]),
                in: transaction)
        }
        await analysis.heedChange()
        return try await version(code, number)
    }

    func retire(_ code: String, _ number: Int, reason: String, _ request: Request) async throws
        -> CriterionStore.Version
    {
        try PolicyChange.check(reason: reason)
        let person = AuditActor.user(try request.signedIn().user)
        try await change(code, number, request, "critere.retire", [.init("motif", .string(reason))]) {
            (criterion) throws(DecisionError) in
            try criterion.apply(.retire(by: person, reason: reason))
        }
        await analysis.heedChange()
        return try await version(code, number)
    }

    private func change(
        _ code: String, _ number: Int, _ request: Request, _ event: String, _ details: [JSONValue.Member],
        _ act: (inout Criterion) throws(DecisionError) -> Void
    ) async throws {
        try await database.transaction { transaction in
            guard let version = try await CriterionStore.locked(code, number, transaction) else { throw Self.unknown }
            var criterion = version.criterion
            try Self.acting { () throws(DecisionError) in try act(&criterion) }
            try await CriterionStore.set(criterion, number: number, transaction)
            try await AuditStore.append(
                AuditEvent(name: event, actor: request.actor, object: Self.object(code, number), details: details),
                in: transaction)
        }
    }

    func version(_ code: String, _ number: Int) async throws -> CriterionStore.Version {
        guard let found = try await CriterionStore.versions(code, database).first(where: { $0.number == number }) else {
            throw Self.unknown
        }
        return found
    }

    /// What the program and the office propose, and nobody has written yet.
    func proposals() async throws -> [Criterion] {
        let known = try await CriterionStore.codes(database)
        let configuration = try analysis.loaded().office.configuration
        return try await analysis.pool.run {
            let names = try configuration.names(in: "criteres")
            return try names.filter { $0.hasSuffix(".json") }.compactMap { configuration.path(of: "criteres/\($0)") }
                .flatMap { try CriterionFile.load($0).criteria }.filter { !known.contains($0.code) }
        }
    }

    static let unknown = Problem(.notFound, "Aucun critère n'a ce code et ce numéro.")

    private static func object(_ code: String, _ number: Int) -> String { "critere:\(code)/\(number)" }

    private static func refusal(_ pointer: String, _ code: String, _ message: String) -> Problem {
        Problem(
            .validationFailed, "Ce critère ne peut pas être écrit ainsi.",
            items: [
                .init(pointer: pointer, code: code, message: message)
            ])
    }

    /// An act that the criterion's state does not allow is a conflict with it.
    private static func acting(_ act: () throws(DecisionError) -> Void) throws(Problem) {
        do throws(DecisionError) { try act() } catch { throw Problem(.conflict, error.message) }
    }
}
