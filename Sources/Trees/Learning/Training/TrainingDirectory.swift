import Glibc
import Platform

/// A job's directory: made with the rows in it, gone when the value goes.
public final class TrainingDirectory: Sendable {
    public let path: String

    /// Under `parent`, which must exist: beside the data, rather than in a memory file system.
    public init(under parent: String) throws(LearningError) {
        var template = Array("\(parent)/entrainement-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw LearningError(.unreadable, parent, detail: String(cString: strerror(errno)))
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        let names = ["cells.f32", "labels.f32", "weights.f32", "days.i32", "known.i32", "job.json", "forest.json"]
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Writes the table's rows for a job; the cells are written from where they lie.
    public func write(_ encoded: EncodedTable, of table: TrainingTable) throws(LearningError) {
        try write("cells.f32", encoded.cells)
        try write("labels.f32", table.labels.map { Float($0 ? 1 : 0) })
        try write("weights.f32", table.weights.map { Float($0) })
        guard !encoded.encoder.categoryCells.isEmpty else { return }
        try write("days.i32", table.days)
        try write("known.i32", table.knownDays)
    }

    private func write<Value: BitwiseCopyable>(_ name: String, _ values: [Value]) throws(LearningError) {
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(name) }
        defer { close(file) }
        let isWritten = values.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(file, bytes.baseAddress! + done, bytes.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
        guard isWritten else { throw failure(name) }
    }

    private func failure(_ name: String) -> LearningError {
        LearningError(.unreadable, name, detail: String(cString: strerror(errno)))
    }
}
