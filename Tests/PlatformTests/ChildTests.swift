import Glibc
import Platform
import Testing

@Suite struct ChildTests {
    private func shell(_ script: String, _ arguments: [String] = []) -> ChildCommand {
        var command = ChildCommand("/bin/sh", ["-c", script, "sh"] + arguments, environment: ["PATH": "/usr/bin:/bin"])
        command.output = .pipe
        command.error = .null
        return command
    }

    private func output(_ command: ChildCommand) throws -> String {
        let child = try Child.start(command)
        let text = try child.readOutput()
        #expect(child.wait() == .exited(0))
        return text ?? "no pipe"
    }

    @Test func argumentsArriveAsTheyAre() throws {
        let words = ["a b", "", "$HOME", "'; exit 3 #", "é\n", "*"]
        #expect(try output(shell(#"printf '%s|' "$@""#, words)) == words.joined(separator: "|") + "|")
    }

    @Test func theEnvironmentIsOnlyWhatWasGiven() throws {
        setenv("INSPECTIA_TEST_CANARY", "leaked", 1)
        defer { unsetenv("INSPECTIA_TEST_CANARY") }
        var command = ChildCommand("/usr/bin/env", [], environment: ["B": "2", "A": "x y"])
        command.output = .pipe
        #expect(try output(command) == "A=x y\nB=2\n")
    }

    @Test func itStartsInItsDirectory() throws {
        var command = shell("pwd")
        command.workingDirectory = "/usr"
        #expect(try output(command) == "/usr\n")
    }

    @Test func inputAndOutputAreWired() throws {
        var command = shell("cat; echo oops >&2")
        (command.input, command.error) = (.pipe, .pipe)
        let child = try Child.start(command)
        #expect(try child.feed("données"))
        #expect(try !child.feed("encore"))
        #expect(try child.readOutput() == "données")
        #expect(try child.readOutput() == nil)
        #expect(try child.readError() == "oops\n")
        #expect(child.wait() == .exited(0))
    }

    @Test func bothOutputsMayGoToOneFile() throws {
        let scratch = try ScratchDirectory()
        var command = shell("echo out; echo err >&2")
        (command.output, command.error) = (.file(scratch("log")), .file(scratch("log")))
        for _ in 0..<2 { #expect(try Child.start(command).wait() == .exited(0)) }
        #expect(try File.read(scratch("log"), limit: 100) == Array("out\nerr\nout\nerr\n".utf8))
    }

    @Test func streamsMayBeCrossed() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        var command = shell("echo out; echo err >&2")
        (command.output, command.error) = (.descriptor(ends[1]), .descriptor(ends[1]))
        #expect(try Child.start(command).wait() == .exited(0))
        close(ends[1])
        let both = try Descriptor(owning: ends[0]).readToEnd(limit: 100, name: "pipe")
        #expect(both == Array("out\nerr\n".utf8))
    }

    @Test func noOtherDescriptorReachesIt() throws {
        // Without close-on-exec on purpose, and far up.
        let leak = dup2(STDERR_FILENO, 200)
        defer { close(leak) }
        let list = try output(shell("ls /proc/$$/fd"))
        #expect(list.split(separator: "\n").allSatisfy { (Int($0) ?? 99) <= 2 || $0 == "10" })
        #expect(!list.contains("200"))
    }

    @Test func signalsAreAtTheirDefaults() throws {
        signal(SIGPIPE, SIG_IGN)
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var command = ChildCommand("/bin/grep", ["-E", "SigBlk|SigIgn", "/proc/self/status"])
        command.output = .pipe
        let masks = try output(command).split(separator: "\n").map { UInt64($0.suffix(16), radix: 16) }
        // The C library keeps 32 and 33 for itself and ignores them between fork and exec.
        #expect(masks.count == 2)
        #expect(masks.allSatisfy { $0.map { $0 & ~(3 << 31) } == 0 })
    }

    @Test(arguments: [0, 1, 3, 255])
    func exitCodesAreTold(_ code: Int32) throws {
        let status = try Child.start(shell("exit \(code)")).wait()
        #expect(status == .exited(code))
        #expect(status.isSuccess == (code == 0))
    }

