public import HTTP
import JSON
import Net
import Platform
public import Postgres

/// The whole service: loops, database, routes, server. It starts once, serves, and stops once.
public final class Service: Sendable {
    public static let version = "0.1.0"

    private let group: EventLoopGroup
    private let pool: WorkerPool
    private let cluster: PrivateCluster?
    private let database: Database
    private let readiness = Readiness()
    private let server: Server
    private let preparation: DatabasePreparation
    private let anchors: AnchorKeeper
    private let outcomeWindows: OutcomeWindows
    let retention: RetentionKeeper
    private let passwordPool: WorkerPool
    private let vaultWatch: VaultWatch
    let accounts: Accounts
    let analysis: AnalysisService
    private let accountWatch: AccountWatch
    private let analysisWatch: AnalysisWatch
    let apiKeys: ApiKeys
    private let apiKeyWatch: ApiKeyWatch
    let readers: DocumentReaders
    private let events: EventHub
    private let runner: JobRunner
    private let once: Idempotency
    /// The whole table.
    let routes: [Route]

    /// The port that is listened on, also when the system chose it.
    public var port: UInt16 { server.port }

    /// Binds and serves at once; the database comes up meanwhile, and until it has, requests that need it get 503.
    /// `routes` are served besides the service's own: for programs that measure or test it.
    public init(_ settings: ServiceSettings, adding routes: (Database) -> [Route] = { _ in [] }) throws {
        try File.createDirectory(settings.dataDirectory, mode: 0o755)
        group = EventLoopGroup(count: settings.loops)
        pool = WorkerPool(name: "worker", limits: .init(threads: settings.workers))
        cluster =
            settings.databaseURL == nil
            ? try PrivateCluster(
                dataDirectory: settings.dataDirectory, settings: settings.clusterSettings, onEvent: ClusterLog.record)
            : nil
        database = try Database(
            settings.databaseConfiguration(settings.databaseURL ?? cluster?.serviceConnectionString ?? ""), on: group)
        let vault = Vault(database, keys: settings.vaultKeys, pool: pool)
        preparation = DatabasePreparation(settings, database, cluster, readiness) { [database] in
            try await vault.prepare()
            try await OldSecondFactors(path: settings.secondFactorKeys, vault: vault).sealAgain(database)
        }
        vaultWatch = VaultWatch(vault: vault, database: database)

        anchors = try AnchorKeeper(settings, database, pool, readiness)
        outcomeWindows = OutcomeWindows(database: database, readiness: readiness)
        retention = RetentionKeeper(
            retention: Retention(settings, database, pool), isAutomatic: settings.purgesAutomatically,
            readiness: readiness)
        // Hashing passwords must not keep others from the workers, nor take more memory than these threads do.
        passwordPool = WorkerPool(name: "password", limits: .init(threads: min(settings.workers, 4)))
        accounts = try Accounts(
            settings, database, passwordPool, keys: .open(settings.tokenKeys), vault: vault)
        accountWatch = AccountWatch(database: database, revocations: accounts.revocations, readiness: readiness)
        apiKeys = ApiKeys(database, roles: accounts.roles, loops: settings.loops)
        apiKeyWatch = ApiKeyWatch(keys: apiKeys, readiness: readiness)
        try File.createDirectory(settings.uploads)
        StoredUpload.sweep(settings.uploads)
        readers = DocumentReaders(program: settings.readerProgram, processes: settings.readerProcesses)
        analysis = AnalysisService(settings, database, vault, pool, on: group)
        analysisWatch = AnalysisWatch(analysis: analysis, readiness: readiness)
        let metrics = Metrics()
        metrics.register(version: Self.version, database: database, pool: pool, readiness: readiness)
        once = Idempotency(database: database, vault: vault)
        events = EventHub(database, accounts.revocations, readiness)
        let parts = Parts(
            settings: settings, database: database, pool: pool, readiness: readiness, metrics: metrics,
            accounts: accounts, apiKeys: apiKeys, analysis: analysis, readers: readers,
            events: events, once: once, group: group)
        runner = JobRunner(database, parts.intake, readiness)
        let table = Self.table(parts, adding: routes(database))
        self.routes = table
        let refusals = Refusals(database: database)
        let gate = Gate(accounts, keys: apiKeys, loops: settings.loops) { [group] principal, request in
            group.start { await refusals.note(principal, request) }
        }
        let pipeline = Pipeline(
            gate: gate, limiter: RateLimiter(perMinute: settings.rates), crossOrigin: settings.crossOrigin, pool: pool)
        let application = Application(
            router: try Router(table), endpoints: table.map(pipeline.endpoint), unmatched: pipeline.unmatched,
            refused: pipeline.refused)
        let observer = RequestObserver(ServiceMetrics(metrics, routes: table), access: settings.accessLog)
        server = try Server(application, on: group, configuration: settings.serverConfiguration, observer: observer)
    }

