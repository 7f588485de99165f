import CLinux
import Glibc

/// The attributes, file actions and descriptors of one start.
struct SpawnSetup: ~Copyable {
    private let attributes = UnsafeMutablePointer<posix_spawnattr_t>.allocate(capacity: 1)
    private let actions = UnsafeMutablePointer<posix_spawn_file_actions_t>.allocate(capacity: 1)
    /// The child's ends; the parent's copies are closed after the start.
    private var ends: [Int32] = []
    private var pipes = Child.Pipes()

    init(_ command: ChildCommand) throws(FileError) {
        posix_spawnattr_init(attributes)
        posix_spawn_file_actions_init(actions)
        setSignals()
        setGroup(command.group)
        if let directory = command.workingDirectory { clinux_spawn_in_directory(actions, directory) }
        pipes.input = try wire(command.input, to: STDIN_FILENO)
        pipes.output = try wire(command.output, to: STDOUT_FILENO)
        pipes.error = try wire(command.error, to: STDERR_FILENO)
        clinux_spawn_closing_others(actions)
    }

    deinit {
        for end in ends { close(end) }
        posix_spawn_file_actions_destroy(actions)
        posix_spawnattr_destroy(attributes)
        actions.deallocate()
        attributes.deallocate()
    }

    func spawn(
        _ executable: String, _ words: [UnsafeMutablePointer<CChar>?], _ variables: [UnsafeMutablePointer<CChar>?],
        _ id: inout pid_t
    ) -> Int32 {
        posix_spawn(&id, executable, actions, attributes, words, variables)
    }

    /// The parent's ends of the pipes.
    consuming func finish() -> Child.Pipes {
        var result = Child.Pipes()
        swap(&result, &pipes)
        return result
    }

    private func setSignals() {
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(attributes, &all)
        posix_spawnattr_setsigmask(attributes, &none)
    }

    private func setGroup(_ group: ChildCommand.Group) {
        let flags = Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        switch group {
        case .inherited: posix_spawnattr_setflags(attributes, flags)
        case .own:
            posix_spawnattr_setpgroup(attributes, 0)
            posix_spawnattr_setflags(attributes, flags | Int16(POSIX_SPAWN_SETPGROUP))
        case .ownSession: clinux_spawn_in_session(attributes, flags)
        }
    }

    /// Returns the parent's end when it is a pipe.
    private mutating func wire(_ stream: ChildCommand.Stream, to target: Int32) throws(FileError) -> Descriptor? {
        let isInput = target == STDIN_FILENO
        switch stream {
        case .inherited: return nil
        case .descriptor(let descriptor): try connect(descriptor, to: target)
        case .null: try connect(File.open("/dev/null", isInput ? O_RDONLY : O_WRONLY), to: target)
        case .file(let path):
            let flags = isInput ? O_RDONLY : O_WRONLY | O_CREAT | O_APPEND
            try connect(File.open(path, flags, mode: 0o600), to: target)
        case .pipe:
            var both: [Int32] = [0, 0]
            guard clinux_pipe(&both) == 0 else { throw FileError("pipe", "pipe") }
            let reading = Descriptor(owning: both[0])
            let writing = Descriptor(owning: both[1])
            if isInput {
                try connect(reading, to: target)
                return writing
            }
            try connect(writing, to: target)
            return reading
        }
        return nil
    }

    private mutating func connect(_ descriptor: consuming Descriptor, to target: Int32) throws(FileError) {
        try connect(descriptor.rawValue, to: target)
    }

    /// Through a copy above the three, so that no stream overwrites the source of another.
    private mutating func connect(_ descriptor: Int32, to target: Int32) throws(FileError) {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw FileError("dup", "\(descriptor)") }
        ends.append(copy)
        posix_spawn_file_actions_adddup2(actions, copy, target)
    }
}
