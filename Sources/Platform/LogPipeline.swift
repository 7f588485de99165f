import Glibc
import Synchronization

/// From the callers' shards to the destination.
final class LogPipeline: Sendable {
    private struct Output: ~Copyable {
        var sink: LogSink?
        /// The buffer that the next drained shard gets in exchange.
        var spare: [UInt8] = []
        var lost = 0
    }
    private enum Bell { case silent, rung, stopped }

    private let limits: LogLimits
    private let shards: [LogShard]
    private let output: Monitor<Output>
    /// Set while the writer waits for the bell: the first line after that rings it.
    private let sleeps = Atomic(false)
    private let bell = Monitor(Bell.silent)
    private let thread = Monitor<Thread?>(nil)

    /// The writer gathers lines for this long, so that a busy service makes few system calls.
    private static let gathering: UInt32 = 3000

    init(limits: LogLimits) {
        self.limits = limits
        shards = (0..<Thread.shardCount).map { _ in LogShard() }
        output = Monitor(Output(sink: try? LogSink(.standardError)))
    }

    func start() {
        let writer = Thread.start("log") { self.run() }
        thread.withLock { $0 = writer }
    }

    // MARK: Callers

    func accept(_ line: [UInt8], isError: Bool) {
        let shard = shards[Thread.shard]
        if !shard.append(line, limit: limits.buffer), !(isError && writeNow(line)) { shard.countDropped() }
        wake()
    }

    private func wake() {
        guard sleeps.load(ordering: .relaxed), sleeps.exchange(false, ordering: .relaxed) else { return }
        bell.withLock { if $0 == .silent { $0 = .rung } }
        bell.signal()
    }

    /// The way of errors past a full buffer: at most a tenth of a second.
    private func writeNow(_ line: [UInt8]) -> Bool {
        for _ in 0..<20 {
            let left = output.withLockIfAvailable { $0.sink?.write(line, patience: 5) ?? 1 }
            if left == 0 { return true }
            if left == nil { usleep(5000) }
        }
        return false
    }

    // MARK: The writer

    private func run() {
        while true {
            if drain() {
                usleep(Self.gathering)
            } else {
                sleeps.store(true, ordering: .relaxed)
                // A line that came before the store was in its shard by then, and the shards' locks order the two.
                if shards.allSatisfy(\.isEmpty), waitForBell() == .stopped { return }
                sleeps.store(false, ordering: .relaxed)
            }
        }
    }

    private func waitForBell() -> Bell {
        bell.wait { bell in
            if bell == .silent { return nil }
            defer { if bell == .rung { bell = .silent } }
            return bell
        }
    }

    /// False when there was nothing to write.
    @discardableResult
    func drain() -> Bool {
        output.withLock { output in
            var dropped = 0
            var wrote = false
            for shard in shards {
                dropped += shard.exchange(&output.spare)
                if output.spare.isEmpty { continue }
                wrote = true
                // Whoever did not read in time is not waited for again.
                output.lost += output.sink?.write(output.spare, patience: output.lost > 0 ? 0 : LogSink.patience) ?? 0
                output.spare.removeAll(keepingCapacity: true)
            }
            output.lost += dropped
            if output.lost > 0, output.sink?.write(Self.report(output.lost, limits), patience: 0) == 0 {
                output.lost = 0
            }
            return wrote
        }
    }

    private static func report(_ dropped: Int, _ limits: LogLimits) -> [UInt8] {
        var line = LogLine(reusing: nil, style: .json, limits: limits)
        line.begin(.warn, "log.dropped", "Lignes de journal perdues", at: .now())
        line.add("dropped", dropped)
        line.end()
        return line.bytes
    }

    var droppedLines: Int { output.withLock { $0.lost } + shards.reduce(0) { $0 + $1.droppedLines } }

    // MARK: The destination

    /// Returns the descriptor that lines go to from now on.
    func redirect(to destination: Log.Destination) throws(FileError) -> Int32 {
        drain()
        let sink = try LogSink(destination)
        let descriptor = sink.descriptor
        replace(sink)
        return descriptor
    }

    func reopen() throws(FileError) {
        let destination = output.withLock { $0.sink?.destination }
        guard case .file? = destination, let destination else { return }
        _ = try redirect(to: destination)
    }

    private func replace(_ sink: consuming LogSink) {
        var fresh: LogSink? = consume sink
        output.withLock { output in output.sink = fresh.take() }
    }

    func stop() {
        let writer = thread.withLock { $0.take() }
        bell.withLock { $0 = .stopped }
        bell.broadcast()
        writer?.join()
        drain()
    }
}
