import Analysis
import Crypto
import Customs
import Decisions
import HTTP
import JSON
import Net
import Platform
import Postgres
import Synchronization

/// Analyses declarations, and records what was thought of them: the declaration, the prediction, its features, the
/// decision and the audit's event are there together, or none of them.
final class AnalysisService: Sendable {
    let database: Database
    let vault: Vault
    let recorder: Recorder
    let pool: WorkerPool
    private let loading: AnalysisLoading
    private let running = Mutex<Running?>(nil)

    init(
        _ settings: ServiceSettings, _ database: Database, _ vault: Vault, _ pool: WorkerPool, on group: EventLoopGroup
    ) {
        (self.database, self.vault, self.pool) = (database, vault, pool)
        recorder = Recorder(database, vault, on: group)
        loading = AnalysisLoading(
            resources: settings.resources, models: settings.models, drawKeys: settings.drawKeys)
    }

    /// What was loaded; until then nothing can be analysed.
    func loaded() throws(Problem) -> Running {
        guard let running = running.withLock({ $0 }) else {
            throw Problem(.unavailable, "L'analyse se prépare.", retryAfter: 2)
        }
        return running
    }

    /// Reads the configuration and the models, then makes again from the logs what was known. Returns when declarations
    /// can be analysed.
    func prepare() async throws {
        let started = Instant.now()
        var loaded = try await pool.run { [loading] in try loading.run() }
        let policies = try await AnalysisPreparation(database: database).run(loaded)
        let running = Running(&loaded, policies)
        let lines = try await running.rebuild(database.under(OfficeScope.all), vault)
        self.running.withLock { $0 = running }
        Log.shared.info("analysis.ready", "Declarations can be analysed") { line in
            line.add("models", loaded.models.byChapter.count)
            line.add("past", lines)
            line.add("duration_ms", Instant.now() - started)
        }
    }

    /// Prepares in the background, again after failures: what cannot be loaded is in the log, and answers are 503 meanwhile.
    func start() async {
        while running.withLock({ $0 == nil }), let loop = EventLoop.current {
            do { return try await prepare() } catch {
                Log.shared.error("analysis.failed", "Declarations cannot be analysed") {
                    $0.add("error", error.operatorMessage)
                }
            }
            guard (try? await loop.sleep(for: .seconds(10))) != nil else { return }
        }
    }

    static var today: CivilDate { Timestamp.now().date }
}

/// The office as it is loaded, and its changing knowledge behind a lock.
final class Running: Sendable {
    let office: Office
    let models: ChapterModels
    let content: DeclarationContent
    private let live: SharedLock<LiveAnalysis>
    /// One for each thread that looks at declarations.
    private let assessors = Monitor<[Assessor]>([])

    init(_ loaded: inout AnalysisLoading.Loaded, _ policies: [String: DecisionPolicy]) {
        (office, models) = (loaded.office, loaded.models)
        content = DeclarationContent(vocabulary: loaded.office.vocabulary)
        let pasts = loaded.pasts
        // Held here alone, so that remembering does not copy it.
        loaded.pasts = []
        live = SharedLock(
            LiveAnalysis(
                loaded.office, loaded.models, pasts: pasts, pastByChapter: loaded.pastByChapter, policies: policies,
                key: loaded.key))
    }

    func withLive<Value: Sendable>(_ body: (LiveAnalysis) throws -> Value) rethrows -> Value {
        try live.withLock { try body($0) }
    }

    /// What is thought of a declaration on a day. Nil when no policy is in force.
    func analyse(_ declaration: Declaration, asked: String?, id: UUIDv7, on day: Int32) -> Analysed? {
        let assessor = assessors.withLock { $0.popLast() } ?? Assessor(office, models)
        defer { assessors.withLock { $0.append(assessor) } }
        if live.read({ $0.day < day }) { live.withLock { $0.advance(to: max($0.day, day)) } }
        return live.read { $0.analyse(declaration, asked: asked, id: id, on: day, with: assessor) }
    }

    /// As `LiveAnalysis.comparablePrices`.
    func comparablePrices(of declaration: Declaration) -> [HistoryPeers?] {
        live.read { $0.comparablePrices(of: declaration) }
    }

    private static let linesAtOnce = 500

    /// Makes the past and the learners again from their logs. How many lines the past had.
    func rebuild(_ database: some Queryable, _ vault: Vault) async throws -> Int {
        var (last, count): ((day: CivilDate, seq: Int)?, Int) = (nil, 0)
        while true {
            let lines = try await DeclarationStore.history(after: last, count: Self.linesAtOnce, database)
            guard let end = lines.last else { break }
            (last, count) = ((end.date, end.seq), count + lines.count)
            let identities = try await SealedParties.open(
                lines.map { ($0.declaration.id, $0.declaration.version, $0.declaration.parties) }, vault, database)
            for (line, identities) in zip(lines, identities) {
                try remember(
                    line.declaration, identities, pack: line.pack, fraud: line.fraud, on: line.day, file: line.file)
            }
        }
        for chapter in withLive({ Array($0.policies.keys) }) { try await learn(chapter, database) }
        return count
    }

    /// Remembers a stored declaration, or what was found of it, as known on a day.
    func remember(
        _ stored: DeclarationStore.Stored, _ identities: [[UInt8]], pack: String, fraud: Bool?, on day: Int32,
        file: String?
    ) throws {
        let declaration = try content.read(
            key: stored.key, fields: stored.fields, identities: identities, articles: stored.articles)
        withLive { live in
            guard let observations = live.observations(of: declaration, pack: pack) else { return }
            if let fraud {
                live.remember(fraud: fraud, of: observations, order: stored.key.order, on: day, file: file)
            } else {
                live.remember(observations, order: stored.key.order, on: day, file: file)
            }
        }
    }

    /// Takes in what the chapter's log says beyond what is known.
    func learn(_ chapter: String, _ database: some Queryable) async throws {
        while true {
            let known = withLive { $0.learners[chapter]?.sequence ?? 0 }
            let events = try await PolicyStore.events(of: chapter, after: known, database)
            if events.isEmpty { return }
            withLive { live in for event in events { live.learn(event, chapter: chapter) } }
        }
    }
}
