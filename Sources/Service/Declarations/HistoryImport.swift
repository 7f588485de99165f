import Analysis
import Crypto
import Customs
import Decisions
import JSON
import Platform
import Postgres

/// Loads one file of past declarations.
struct HistoryImport {
    private let office: Analysis.Office
    private let source: Analysis.Office.Source
    private let content: DeclarationContent
    private let outcomes: OutcomeReader
    private let stake: Stake

    private static let atOnce = 200

    init(_ office: Analysis.Office, _ source: Analysis.Office.Source) {
        (self.office, self.source) = (office, source)
        content = DeclarationContent(vocabulary: office.vocabulary)
        outcomes = OutcomeReader(office.vocabulary)
        stake = Stake(office.vocabulary)
    }

    func run(_ database: Database, _ vault: Vault, _ summary: inout HistoryCommands.Summary) async throws {
        let file = source.file
        var start = 0
        while start < file.declarationCount {
            let rows = start..<min(start + Self.atOnce, file.declarationCount)
            let pasts = rows.compactMap { past(file.declaration($0)) }
            let taken = try await database.under(OfficeScope.all).transaction { transaction in
                let purged = try await TombstoneStore.purged(pasts.map(\.key.description), transaction)
                let pasts = pasts.filter { purged[$0.key.description] == nil }
                let sealed = try await SealedParties.seal(
                    pasts.map { ($0.id, $0.written.parties) }, vault, in: transaction)
                var taken: Set<UUIDv7> = []
                for (past, parties) in zip(pasts, sealed)
                where try await HistoryStore.add(past, parties, transaction) { taken.insert(past.id) }
                return taken
            }
            for past in pasts {
                guard taken.contains(past.id) else {
                    summary.known += 1
                    continue
                }
                summary.declarations += 1
                if past.outcome != nil { summary.outcomes += 1 }
                if past.day == nil { summary.undated += 1 }
            }
            start = rows.upperBound
        }
        let counted = summary
        try await database.transaction { [source] transaction in
            try await AuditStore.append(
                AuditEvent(
                    name: "historique.importe", actor: AuditActor(name: "commande"),
                    object: "fichier:\(source.fingerprint)",
                    details: [
                        .init("declarations", .int(counted.declarations)), .init("issues", .int(counted.outcomes)),
                    ]), in: transaction)
        }
    }

    private func past(_ declaration: Declaration) -> HistoryStore.Past? {
        guard declaration.key.isStorable, let year = Int16(declaration.key.year) else { return nil }
        let schema = office.vocabulary.schema
        func texts(_ name: String) -> [String] {
            declaration.articles.map { article in schema[name].flatMap { article.facts.texts[$0.slot] } ?? "" }
        }
        let figures = DeclarationFigures(declaration, office.vocabulary)
        let chapter = declaration.chapter(in: office.vocabulary)
        return HistoryStore.Past(
            id: UUIDv7.make(), key: declaration.key, year: year, written: content.write(declaration),
            codes: texts("code_sh"),
            origins: texts("pays_origine"), figures: figures, duties: stake.duties(of: declaration), chapter: chapter,
            pack: office.packs.set(for: chapter)?.chapter ?? ChapterPacks.everything,
            day: figures.day.map { CivilDate(daysSinceEpoch: Int($0)) }, outcome: outcomes.outcome(of: declaration),
            file: source.fingerprint)
    }
}