    @Test func aKilledChildSaysBy() throws {
        let child = try Child.start(shell("kill -SEGV $$"))
        #expect(child.wait() == .killed(signal: SIGSEGV))
        #expect(child.poll() == .killed(signal: SIGSEGV))
        child.kill()
    }

    @Test func pollAndWaitWithADeadlineDoNotBlockForLong() throws {
        var command = shell("read line")
        command.input = .pipe
        let child = try Child.start(command)
        #expect(child.poll() == nil)
        let start = Instant.now()
        #expect(try child.wait(until: start + .milliseconds(30)) == nil)
        #expect(Instant.now() - start >= .milliseconds(30))
        child.terminate()
        #expect(try child.wait(until: Instant.now() + .seconds(30)) == .killed(signal: SIGTERM))
    }

    @Test func theExitDescriptorBecomesReadable() throws {
        var command = shell("read line")
        command.input = .pipe
        let child = try Child.start(command)
        let watch = try child.exitDescriptor()
        var event = pollfd(fd: watch.rawValue, events: Int16(POLLIN), revents: 0)
        #expect(poll(&event, 1, 0) == 0)
        child.kill()
        #expect(poll(&event, 1, 30_000) == 1)
        #expect(child.poll() == .killed(signal: SIGKILL))
    }

    @Test(arguments: [ChildCommand.Group.own, .ownSession])
    func aGroupDiesWithItsLeader(_ group: ChildCommand.Group) throws {
        // The grandchild holds the pipe open as long as it lives.
        var command = shell("sleep 300 & echo started; read line")
        (command.input, command.group) = (.pipe, group)
        let child = try Child.start(command)
        child.kill()
        #expect(child.wait() == .killed(signal: SIGKILL))
        #expect(try child.readOutput() != nil)
    }

    @Test func whatOutlivesItsLeaderIsKilledWhenAskedFor() throws {
        var command = shell("sleep 300 & exit 4")
        (command.group, command.killsGroupAtExit) = (.own, true)
        let child = try Child.start(command)
        #expect(child.wait() == .exited(4))
        #expect(try child.readOutput() == "")
    }

    @Test func whatCannotStartThrows() {
        #expect(throws: FileError("posix_spawn", "/nonexistent", errno: ENOENT)) {
            try Child.start(ChildCommand("/nonexistent"))
        }
        #expect(throws: FileError("posix_spawn", "/etc/passwd", errno: EACCES)) {
            try Child.start(ChildCommand("/etc/passwd"))
        }
        #expect(throws: FileError("posix_spawn", "/bin/sh", errno: EINVAL)) {
            try Child.start(ChildCommand("/bin/sh", ["a\0b"]))
        }
        var command = ChildCommand("/bin/sh")
        command.input = .file("/nonexistent")
        #expect(throws: FileError("open", "/nonexistent", errno: ENOENT)) { try Child.start(command) }
    }

    @Test func startingLeaksNoDescriptor() throws {
        func count() -> Int { (0..<1024).count { fcntl($0, F_GETFD) >= 0 } }
        let before = count()
        for _ in 0..<50 {
            var command = shell("exit 0")
            (command.input, command.error) = (.pipe, .pipe)
            _ = try Child.start(command).wait()
            command.input = .file("/nonexistent")
            _ = try? Child.start(command)
        }
        // Other tests of this process open a few at the same time.
        #expect(count() < before + 40)
    }
}

extension Child {
    /// Writes all that the child's input gets; false when there is no pipe to write to.
    fileprivate func feed(_ text: String) throws -> Bool {
        guard let input = takeInput() else { return false }
        try input.write(Array(text.utf8), name: "stdin")
        return true
    }

    /// All that the child, and what it started, writes; nil when there is no pipe to read.
    fileprivate func readOutput() throws -> String? {
        guard let output = takeOutput() else { return nil }
        return String(decoding: try output.readToEnd(limit: 1_000_000, name: "stdout"), as: UTF8.self)
    }
    fileprivate func readError() throws -> String? {
        guard let error = takeError() else { return nil }
        return String(decoding: try error.readToEnd(limit: 1_000_000, name: "stderr"), as: UTF8.self)
    }
}
