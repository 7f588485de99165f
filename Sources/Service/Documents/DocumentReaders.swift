import Analysis
import Customs
import HTTP
import Net
import Platform
import Reading
import Synchronization

/// Reads documents: in confined processes what comes from strangers, on threads of their own, so that neither the loops
/// nor who computes waits for it.
final class DocumentReaders: Sendable {
    private let workers: PageWorkers
    private let pool: WorkerPool
    private let base = Mutex<DocumentReader?>(nil)
    /// With the labels that it was made with.
    private let extractor = Mutex<(additions: [LayoutAddition], extractor: DocumentExtractor)?>(nil)
    private let found = Mutex<ComponentHealth?>(nil)

    /// `program` understands `worker ocr`.
    init(program: String?, processes: Int) {
        // The file that runs, whatever has been installed in its place meanwhile.
        workers = PageWorkers(executable: program ?? "/proc/self/exe", limits: .init(processes: processes))
        pool = WorkerPool(name: "reader", limits: .init(threads: max(1, processes)))
    }

    func stop() {
        workers.stop()
        pool.stop()
    }

    /// As it was when somebody last looked.
    func health() async -> ComponentHealth {
        if let known = found.withLock({ $0 }) { return known }
        let health = await probe()
        note(health)
        return health
    }

    /// All that was read of a document.
    struct Found: Sendable {
        let source: DocumentSource
        let extractions: [DocumentExtraction]
    }

    /// Nil when it has more than `mostPages` pages. `additions` are the labels that people have accepted.
    func read(
        _ bytes: [UInt8], name: String, mostPages: Int = .max, _ additions: [LayoutAddition],
        _ configuration: ConfigurationDirectory
    ) async throws -> Found? {
        try await run { [workers] in
            let extractor = try self.extractor(additions, configuration)
            return try workers.read(bytes) { session in
                guard session.pageCount <= mostPages else { return nil }
                let (source, extractions) = try extractor.extract(session, file: name)
                return Found(source: source, extractions: extractions)
            }
        }
    }

    /// The labels that corrections of a document show.
    func sightings(
        of corrected: [CorrectedValue], known: [String], in bytes: [UInt8], pages: [Int],
        _ additions: [LayoutAddition], _ configuration: ConfigurationDirectory
    ) async throws -> [LabelSighting] {
        try await run { [workers] in
            let extractor = try self.extractor(additions, configuration)
            return try workers.read(bytes) {
                try extractor.sightings(of: corrected, known: known, in: $0, pages: pages)
            }
        }
    }

    /// A page set upright, as a PNG.
    func image(of bytes: [UInt8], page: Int) async throws -> [UInt8] {
        try await run { [workers] in try workers.read(bytes) { try $0.image(ofPage: page) } }
    }

    private func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        do { return try await pool.run(body) } catch let error as ReadingError {
            let problem = Problem(refusing: error)
            if problem.kind.status.family == 5 {
                if problem.kind.code == Problem(.unavailable).kind.code { note(.degraded) }
                Log.shared.warn("documents.unread", "A document could not be read") { line in
                    line.add("code", error.code)
                    line.add("error", error.detail)
                }
            }
            throw problem
        }
    }

    private func note(_ health: ComponentHealth) { found.withLock { $0 = health } }

    private func extractor(
        _ additions: [LayoutAddition], _ configuration: ConfigurationDirectory
    ) throws -> DocumentExtractor {
        if let known = extractor.withLock({ $0 }), known.additions == additions { return known.extractor }
        let reader = try base.withLock { $0 } ?? .load(from: configuration)
        base.withLock { $0 = reader }
        let made = DocumentExtractor(reader.adding(additions))
        extractor.withLock { $0 = (additions, made) }
        return made
    }

    // MARK: Health

    /// Looks from time to time whether a page can be read, until the loop ends.
    func watch() async {
        while let loop = EventLoop.current {
            let health = await probe()
            note(health)
            let pause = health == .ok ? Duration.seconds(600) : .seconds(30)
            guard (try? await loop.sleep(for: pause)) != nil else { return }
        }
    }

    /// Reads a small page.
    func probe() async -> ComponentHealth {
        do {
            try await pool.run { [workers] in
                _ = try workers.read(Self.samplePage) { try $0.page(1) }
            }
            return .ok
        } catch is WorkerPoolError {
            // Those who read are at work.
            return .ok
        } catch {
            Log.shared.error("documents.no_reader", "Documents cannot be read") {
                $0.add("error", String(describing: error))
            }
            return .degraded
        }
    }

    /// White, 32 pixels wide and high, as a PNG of one bit a pixel.
    private static let samplePage: [UInt8] = [
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
        0x00, 0x20, 0x00, 0x00, 0x00, 0x20, 0x01, 0x00, 0x00, 0x00, 0x00, 0x5b, 0x01, 0x47, 0x59, 0x00, 0x00, 0x00,
        0x0f, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xf8, 0x0f, 0x04, 0x0c, 0x83, 0x97, 0x00, 0x00, 0xda, 0xe9,
        0x7f, 0x81, 0x26, 0xf2, 0xfa, 0x63, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
    ]
}