    /// What the capabilities are made of.
    private struct Parts {
        let settings: ServiceSettings
        let database: Database
        let pool: WorkerPool
        let readiness: Readiness
        let metrics: Metrics
        let accounts: Accounts
        let apiKeys: ApiKeys
        let analysis: AnalysisService
        let readers: DocumentReaders
        let events: EventHub
        let once: Idempotency
        let group: EventLoopGroup

        var archive: DocumentArchive { DocumentArchive(settings, vault: accounts.vault, pool: pool) }
        var intake: FileIntake { FileIntake(analysis: analysis, archive: archive, readers: readers) }
        var jobs: Jobs { Jobs(database: database, archive: archive) }
        var uploads: UploadRoutes {
            UploadRoutes(
                analysis: analysis, uploads: UploadReceiver(directory: settings.uploads, pool: pool), intake: intake,
                jobs: jobs, once: once)
        }
    }

    /// All routes: the one place where the capabilities meet. Those that describe the others describe themselves too.
    private static func table(_ parts: Parts, adding others: [Route] = []) -> [Route] {
        let observer = LayoutObserver(parts.analysis, parts.archive, parts.readers, parts.readiness, on: parts.group)
        let health = HealthService(
            version: version, dataDirectory: parts.settings.dataDirectory, database: parts.database,
            readiness: parts.readiness, pool: parts.pool, analysis: parts.analysis, readers: parts.readers)
        let documentation = DocumentationRoutes(version: version, swagger: parts.settings.swaggerUI(parts.pool))
        let routes =
            OperationsRoutes(health: health, metrics: parts.metrics).routes
            + AuthRoutes(accounts: parts.accounts).routes + SecondFactorRoutes(accounts: parts.accounts).routes
            + SessionRoutes(accounts: parts.accounts).routes + ProfileRoutes(accounts: parts.accounts).routes
            + UserRoutes(accounts: parts.accounts).routes + InvitationRoutes(accounts: parts.accounts).routes
            + SignInPages(accounts: parts.accounts).routes + ConfirmationPages(accounts: parts.accounts).routes
            + AccountPages(accounts: parts.accounts).routes + SecondFactorPages(accounts: parts.accounts).routes
            + PersonRoutes(persons: Persons(vault: parts.accounts.vault, database: parts.database)).routes
            + AuditRoutes(database: parts.database).routes + ApiKeyRoutes(keys: parts.apiKeys).routes
            + DeclarationRoutes(
                analysis: parts.analysis, files: parts.uploads, once: parts.once,
                completion: DocumentCompletion(
                    analysis: parts.analysis, archive: parts.archive, observer: observer)
            ).routes + parts.uploads.routes
            + DocumentRoutes(analysis: parts.analysis, archive: parts.archive, readers: parts.readers).routes
            + RecordRoutes(analysis: parts.analysis, archive: parts.archive).routes
            + JobRoutes(jobs: parts.jobs).routes + EventRoutes(hub: parts.events).routes
            + CorrectionRoutes(analysis: parts.analysis, observer: observer).routes
            + LayoutRoutes(proposals: LayoutProposals(database: parts.database)).routes
            + BatchRoutes(analysis: parts.analysis, once: parts.once).routes
            + ProcesVerbalRoutes(
                acts: ProcesVerbaux(analysis: parts.analysis, roles: parts.accounts.roles), once: parts.once
            ).routes
            + VerdictRoutes(analysis: parts.analysis, once: parts.once).routes
            + ChapterRoutes(analysis: parts.analysis).routes
            + QueueRoutes(analysis: parts.analysis, once: parts.once).routes
            + RelatedRoutes(analysis: parts.analysis).routes
            + ExplanationRoutes(analysis: parts.analysis).routes + OutcomeRoutes(analysis: parts.analysis).routes
            + InspectorRoutes(analysis: parts.analysis).routes
            + ThresholdRoutes(policies: Policies(analysis: parts.analysis)).routes
            + PolicyRoutes(policies: Policies(analysis: parts.analysis)).routes
            + PolicyTrialRoutes(
                trials: PolicyTrials(policies: Policies(analysis: parts.analysis)),
                proposals: ThresholdProposals(policies: Policies(analysis: parts.analysis))
            ).routes
            + CriterionRoutes(criteria: Criteria(analysis: parts.analysis), once: parts.once).routes
            + ControlListRoutes(lists: ControlLists(analysis: parts.analysis), once: parts.once).routes
            + BanditRoutes(analysis: parts.analysis).routes
            + ChapterVerdictRoute(analysis: parts.analysis, once: parts.once).routes
            + others
        let told = routes.map(Tombstones(database: parts.database).answering)
        return told + documentation.routes(describing: told + documentation.routes(describing: []))
    }

