import Glibc
import JSON
import Platform

/// A training in a child process: `inspectia worker train JOB`. It can be stopped at any time.
public final class TrainingProcess: Sendable {
    private let child: Child
    private let job: TrainingJob
    private let output: Monitor<Descriptor?>
    private let isStopped = Monitor(false)

    /// Starts `executable` on the job, whose rows lie in its directory already.
    public init(_ job: TrainingJob, executable: String) throws(LearningError) {
        let path = "\(job.directory)/job.json"
        do throws(FileError) {
            try File.replace(path, with: job.jsonBytes())
            var command = ChildCommand(executable, ["worker", "train", path])
            // Threads that wait must not spin on cores that others need.
            command.environment = ["OMP_WAIT_POLICY": "passive", "LC_ALL": "C.UTF-8"]
            command.output = .pipe
            command.error = .null
            command.group = .own
            child = try Child.start(command)
        } catch {
            throw LearningError(.workerFailed, detail: error.message)
        }
        self.job = job
        output = Monitor(child.takeOutput())
    }

    public var id: Int32 { child.id }

    /// Ends the training, which then fails as interrupted. From any thread.
    public func stop() {
        isStopped.withLock { $0 = true }
        child.kill()
    }

    /// Blocks the thread until it has ended, telling each round as it comes.
    public func wait(onRound: (TrainingRound) -> Void = { _ in }) throws(LearningError) -> TrainedForest {
        var end: TrainingEvent?
        if let output = output.withLock({ $0.take() }) {
            var lines = LineReader(output)
            while let line = lines.next() {
                guard let event = try? TrainingEvent(parsing: line) else { continue }
                if case .round(let round) = event { onRound(round) } else { end = event }
            }
        }
        let status = child.wait()
        if isStopped.withLock({ $0 }) { throw LearningError(.cancelled) }
        switch end {
        case .done(let trees, let last, let rounds, let version) where status.isSuccess:
            return TrainedForest(
                json: try forest(), trees: trees, rounds: rounds, last: last, libraryVersion: version)
        case .failed(let error): throw error
        default: throw LearningError(.workerFailed, detail: "\(status)")
        }
    }

    private func forest() throws(LearningError) -> [UInt8] {
        do throws(FileError) { return try File.read(job.forestPath, limit: 2 << 30) } catch {
            throw LearningError(.unreadable, "forest.json", detail: error.message)
        }
    }
}

/// Lines from a pipe; one that grows beyond all measure ends it.
private struct LineReader: ~Copyable {
    private let input: Descriptor
    private var bytes: [UInt8] = []
    private static let longest = 1 << 16

    init(_ input: consuming Descriptor) { self.input = input }

    mutating func next() -> [UInt8]? {
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(bytes[..<end])
                bytes.removeSubrange(...end)
                return line
            }
            guard bytes.count <= Self.longest else { return nil }
            var piece = [UInt8](repeating: 0, count: 4096)
            let count = read(input.rawValue, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            bytes += piece[..<count]
        }
    }
}
