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
    private let modelsAreComplete = Atomic(false)
    /// How often the rules were read.
    let readings = Atomic<Int>(0)

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

    /// Whether declarations can be analysed, and every package that was found has its say.
    var health: ComponentHealth {
        guard running.withLock({ $0 != nil }) else { return .unavailable }
        return modelsAreComplete.load(ordering: .acquiring) ? .ok : .degraded
    }

    /// Reads the configuration and the models, then makes again from the logs what was known. Returns when declarations
    /// can be analysed.
    func prepare() async throws {
        let started = Instant.now()
        var loaded = try await pool.run { [loading] in try loading.run() }
        let isComplete = loaded.refused == 0 && !loaded.models.byChapter.isEmpty
        try await AnalysisPreparation(database: database).run(loaded)
        let running = Running(&loaded, try await newRules(loaded.office.packs.sets))
        let lines = try await running.rebuild(database.under(OfficeScope.all), vault)
        try await running.countDay(database.under(OfficeScope.all))
        // What hinders that is said by whoever follows.
        try? await running.followDay(database.under(OfficeScope.all))
        try await running.countObserved(on: Self.today, database.under(OfficeScope.all))
        self.running.withLock { $0 = running }
        modelsAreComplete.store(isComplete, ordering: .releasing)
        // What was told meanwhile was told to the one before.
        try await readRules()
        try await learnAll()
        try await noticePurges()
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
    private let workspaces = Monitor<[AnalysisWorkspace]>([])
    /// Where this instance is in the past's log. Apart from the past, so that whoever records waits for nobody who looks.
    let tail = Mutex(PastTail())
    /// The last purge that its past was made after.
    let lastPurge = Atomic(0)
    /// What the day has used.
    let days = Mutex(DayLedger())
    /// How often outcomes become known.
    let observed = Mutex(ObservedChances())

    init(_ loaded: inout AnalysisLoading.Loaded, _ rules: Rules) {
        (office, models) = (loaded.office, loaded.models)
        content = DeclarationContent(vocabulary: loaded.office.vocabulary)
        let pasts = loaded.pasts
        // Held here alone, so that remembering does not copy it.
        loaded.pasts = []
        live = SharedLock(
            LiveAnalysis(
                loaded.office, loaded.models, pasts: pasts, pastByChapter: loaded.pastByChapter, rules: rules,
                key: loaded.key))
    }

    /// Those in force now.
    var rules: Rules { live.read { $0.rules } }

    /// When something came too late for its day.
    var lastLate: Instant? { live.read { $0.lastLate } }

    func withLive<Value: Sendable>(_ body: (LiveAnalysis) throws -> Value) rethrows -> Value {
        try live.withLock { try body($0) }
    }

    /// What is thought of a declaration on a day. Nil when no policy is in force.
    ///
    /// - Parameters:
    ///   - rules: those that its request began under.
    ///   - isRecorded: whether the decision will count, once it is written.
    func analyse(
        _ declaration: Declaration, asked: String?, id: UUIDv7, on day: Int32, _ conditions: DecisionConditions = [],
        under rules: Rules, isRecorded: Bool
    ) -> Analysed? {
        let workspace = workspaces.withLock { $0.popLast() } ?? AnalysisWorkspace(office, models)
        defer { workspaces.withLock { $0.append(workspace) } }
        if live.read({ $0.day < day }) { live.withLock { $0.advance(to: max($0.day, day)) } }
        let criteria = rules.criteria(on: day, packs: office.packs.sets)
        return live.read { live in
            live.analyse(
                declaration, asked: asked, id: id, on: day, conditions, under: rules, criteria, with: workspace
            ) {
                request, office, policy, learner, key in
                days.withLock { days in
                    days.decide(
                        &request, at: office, policy, rules.versions[policy.chapter]?.means ?? DayMeans(), learner, key,
                        as: isRecorded ? id : nil)
                }
            }
        }
    }

    /// As `LiveAnalysis.comparablePrices`.
    func comparablePrices(of declaration: Declaration, _ memory: HeadingMemory) -> [HistoryPeers?] {
        live.read { $0.comparablePrices(of: declaration, memory) }
    }

    static let linesAtOnce = 500

    /// Makes the past and the learners again from their logs. How many lines the past had.
    func rebuild(_ database: some Queryable, _ vault: Vault) async throws -> Int {
        var last: (day: CivilDate, seq: Int)?
        var taken: [Int] = []
        lastPurge.store(try await RetentionStore.lastOfThePast(database), ordering: .relaxed)
        while true {
            let lines = try await DeclarationStore.history(after: last, count: Self.linesAtOnce, database)
            guard let end = lines.last else { break }
            last = (end.date, end.seq)
            taken += lines.map(\.seq)
            let identities = try await SealedParties.open(
                lines.map { ($0.declaration.id, $0.declaration.version, $0.declaration.parties) }, vault, database)
            for (line, identities) in zip(lines, identities) { try remember(line, identities, isNew: false) }
        }
        tail.withLock { [taken] in $0.journal = LogTail(taken: taken, now: .now()) }
        for chapter in withLive({ Array($0.policies.keys) }) { try await learn(chapter, database) }
        return taken.count
    }

    /// Remembers a stored declaration, or what was found of it, as known on a day.
    ///
    /// - Parameter isNew: whether it is taken in while serving, and may have been taken in already.
    func remember(_ line: DeclarationStore.HistoryLine, _ identities: [[UInt8]], isNew: Bool = true) throws {
        let stored = line.declaration
        let declaration = try content.read(
            key: stored.key, fields: stored.fields, identities: identities, articles: stored.articles)
        withLive { live in
            // Not one that was taken in before, nor one of a file, which the next start takes in. Under this lock, since a
            // finding must not overtake its declaration.
            if isNew {
                guard tail.withLock({ $0.journal.take(line.seq, now: .now()) }), line.file == nil else { return }
                live.noteLate(line.day)
            }
            guard let observations = live.observations(of: declaration, pack: line.pack) else { return }
            if let fraud = line.fraud {
                live.remember(fraud: fraud, of: observations, order: stored.key.order, on: line.day, file: line.file)
            } else if stored.version > 1 {
                live.correct(observations, order: stored.key.order, on: line.day, file: line.file)
            } else {
                live.remember(observations, order: stored.key.order, on: line.day, file: line.file)
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