    /// The OpenAPI document without a running service: the same table, over a database that is never asked.
    public static func openAPI(_ settings: ServiceSettings) throws -> [UInt8] {
        let group = EventLoopGroup(count: 1)
        let pool = WorkerPool(name: "worker", limits: .init(threads: 1))
        let readers = DocumentReaders(program: nil, processes: 1)
        defer {
            readers.stop()
            pool.stop()
            group.stop()
        }
        let database = try Database(DatabaseConfiguration(connection: "host=/nonexistent"), on: group)
        let accounts = try Accounts(
            settings, database, pool, keys: .passing(),
            vault: Vault(database, keys: settings.vaultKeys, pool: pool))
        let parts = Parts(
            settings: settings, database: database, pool: pool, readiness: Readiness(), metrics: Metrics(),
            accounts: accounts, apiKeys: ApiKeys(database, roles: accounts.roles, loops: 1),
            analysis: AnalysisService(settings, database, accounts.vault, pool, on: group), readers: readers,
            events: EventHub(database, accounts.revocations, Readiness()),
            once: Idempotency(database: database, vault: accounts.vault), group: group)
        return OpenAPI(routes: table(parts), version: version).document.jsonBytes()
    }

    /// Brings the database up. Returns when requests that need it can be answered; fails when that can never be.
    public func prepare() async throws {
        try await preparation.run()
        inBackground { [analysis] in await analysis.start() }
        inBackground { [readers] in await readers.watch() }
        inBackground { [events] in await events.listen() }
        inBackground { [events] in await events.keep() }
        inBackground { [once] in await once.sweep() }
        inBackground { [runner] in await runner.listen() }
        inBackground { [runner] in await runner.watch() }
        inBackground { [analysisWatch] in await analysisWatch.listenToRules() }
        inBackground { [analysisWatch] in await analysisWatch.listenToLearning() }
        inBackground { [analysisWatch] in await analysisWatch.listenToPurges() }
        inBackground { [analysisWatch] in await analysisWatch.follow() }
        inBackground { [anchors] in await anchors.run() }
        inBackground { [outcomeWindows] in await outcomeWindows.run() }
        inBackground { [retention] in await retention.run() }
        inBackground { [accountWatch] in await accountWatch.listen() }
        inBackground { [vaultWatch] in await vaultWatch.listen() }
        inBackground { [accountWatch] in await accountWatch.sweep() }
        inBackground { [apiKeyWatch] in await apiKeyWatch.listen() }
        inBackground { [apiKeyWatch] in await apiKeyWatch.confirm() }
    }

    /// New connections get the certificate as it is on disk now; the log goes to its file anew.
    public func reload() {
        do {
            try server.reloadTLS()
            try Log.shared.reopen()
            Log.shared.info("service.reloaded", "Certificate and log file read again")
        } catch {
            Log.shared.error("service.reload_failed", "What was in use stays") {
                $0.add("error", error.operatorMessage)
            }
        }
    }

    /// Runs `work` as a task of one of the service's loops.
    func inBackground(_ work: @escaping @Sendable () async -> Void) { group.start(work) }

    /// Lets what is under way finish within the configured time, closes everything, then calls `done`.
    public func stop(_ done: @escaping @Sendable () -> Void) {
        readiness.stop()
        inBackground { [self] in
            await server.drain()
            await runner.finish()
            await database.close()
            // The last steps block, the very last one for this loop's own end.
            Thread.start("stop") { [self] in
                cluster?.stop()
                readers.stop()
                pool.stop()
                passwordPool.stop()
                group.stop()
                done()
            }.detach()
        }
    }
}
