/// Lines that wait for the writer. Its lock is the calling thread's own but for the moment when the writer swaps the buffer.
final class LogShard: Sendable {
    private struct Waiting: Sendable {
        var bytes: [UInt8] = []
        var dropped = 0
    }
    private let waiting = Monitor(Waiting())
    // Keeps the locks of two shards out of one cache line.
    private let padding = InlineArray<16, UInt64>(repeating: 0)

    /// False when the line does not fit any more.
    func append(_ line: [UInt8], limit: Int) -> Bool {
        waiting.withLock { waiting in
            guard waiting.bytes.count + line.count <= limit else { return false }
            waiting.bytes.append(contentsOf: line)
            return true
        }
    }

    func countDropped() { waiting.withLock { $0.dropped += 1 } }
    var droppedLines: Int { waiting.withLock { $0.dropped } }
    var isEmpty: Bool { waiting.withLock { $0.bytes.isEmpty && $0.dropped == 0 } }

    /// Leaves an empty buffer, `spare`, in the place of the waiting one, and takes the count of dropped lines.
    func exchange(_ spare: inout [UInt8]) -> Int {
        waiting.withLock { waiting in
            swap(&waiting.bytes, &spare)
            defer { waiting.dropped = 0 }
            return waiting.dropped
        }
    }
}
