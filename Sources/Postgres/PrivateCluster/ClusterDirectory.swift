import Glibc
import Platform

/// The directories of the cluster: made, given to their account, and checked.
enum ClusterDirectory {
    /// Creates what is missing of `path` and gives back its absolute name, free of links.
    static func resolve(_ path: String, mode: mode_t) throws(ClusterError) -> String {
        try ClusterError.translating { () throws(FileError) in try File.createDirectory(path, mode: mode) }
        guard let absolute = realpath(path, nil) else { throw .lastSystemError("realpath", path) }
        defer { free(absolute) }
        return String(cString: absolute)
    }

    /// Creates `path` unless it is there, with exactly this mode.
    static func make(_ path: String, mode: mode_t) throws(ClusterError) {
        if mkdir(path, mode) == 0 {
            guard chmod(path, mode) == 0 else { throw .lastSystemError("chmod", path) }
        } else if errno != EEXIST {
            throw .lastSystemError("mkdir", path)
        }
    }

    /// The same for a directory that only `owner` may enter; one that was made but not given yet is given now.
    static func make(_ path: String, for owner: ClusterAccount) throws(ClusterError) {
        try make(path, mode: 0o700)
        guard owner.isAnother, isOwned(path, by: geteuid()) else { return }
        guard lchown(path, owner.user, owner.group) == 0 else { throw .lastSystemError("chown", path) }
    }

    /// Whether `path` is a directory, not a link, of that account.
    static func isOwned(_ path: String, by user: uid_t) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_uid == user && status.st_mode & S_IFMT == S_IFDIR
    }

    /// PostgreSQL's account must be able to go through every directory above the cluster's.
    static func requirePassage(to path: String, for account: ClusterAccount) throws(ClusterError) {
        var reached = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            if !reached.hasSuffix("/") { reached += "/" }
            reached += part
            var status = stat()
            guard stat(reached, &status) == 0 else { throw .lastSystemError("stat", reached) }
            let bit =
                status.st_uid == account.user ? S_IXUSR : status.st_gid == account.group ? S_IXGRP : S_IXOTH
            if status.st_mode & bit == 0 { throw .directoryClosed(reached, to: account.name) }
        }
    }

    static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes a rename inside `path` outlive a power cut.
    static func synchronise(_ path: String) throws(ClusterError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .lastSystemError("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .lastSystemError("fsync", path) }
    }
}
