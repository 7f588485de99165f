import Glibc
public import Platform

/// The two files of a simulation: what an office would export, and what only the world knows.
public enum TwinFiles {
    public static let declarations = "declarations.csv"
    public static let truth = "verite.csv"
    private static let piece = 1 << 20

    /// What was written, for the person who asked.
    public struct Summary: Sendable {
        public internal(set) var declarations = 0, articles = 0, controls = 0, frauds = 0, found = 0
    }

    /// Writes both files under names of their own and then gives them theirs: what lies there is whole. `progress` is
    /// told how many declarations were made.
    public static func write(
        _ twin: Twin, declarations count: Int, to directory: String, progress: (Int) -> Void = { _ in }
    ) throws(FileError) -> Summary {
        try File.createDirectory(directory)
        let (lines, truths) = (try Output(directory, declarations), try Output(directory, truth))
        try lines.add(TwinRecord.declarationHeader.utf8)
        try truths.add(TwinRecord.truthHeader.utf8)
        var summary = Summary()
        var twin = twin
        try twin.run(count) { record throws(FileError) in
            try lines.add { record.writeLines(to: &$0) }
            try truths.add { record.writeTruth(to: &$0) }
            summary.add(record.declaration)
            if summary.declarations.isMultiple(of: 10_000) { progress(summary.declarations) }
        }
        try lines.finish()
        try truths.finish()
        return summary
    }

    /// A file that appears under its name only once it is whole.
    private final class Output {
        private let path: String
        private let descriptor: Descriptor
        private var bytes: [UInt8] = []
        private var unfinished: String { path + ".partiel" }

        init(_ directory: String, _ name: String) throws(FileError) {
            path = "\(directory)/\(name)"
            let opened = open(path + ".partiel", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard opened >= 0 else { throw FileError("open", path, errno: errno) }
            descriptor = Descriptor(owning: opened)
        }

        func add(_ text: some Sequence<UInt8>) throws(FileError) { try add { $0.append(contentsOf: text) } }

        func add(_ write: (inout [UInt8]) -> Void) throws(FileError) {
            write(&bytes)
            if bytes.count >= TwinFiles.piece { try flush() }
        }

        func finish() throws(FileError) {
            try flush()
            guard fsync(descriptor.rawValue) == 0 else { throw FileError("fsync", unfinished, errno: errno) }
            try File.move(unfinished, to: path)
        }

        private func flush() throws(FileError) {
            try descriptor.write(bytes, name: unfinished)
            bytes.removeAll(keepingCapacity: true)
        }
    }
}

extension TwinFiles.Summary {
    fileprivate mutating func add(_ declaration: TwinDeclaration) {
        declarations += 1
        articles += declaration.articles.count
        if declaration.scheme != nil { frauds += 1 }
        guard let outcome = declaration.outcome else { return }
        controls += 1
        if outcome.found != nil { found += 1 }
    }
}
