import Analysis
import Crypto
import Decisions
import JSON
import Platform
import Postgres

/// Logged decisions whose outcome people verified: from these, and from nothing else, thresholds and policies are judged.
struct OutcomeLog: Sendable {
    /// In the order of time.
    private(set) var lines: [Line] = []
    /// How often outcomes of each lane become known.
    private(set) var rates = ObservationRates()
    /// Days on which the chapter decided since a moment.
    let days: Int

    struct Line: Sendable {
        let record: DecisionRecord
        let isFraud: Bool
        /// What came in, where it is known.
        let amount: Double?
        /// Nil when the bandit was taught nothing by it.
        let reward: Double?
        let cluster: UInt64
    }

    /// So far back, and so many of the latest.
    static let daysBack = 365
    static let most = 50_000
    private static let atOnce = 1000

    /// - Parameter since: from when days are counted.
    static func read(_ chapter: String, since: Timestamp, _ database: some Queryable) async throws -> OutcomeLog {
        let first = CivilDate(daysSinceEpoch: AnalysisService.today.daysSinceEpoch - daysBack)
        var log = OutcomeLog(days: try await OutcomeLogStore.days(chapter, since: since, database))
        log.rates =
            try await OutcomeLogStore.observed(
                chapter, from: first, until: AnalysisService.today, PriceList(), database)[chapter] ?? log.rates
        var last: UUIDv7?
        while log.lines.count < most {
            let page = try await OutcomeLogStore.lines(chapter, from: first, before: last, count: atOnce, database)
            log.lines += page.lines
            guard let end = page.last, page.lines.count == atOnce else { break }
            last = end
        }
        log.lines.reverse()
        return log
    }

    private init(days: Int) { self.days = days }

    /// Those that had a probability, each standing for 1 over the chance that its outcome became known.
    func verified() throws(DecisionError) -> VerifiedRows {
        var rows = VerifiedRows()
        for line in lines {
            guard let p = line.record.request.probability else { continue }
            try rows.append(
                probability: p, isFraud: line.isFraud,
                duties: line.isFraud ? line.amount ?? line.record.request.duties : 0,
                weight: 1 / rates.rate(line.record.lane))
        }
        return rows
    }

    /// What another policy would have done with them, and how often it would have let go what is held.
    func rows(under policy: DecisionPolicy) -> (rows: [LoggedRow], violations: Int) {
        var rows: [LoggedRow] = []
        var violations = 0
        for line in lines {
            guard let reward = line.reward else { continue }
            var row = LoggedRow(line.record, reward: reward, cluster: line.cluster, under: policy)
            row.weight = 1 / rates.rate(line.record.lane)
            if row.target.conforme > 0, line.record.request.isHeld { violations += 1 }
            rows.append(row)
        }
        return (rows, violations)
    }
}

extension DecisionRequest {
    /// Whether something else than its probability keeps it from being released.
    var isHeld: Bool {
        probability == nil || !conditions.isEmpty
            || hits.contains { hit in
                switch hit.action {
                case .mandatory, .removeConforme: true
                case .randomShare: hit.isDrawn
                case .advise: false
                }
            }
    }
}
