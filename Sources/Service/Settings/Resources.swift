import Glibc

/// The files that come with the program: migrations and configuration.
enum Resources {
    private static let installed = "/usr/share/inspectia"

    /// The directory that was named, else the nearest above the program's own, else the system's, else the nearest
    /// above the working directory. Nil when none has migrations. The program's own come first: who can write where a
    /// command happens to be typed must not choose the SQL that it runs.
    static func find(_ named: String?) -> String? {
        if let named { return isComplete(named) ? named : nil }
        return (ancestors(of: "/proc/self/exe") + [installed] + ancestors(of: ".")).first(where: isComplete)
    }

    private static func isComplete(_ directory: String) -> Bool { access(directory + "/migrations", R_OK | X_OK) == 0 }

    /// The directory itself, or the file's, and all that are above it.
    private static func ancestors(of path: String) -> [String] {
        guard let real = realpath(path, nil) else { return [] }
        defer { free(real) }
        var parts = String(cString: real).split(separator: "/")
        var found: [String] = []
        while !parts.isEmpty {
            found.append("/" + parts.joined(separator: "/"))
            parts.removeLast()
        }
        return found
    }
}
