import Glibc
import JSON
public import Platform

/// The inside of a training process: reads the job, limits itself, trains, and tells how it goes on its standard
/// output, one JSON object a line. Whoever started it may kill it at any time; nothing is left but the job's directory.
public enum TrainingWorker {
    /// Runs the job that `path` describes, and returns what the process should exit with.
    public static func run(_ path: String) -> ExitCode {
        // Nobody else may write there any more: what a library prints goes to the errors.
        let output = Descriptor(owning: dup(STDOUT_FILENO))
        dup2(STDERR_FILENO, STDOUT_FILENO)
        do throws(LearningError) {
            let job = try read(path)
            try limit(job.limits)
            let forest = try train(job, output)
            try tell(
                .done(
                    trees: forest.trees, last: forest.last, rounds: forest.rounds,
                    libraryVersion: forest.libraryVersion), output)
            return .ok
        } catch {
            try? tell(.failed(error), output)
            return .failure
        }
    }

    private static func read(_ path: String) throws(LearningError) -> TrainingJob {
        do {
            let job = try TrainingJob(parsing: File.read(path, limit: 16 << 20))
            try job.check()
            return job
        } catch let error as LearningError {
            throw error
        } catch {
            throw LearningError(.unreadable, path, detail: "\(error)")
        }
    }

    private static func limit(_ limits: TrainingLimits) throws(LearningError) {
        let bounds: [(__rlimit_resource_t, Int)] = [
            (__rlimit_resource_t(RLIMIT_AS.rawValue), limits.memory),
            (__rlimit_resource_t(RLIMIT_CPU.rawValue), limits.seconds), (__rlimit_resource_t(RLIMIT_CORE.rawValue), 0),
        ]
        for (resource, bound) in bounds {
            var now = rlimit()
            guard bound >= 0, getrlimit(resource, &now) == 0 else { throw LearningError(.badParameter, "limites") }
            // Only ever lower than what was granted.
            let lowered = min(rlim_t(bound), now.rlim_max)
            var next = rlimit(rlim_cur: lowered, rlim_max: lowered)
            guard setrlimit(resource, &next) == 0 else { throw LearningError(.badParameter, "limites") }
        }
        // Threads started from here on inherit it.
        Thread.lowerPriority(by: limits.niceness)
    }

    private static func train(_ job: TrainingJob, _ output: borrowing Descriptor) throws(LearningError) -> TrainedForest
    {
        let cells = try MappedValues<Float>(job.cellsPath, count: job.rows * job.columns)
        let labels = try MappedValues<Float>(job.labelsPath, count: job.rows)
        let weights = try MappedValues<Float>(job.weightsPath, count: job.rows)
        var dates: (days: MappedValues<Int32>, known: MappedValues<Int32>)?
        if !job.categories.isEmpty {
            dates = (try MappedValues(job.daysPath, count: job.rows), try MappedValues(job.knownPath, count: job.rows))
        }
        // They are declarations' values: whatever becomes of this process and the one that started it, nothing stays.
        for path in job.rowPaths { unlink(path) }
        let rows = TrainingRows(
            cells: cells.start, labels: labels.start, weights: weights.start, rows: job.rows, columns: job.columns)
        let later = job.later > 0 ? rows.slice(job.training..<job.training + job.later) : nil
        let output = output.rawValue
        var isHeard = true
        let all = ForestRows(
            rows.slice(0..<job.training), later: later, categories: job.categories, days: dates?.days.start,
            knownDays: dates?.known.start)
        let forest = try ForestTrainer.train(
            all, names: job.names, monotone: job.monotone, parameters: job.parameters
        ) { round in
            isHeard = tell(.round(round), output)
            return isHeard
        }
        withExtendedLifetime((cells, labels, weights, dates)) {}
        do throws(FileError) { try File.replace(job.forestPath, with: forest.json) } catch {
            throw LearningError(.unreadable, "forest.json", detail: error.message)
        }
        return forest
    }

    private static func tell(_ event: TrainingEvent, _ output: borrowing Descriptor) throws(LearningError) {
        guard tell(event, output.rawValue) else { throw LearningError(.workerFailed) }
    }

    /// False when nobody listens any more.
    private static func tell(_ event: TrainingEvent, _ output: Int32) -> Bool {
        let line = event.jsonBytes() + [UInt8(ascii: "\n")]
        var done = 0
        while done < line.count {
            let count = line.withUnsafeBytes { write(output, $0.baseAddress! + done, line.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}

/// A file of plain values, read where it lies.
final class MappedValues<Value: BitwiseCopyable> {
    let start: UnsafePointer<Value>
    private let length: Int

    init(_ path: String, count: Int) throws(LearningError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw LearningError(.unreadable, path, detail: String(cString: strerror(errno))) }
        defer { close(file) }
        var status = stat()
        length = count * MemoryLayout<Value>.stride
        guard count > 0, fstat(file, &status) == 0, status.st_size == length else {
            throw LearningError(.mismatchedCounts, path)
        }
        let address = mmap(nil, length, PROT_READ, MAP_PRIVATE, file, 0)
        guard let address, address != MAP_FAILED else { throw LearningError(.outOfMemory, path) }
        start = UnsafePointer(address.bindMemory(to: Value.self, capacity: count))
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: start), length) }
}
