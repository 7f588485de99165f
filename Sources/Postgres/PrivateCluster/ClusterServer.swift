import Glibc
import Platform

/// The cluster on this machine: what creates its files and starts its server. Its calls block.
struct ClusterServer: Sendable {
    let layout: ClusterLayout
    let account: ClusterAccount
    let binaries: ClusterBinaries
    let settings: ClusterSettings
    let limits: ClusterLimits

    /// Whether the files are there: they come into place all at once.
    var isInitialised: Bool { access(layout.data, F_OK) == 0 }

    func launch() throws(ClusterError) -> Child {
        removeDrafts()
        let lock = try vacate()
        try writeConfiguration(in: layout.data)
        let command = account.command(binaries.directory + "/postgres", ["-D", layout.data], whenOrphaned: "INT")
        return try withExtendedLifetime(lock) { () throws(ClusterError) in
            try start(command, input: .descriptor(lock.descriptor))
        }
    }

    /// Whether the server that `process` became accepts connections, by its own word.
    func isReady(_ process: Child) -> Bool {
        guard let file = postmaster else { return false }
        return file.isReady && file.process == process.id
    }

    var postmaster: PostmasterFile? { File.text(layout.postmasterFile).flatMap { PostmasterFile($0) } }

    /// What the server said last, for the person who has to find out why it ended.
    func lastWords(lines limit: Int = 12) -> String {
        let atStart = File.lastLines(layout.startLog)
            .filter { !$0.contains("redirecting log output") && !$0.contains("Future log output") }
        if !atStart.isEmpty { return atStart.suffix(limit).joined(separator: "\n") }
        // A line such as `stderr ../log/postgresql-6.log`, relative to the data directory.
        guard let path = File.text(layout.currentLog)?.split(whereSeparator: { $0 == " " || $0 == "\n" }).last else {
            return ""
        }
        return File.lastLines(layout.data + "/" + path).suffix(limit).joined(separator: "\n")
    }

    func writeConfiguration(in directory: String) throws(ClusterError) {
        try write(settings.configuration, to: directory + "/inspectia.conf")
        try write(ClusterSettings.access, to: directory + "/pg_hba.conf")
        try write(ClusterSettings.identities(of: account.name), to: directory + "/pg_ident.conf")
    }

    /// A file that holds it already is left alone: nothing has to reach the disk then.
    func write(_ text: String, to path: String) throws(ClusterError) {
        if File.text(path) == text { return }
        try ClusterError.translating { () throws(FileError) in
            try File.replace(path, with: Array(text.utf8), mode: 0o644)
        }
    }

    /// A program of PostgreSQL, which says what it has to say in a new `startLog`. It leads its own process group:
    /// Ctrl-C in a terminal reaches the service alone, which then stops it in order.
    func start(_ words: [String], input: ChildCommand.Stream) throws(ClusterError) -> Child {
        unlink(layout.startLog)
        var command = ChildCommand(words[0], Array(words.dropFirst()))
        command.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"]
        // The present directory may be closed to the account.
        command.workingDirectory = "/"
        command.group = .own
        command.input = input
        command.output = .file(layout.startLog)
        command.error = .file(layout.startLog)
        return try ClusterError.translating { () throws(FileError) in try Child.start(command) }
    }
}
