import Glibc
import Platform

extension ClusterServer {
    /// Creates the files beside their place and moves them there in one step: interrupted at any point, it leaves
    /// nothing but a draft, which the next attempt removes.
    func initialise() throws(ClusterError) {
        removeDrafts()
        let draft = "\(layout.top)/\(ClusterLayout.draftPrefix)\(UInt32.random(in: 0 ... .max))"
        do throws(ClusterError) {
            try ClusterDirectory.make(draft, for: account)
            try createFiles(in: draft)
            try createRoleAndDatabase(in: draft)
            guard rename(draft, layout.data) == 0 else { throw ClusterError.lastSystemError("rename", layout.data) }
            try ClusterDirectory.synchronise(layout.top)
        } catch {
            removeDrafts()
            throw error
        }
    }

    private func createFiles(in draft: String) throws(ClusterError) {
        var arguments = [
            "-D", draft, "-U", ClusterLayout.administrator, "-E", "UTF8", "--no-locale", "--data-checksums",
            "--auth-local=peer", "--auth-host=reject", "--no-instructions",
        ]
        if !settings.isDurable { arguments.append("--no-sync") }
        try run("initdb", arguments)
        try write(ClusterSettings.mainConfiguration, to: draft + "/postgresql.conf")
        try writeConfiguration(in: draft)
    }

    /// Single-user mode needs no socket and ends with everything on disk. Each line is one command.
    private func createRoleAndDatabase(in draft: String) throws(ClusterError) {
        let script = layout.top + "/creation.sql"
        let commands = """
            CREATE ROLE \(ClusterLayout.role) LOGIN;
            CREATE ROLE \(ClusterLayout.serviceRole) LOGIN;
            CREATE DATABASE \(ClusterLayout.database) OWNER \(ClusterLayout.role);

            """
        try write(commands, to: script)
        defer { unlink(script) }
        try run("postgres", ["--single", "-D", draft, "-c", "exit_on_error=on", "postgres"], input: .file(script))
    }

    private func run(
        _ program: String, _ arguments: [String], input: ChildCommand.Stream = .null
    ) throws(ClusterError) {
        let command = account.command("\(binaries.directory)/\(program)", arguments, whenOrphaned: "KILL")
        let status = try start(command, input: input).wait()
        guard status.isSuccess else {
            throw .initialisationFailed(detail: "\(program) (\(status.explanation)) : \(lastWords())")
        }
    }

    /// Removes what interrupted creations left, and ends who still works on it: a child of `initdb` outlives it a little.
    /// Drafts have names of their own, so that one which resists is only in the way of the disk.
    func removeDrafts() {
        for name in ClusterDirectory.names(in: layout.top) where name.hasPrefix(ClusterLayout.draftPrefix) {
            let draft = "\(layout.top)/\(name)"
            let deadline = Instant.now() + limits.kill
            while case let processes = processes(in: draft), !processes.isEmpty, Instant.now() < deadline {
                for process in processes { kill(process, SIGKILL) }
                usleep(5_000)
            }
            // GNU rm walks by descriptors: a link planted meanwhile leads it nowhere.
            _ = try? start(["/bin/rm", "-rf", "--", draft], input: .null).wait()
        }
    }
}

extension Child.ExitStatus {
    var explanation: String {
        switch self {
        case .exited(let code): "code \(code)"
        case .killed(let signal): "signal \(signal)"
        }
    }
}
