import Glibc
import Platform

extension ClusterBinaries {
    /// Debian's installations, one a version; elsewhere the one that PATH leads to.
    static func installed(debianRoot: String = debianRoot, searchPath: String? = nil) -> [ClusterBinaries] {
        let debian = ClusterDirectory.names(in: debianRoot).compactMap { name -> ClusterBinaries? in
            let directory = "\(debianRoot)/\(name)/bin"
            guard let major = Int(name), isComplete(directory) else { return nil }
            return ClusterBinaries(major: major, directory: directory)
        }
        if !debian.isEmpty { return debian }
        let path = searchPath ?? getenv("PATH").map { String(cString: $0) } ?? ""
        for directory in path.split(separator: ":").map(String.init) where isComplete(directory) {
            // Its one line reads `postgres (PostgreSQL) 16.4`.
            if let major = versionLine(directory)?.split(separator: " ").dropFirst(2).first.flatMap({ major(of: $0) }) {
                return [ClusterBinaries(major: major, directory: directory)]
            }
        }
        return []
    }

    /// A client package alone brings neither.
    private static func isComplete(_ directory: String) -> Bool {
        ["initdb", "postgres"].allSatisfy { access("\(directory)/\($0)", X_OK) == 0 }
    }

    private static func versionLine(_ directory: String) -> String? {
        var command = ChildCommand(directory + "/postgres", ["--version"])
        command.output = .pipe
        guard let process = try? Child.start(command) else { return nil }
        let line = try? process.takeOutput()?.readToEnd(limit: 256, name: "postgres --version")
        guard process.wait().isSuccess else { return nil }
        return line.map { String(decoding: $0, as: UTF8.self) }
    }
}
