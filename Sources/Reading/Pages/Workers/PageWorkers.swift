public import Platform

/// Reading processes that are kept for the next document, so that a hostile one can at worst kill the process that
/// reads it. Its calls block: they are made on a `WorkerPool`, never on an event loop.
public final class PageWorkers: Sendable {
    public struct Limits: Sendable {
        public var processes: Int
        /// Callers that wait for a process; more are turned away.
        public var waiting = 64
        /// After so many a process is replaced, whatever it may have kept.
        public var documentsPerProcess = 200
        /// To open a document or to read a page; then the process is killed.
        public var secondsPerPage = 90

        public init(processes: Int = Thread.availableCores) { self.processes = max(1, processes) }
    }

    private struct Worker {
        let process: WorkerProcess
        var documents = 0
    }
    private struct State {
        var idle: [Worker] = []
        var leased = 0
        var waiting = 0
        var isStopped = false
    }
    private enum Lease {
        case kept(Worker)
        case new
        case stopped
    }

    private let executable: String
    private let limits: Limits
    private let state = Monitor(State())

    /// `executable` is a program that understands `worker ocr`.
    public init(executable: String, limits: Limits = Limits()) {
        (self.executable, self.limits) = (executable, limits)
    }

    /// Opens the document in a process of its own for as long as `body` runs. Blocks the thread.
    public func read<Result>(
        _ bytes: [UInt8], limits documentLimits: PageLimits = PageLimits(), _ body: (PageSession) throws -> Result
    ) throws -> Result {
        var worker = try lease()
        var isSound = false
        defer { release(isSound ? worker : nil) }
        worker.documents += 1
        let session: PageSession
        do throws(ReadingError) {
            session = try PageSession(
                bytes, limits: documentLimits, secondsPerPage: limits.secondsPerPage, in: worker.process)
        } catch {
            // What it refuses has done it no harm.
            isSound = !worker.process.hasEnded && error.code != ReadingError.unreadableDocument("").code
            throw error
        }
        defer { isSound = session.isSound }
        return try body(session)
    }

    /// Ends the processes that are idle, and those that are not when they are given back. Takes no more documents.
    public func stop() {
        let idle = state.withLock { state in
            state.isStopped = true
            defer { state.idle = [] }
            return state.idle
        }
        state.broadcast()
        withExtendedLifetime(idle) {}
    }

    private func lease() throws(ReadingError) -> Worker {
        let mayWait = state.withLock { state in
            guard state.leased < limits.processes || state.waiting < limits.waiting else { return false }
            state.waiting += 1
            return true
        }
        guard mayWait else { throw .readersBusy }
        let lease = state.wait { state -> Lease? in
            if state.isStopped {
                state.waiting -= 1
                return .stopped
            }
            guard state.leased < limits.processes else { return nil }
            (state.waiting, state.leased) = (state.waiting - 1, state.leased + 1)
            return state.idle.popLast().map { .kept($0) } ?? .new
        }
        switch lease {
        case .stopped: throw .readersBusy
        // One that has waited too long has ended of itself.
        case .kept(let worker) where !worker.process.hasEnded: return worker
        case .kept, .new:
            do throws(ReadingError) { return Worker(process: try WorkerProcess(executable: executable)) } catch {
                release(nil)
                throw error
            }
        }
    }

    private func release(_ worker: Worker?) {
        state.withLock { state in
            state.leased -= 1
            if let worker, worker.documents < limits.documentsPerProcess, !state.isStopped { state.idle.append(worker) }
        }
        state.signal()
    }
}
